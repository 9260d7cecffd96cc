import assert from 'node:assert/strict';
import { hardSigmoid } from '../../../../src/core/cells/activation';
import { cellNamed } from '../../../../src/core/cells/cells';
import { equations } from '../../../../src/core/interpret/equations';

describe('equations', () => {
  it('prints a vanilla cell in one line', () => {
    assert.deepEqual(equations(cellNamed('vanilla')), ['h = tanh(W x + U h₋ + b)']);
    assert.deepEqual(equations(cellNamed('vanilla', { bias: false, candidateActivation: 'relu' })), [
      'h = relu(W x + U h₋)',
    ]);
  });

  it('prints an LSTM with its cell state before the hidden state that is made of it', () => {
    assert.deepEqual(equations(cellNamed('lstm')), [
      'f = σ(W_f x + U_f h₋ + b_f)',
      'i = σ(W_i x + U_i h₋ + b_i)',
      'o = σ(W_o x + U_o h₋ + b_o)',
      'a = tanh(W_a x + U_a h₋ + b_a)',
      'c = f∘c₋ + i∘a',
      'h = o∘tanh(c)',
    ]);
  });

  it('shows both resets and both conventions of a GRU', () => {
    const lines = (options: object, name: 'gru' | 'gru-reset-after' = 'gru'): string[] =>
      equations(cellNamed(name, options)).slice(2);
    assert.deepEqual(lines({}), ['a = tanh(W_a x + U_a (r∘h₋) + b_a)', 'h = (1 − z)∘a + z∘h₋']);
    assert.deepEqual(lines({ updateKeeps: false }), ['a = tanh(W_a x + U_a (r∘h₋) + b_a)', 'h = (1 − z)∘h₋ + z∘a']);
    assert.deepEqual(lines({}, 'gru-reset-after'), [
      'a = tanh(W_a x + b_a + r∘(U_a h₋ + b_u))',
      'h = (1 − z)∘a + z∘h₋',
    ]);
  });

  it('explains functions that are not in every textbook', () => {
    assert.deepEqual(equations(cellNamed('mgu', { gateActivation: hardSigmoid() })), [
      'r = hardσ(W_r x + U_r h₋ + b_r)',
      'a = tanh(W_a x + U_a (r∘h₋) + b_a)',
      'h = (1 − r)∘h₋ + r∘a',
      'hardσ(u) = max(0, min(1, 0.2·u + 0.5))',
    ]);
  });
});
