import assert from 'node:assert/strict';
import { decidesAtZero } from '../../../../src/core/bounds/margins/scalarDecision';

const chain = (operations: string): { name: string; operation: string }[] =>
  operations.split(' ').map((operation) => ({ name: operation, operation }));
const decides = (operations: string, finalActivation: 'none' | 'sigmoid' | 'softmax' = 'none'): boolean =>
  decidesAtZero({ chain: chain(operations), finalActivation });

describe('a single score decides at zero', () => {
  it('where it is the output of a dense layer, before a sigmoid if there is one', () => {
    assert.ok(decides('Squeeze Gather Gemm'));
    assert.ok(decides('Transpose MatMul Add'));
    assert.ok(decides('Gemm Relu Gemm Squeeze'), 'a readout of two layers decides like one');
    assert.ok(decides('Gather Gemm Sigmoid', 'sigmoid'));
    assert.ok(decides('Dense', 'sigmoid'));
    const named = (...operations: string[]): boolean =>
      decidesAtZero({ chain: operations.map((operation) => ({ name: '', operation })), finalActivation: 'sigmoid' });
    assert.ok(named('Dense sigmoid'));
    assert.ok(named('Dropout', 'TimeDistributed Dense sigmoid'));
    assert.ok(named('Dense', 'Activation sigmoid'));
    assert.ok(!named('Dense sigmoid', 'Activation sigmoid'), 'a sigmoid of a sigmoid is always above one half');
    assert.ok(!named('Dense relu', 'Activation sigmoid'));
  });

  it('and not where anything else comes after the dense layer', () => {
    for (const tail of [
      'ArgMax',
      'Sigmoid Clip',
      'Sigmoid Sub',
      'Greater',
      'Tanh Add Mul',
      'Mul',
      'Sigmoid Add',
      'Relu',
    ]) {
      assert.ok(!decides(`Gather Gemm ${tail}`), tail);
    }
    assert.ok(!decides('Gather'), 'a hidden state is no score');
    assert.ok(!decides('Gemm Softmax', 'softmax'));
  });
});
