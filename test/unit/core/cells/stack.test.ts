import assert from 'node:assert/strict';
import { cellNames } from '../../../../src/core/cells/cells';
import { initialNetwork } from '../../../../src/core/cells/initialNetwork';
import { describedNetwork, networkOf, type NetworkDescription } from '../../../../src/core/cells/networkDescription';
import { networkSizes, placedLayers } from '../../../../src/core/cells/network';
import { stack, type StackRequest } from '../../../../src/core/cells/stack';
import { Problem } from '../../../../src/core/problem';
import { cellVariants, titleOfVariant, variantsOf } from '../interpret/cellVariants';

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

  it('by hand: of two directions, each adds its part of what both read', () => {
    const parts = (changes: Partial<StackRequest>): unknown[] =>
      stack({ ...request, residual: true, ...changes }).layers.map(({ residual }) => residual);
    assert.deepEqual(parts({ layers: 3 }), [false, true, true]);
    assert.deepEqual(parts({ bidirectional: true }), [false, false, { from: 0 }, { from: 4 }]);
    assert.deepEqual(parts({ cell: 'gato', bidirectional: true }), [false, false, { from: 0 }, { from: 2 }]);
    assert.deepEqual(parts({ cell: 'eurnn', bidirectional: true }), [false, false, { from: 0 }, { from: 8 }]);
  });

  it('has residual connections in both directions in every cell of which there are two such layers', () => {
    const without: string[] = [];
    for (const cell of cellNames) {
      const { options, inputSize, hiddenSize } = variantsOf(cell)[0]!;
      const changes = { cell, options, inputSize, hiddenSize, bidirectional: true };
      try {
        stack({ ...request, ...changes });
      } catch {
        without.push(cell);
        continue;
      }
      const network = stack({ ...request, ...changes, layers: 3, residual: true });
      const described = describedNetwork(network);
      const again = networkOf(JSON.parse(JSON.stringify(described)) as NetworkDescription);
      assert.deepEqual(describedNetwork(again), described);
      const [placed, read] = [placedLayers(network), placedLayers(again)];
      // Equal structure is the same object.
      assert.ok(placed.every(({ handsOn }, k) => handsOn === read[k]!.handsOn && (handsOn === placed[k]!.cell.output) === k < 2)); // prettier-ignore
    }
    assert.deepEqual(without.sort(), ['conv-lstm', 'conv-rnn', 'intersection', 'irc-sru', 'irc-t-lstm', 'sru']);
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
    ['two directions of a cell as wide as its input', { cell: 'sru', inputSize: 4, bidirectional: true }, /second layer would read 8 numbers a step\. The cell sru needs/], // prettier-ignore
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
    ['one direction that adds all it reads', ([, , forth]) => (forth!.residual = true)],
    ['both directions that add the same part', ([, , , back]) => (back!.residual = { from: 0 })],
    ['parts that overlap', ([, , , back]) => (back!.residual = { from: 3 })],
    ['a part beyond the end', ([, , , back]) => (back!.residual = { from: 5 })],
    ['a part that nobody adds', ([, , , back]) => (back!.residual = false)],
    ['parts of different inputs', ([, , , back]) => (back!.reads = [1, 0])],
    ['directions that add the part of the other', ([, , forth, back]) => ([forth!.residual, back!.residual] = [{ from: 4 }, { from: 0 }])], // prettier-ignore
    ['both parts in one direction', ([, , , back]) => (back!.direction = 'forward')],
  ] as [string, (layers: NetworkDescription['layers']) => unknown][]) {
    it(`is refused with a residual connection of ${what}`, () => {
      const both = describedNetwork(stack({ ...request, bidirectional: true, residual: true }));
      assert.ok(networkOf(both));
      const description = structuredClone(both);
      change(description.layers);
      assert.throws(() => networkOf(description), (error) => error instanceof Problem && /cannot add its input to its output/.test(error.message)); // prettier-ignore
    });
  }

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
