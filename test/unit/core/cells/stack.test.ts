import assert from 'node:assert/strict';
import { initialNetwork } from '../../../../src/core/cells/initialNetwork';
import { describedNetwork, networkOf, type NetworkDescription } from '../../../../src/core/cells/networkDescription';
import { networkSizes } from '../../../../src/core/cells/network';
import { stack, type StackRequest } from '../../../../src/core/cells/stack';
import { Problem } from '../../../../src/core/problem';
import { cellVariants, titleOfVariant } from '../interpret/cellVariants';

const request: StackRequest = {
  ...{ cell: 'lstm', options: {}, inputSize: 3, hiddenSize: 4, layers: 2 },
  ...{ bidirectional: false, residual: false, readout: 5, readoutSteps: 'last' },
};

describe('a stack of layers', () => {
  it('by hand: what reads what, and how wide it is', () => {
    const { layers, readout } = stack({ ...request, bidirectional: true });
    assert.deepEqual(
      layers.map(({ name, reads, inputSize, direction }) => [name, reads, inputSize, direction]),
      [
        ['layer1', 'input', 3, 'forward'],
        ['layer1_reverse', 'input', 3, 'reverse'],
        ['layer2', [0, 1], 8, 'forward'],
        ['layer2_reverse', [0, 1], 8, 'reverse'],
      ],
    );
    assert.deepEqual(readout, { layers: [2, 3], steps: 'last', outputs: 5, bias: true });
    assert.equal(networkSizes(stack({ ...request, bidirectional: true }))['read'], 8);
  });

  it('by hand: cells that hand on another width than their hidden size', () => {
    const inputs = (changes: Partial<StackRequest>): number[] =>
      stack({ ...request, ...changes }).layers.map(({ inputSize }) => inputSize);
    assert.deepEqual(inputs({ cell: 'gato' }), [3, 2]);
    assert.deepEqual(inputs({ cell: 'eurnn', residual: true, layers: 3 }), [3, 8, 8]);
    assert.deepEqual(inputs({ cell: 'conv-lstm' }), [3, 4]);
    assert.deepEqual(stack({ ...request, cell: 'conv-lstm' }).inputSize, 8 * 8 * 3);
    assert.deepEqual(inputs({ cell: 'gru', bidirectional: true }), [3, 3, 8, 8]);
  });

  for (const [what, changes, sentence] of [
    ['an unknown cell', { cell: 'gru2' }, /There is no cell gru2; there are vanilla, mgu, /],
    [
      'an option of another cell',
      { cell: 'gru', options: { tied: true } },
      /gru has no option tied; it has gateActivation, /,
    ],
    ['a size the cell does not come in', { cell: 'sru' }, /sru needs an input as wide as its state/],
    ['a residual connection of one layer', { residual: true, layers: 1 }, /choose at least two/],
    ['a residual connection between other widths', { residual: true, bidirectional: true }, /cannot add its input to its output: they are 8 and 4 wide/], // prettier-ignore
    ['grids side by side', { cell: 'conv-lstm', bidirectional: true }, /Only one layer of the cell conv-lstm/],
  ] as const) {
    it(`says what is wrong with ${what}`, () => {
      assert.throws(() => stack({ ...request, ...changes }), (error) => error instanceof Problem && sentence.test(error.message)); // prettier-ignore
    });
  }

  it('is described, as JSON too, by something that makes the same network again: every cell and option', () => {
    for (const { name, options, inputSize, hiddenSize, ...variant } of cellVariants) {
      const network = stack({ ...request, cell: name, options, inputSize, hiddenSize, layers: 1 });
      const text = JSON.stringify(describedNetwork(network));
      const again = networkOf(JSON.parse(text) as NetworkDescription);
      const title = titleOfVariant({ name, options, inputSize, hiddenSize, ...variant });
      assert.equal(JSON.stringify(describedNetwork(again)), text, title);
      // Equal structure is the same object.
      const [one, other] = [network.layers[0]!.cell, again.layers[0]!.cell];
      assert.ok(
        one.output === other.output && one.states.every(({ after }, k) => after === other.states[k]!.after),
        title,
      );
      assert.deepEqual(initialNetwork(network, 5), initialNetwork(again, 5));
    }
  });

  for (const [what, change] of [
    ['two layers of one name', (d) => (d.layers[1]!.name = 'layer1')],
    ['a layer that reads itself', (d) => (d.layers[1]!.reads = [1])],
    ['a layer that reads nothing', (d) => (d.layers[1]!.reads = [])],
    ['a readout of a layer that is not there', (d) => (d.readout!.layers = [2])],
    ['widths that do not fit together', (d) => (d.layers[1]!.inputSize = 7)],
    ['a grid with half a row', (d) => Object.assign(d.layers[0]!, { cell: 'conv-lstm', options: { grid: [0.5, 6] } })],
  ] as [string, (description: NetworkDescription) => unknown][]) {
    it(`is refused with ${what}`, () => {
      const description = structuredClone(describedNetwork(stack(request)));
      change(description);
      assert.throws(() => networkOf(description), Problem);
    });
  }
});
