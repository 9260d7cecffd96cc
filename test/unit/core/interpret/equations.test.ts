import assert from 'node:assert/strict';
import { hardSigmoid } from '../../../../src/core/cells/activation';
import { cell } from '../../../../src/core/cells/cell';
import { cellNamed } from '../../../../src/core/cells/cells';
import { arrange } from '../../../../src/core/cells/composites';
import { concat, entrywise, scale, slice, tile, transposed, untile, variable, vector, type Expression } from '../../../../src/core/cells/language'; // prettier-ignore
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

  it('gives a line to the amended input, and writes Greek letters', () => {
    assert.deepEqual(equations(cellNamed('irc-gru')), [
      'v = x + σ(α)∘(U_v h₋)',
      'i = σ(W_i v)',
      'r = σ(W_r v)',
      'a = W_a x',
      'h = (1 − i)∘h₋ + i∘r∘a',
    ]);
    assert.deepEqual(equations(cellNamed('ihc-lstm')).slice(0, 2), [
      'g = σ(W_g x + Γ h₋ + b_g)',
      'v = (1 − g)∘x + g∘(U_v h₋)',
    ]);
    assert.equal(equations(cellNamed('fast-grnn')).at(-1), 'h = (1 − f)∘(σ(β) a) + f∘h₋ + σ(κ) a');
  });

  it('writes a state that keeps the last input as that, and says what the next layer sees', () => {
    assert.deepEqual(equations(cellNamed('t-lstm')).slice(2), [
      'a = W_a x + U_a x₋ + b_a',
      'c = (1 − f)∘a + f∘c₋',
      'y = o∘c',
      'y is what the next layer sees.',
    ]);
  });

  it('puts each line after those that it needs', () => {
    assert.deepEqual(equations(cellNamed('lstm', { peepholes: true, coupled: true, bias: false })), [
      'i = σ(W_i x + U_i h₋ + p_i∘c₋)',
      'f = 1 − i',
      'a = tanh(W_a x + U_a h₋)',
      'c = (1 − i)∘c₋ + i∘a',
      'o = σ(W_o x + U_o h₋ + p_o∘c)',
      'h = o∘tanh(c)',
    ]);
  });

  it('names the rotations of a EURNN and says which pairs they turn', () => {
    const lines = equations(cellNamed('eurnn'));
    assert.equal(lines[0], 'z = modReLU(W x + D F_1 F_2 z₋, b)');
    assert.ok(lines.includes('F_1 takes unit k as p and unit k + M/2 as q, for k from 1 to M/2.'));
  });

  it('writes convolutions and small fractions', () => {
    assert.equal(
      equations(cellNamed('conv-rnn'))[0],
      'h = tanh(1/3·(W_1 ⋆ x + W_2 ⋆ x + W_3 ⋆ x) + 1/3·(U_1 ⋆ h₋ + U_2 ⋆ h₋ + U_3 ⋆ h₋))',
    );
    assert.equal(equations(cellNamed('conv-lstm'))[0], 'f = σ(W_f ⋆ x + U_f ⋆ h₋ + b_f)');
  });

  it('tells functions apart that differ in their numbers only', () => {
    const activations = { gateActivation: hardSigmoid(), outputActivation: hardSigmoid(0.25, 0.5) };
    assert.deepEqual(equations(cellNamed('lstm', activations)).slice(-3), [
      'h = o∘hardσ_2(c)',
      'hardσ(u) = max(0, min(1, 0.2·u + 0.5))',
      'hardσ_2(u) = max(0, min(1, 0.25·u + 0.5))',
    ]);
  });

  it('writes every operation of the language, those that only gradients use included', () => {
    const [x, h] = [variable('x', 'input'), variable('h', 'hidden')];
    const of = (value: Expression<'hidden'>): string => {
      const heading = {
        ...{ name: '', source: '', parent: null, stateBound: { text: '', unbounded: [] } },
        options: {},
      };
      const step = { gates: {}, states: { h: value }, output: value };
      return equations(cell({ ...heading, states: { h: 'hidden' }, letters: {} }, () => step))[0]!;
    };
    const W = { name: 'W', from: 'hidden', to: 'input', role: 'input', structure: { kind: 'dense' } } as const;
    assert.equal(of(transposed(W, x)), 'h = Wᵀ x');
    assert.equal(of(concat('hidden', [x, scale(-1, x)])), 'h = [x; −x]');
    assert.equal(of(slice(x, ['one', 'half'], 'hidden')), 'h = x[one + half:one + half + hidden]');
    assert.equal(of(tile(vector('b', 'half'), 'hidden')), 'h = b');
    assert.equal(of(untile(x, 'hidden')), 'h = untile(x)');
    assert.equal(of(arrange(h, [{ skipped: ['one'], size: 'rest' }, { skipped: [], size: 'one' }])), 'h = [h₋[one:one + rest]; h₋[0:one]]'); // prettier-ignore
    assert.equal(of(entrywise('positive', h)), 'h = positive(h₋)');
  });
});
