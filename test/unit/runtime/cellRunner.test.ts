import assert from 'node:assert/strict';
import { cellNamed } from '../../../src/core/cells/cells';
import { parametersOf } from '../../../src/core/cells/parametersOf';
import type { Parameter, RecurrentLayer } from '../../../src/core/checkpoint';
import { createCellRunner } from '../../../src/runtime/cellRunner';
import { largestError, referenceCases, titleOf, type ReferenceCase } from '../core/interpret/referenceCases';

/** The layer of a reference case, its bias given as two biases that add up to it. */
function layerOf({ cell: name, options, direction, sizes, weights }: ReferenceCase): RecurrentLayer {
  const cell = cellNamed(name, options);
  const parameters = parametersOf(cell).flatMap(({ name: parameter, gate, role, columns }): Parameter[] => {
    const values = weights[parameter]!;
    const shape = {
      rows: sizes.hidden,
      columns: columns === null ? 1 : columns === 'input' ? sizes.input : sizes.hidden,
    };
    const heading = { name: parameter, gate, ...shape, tensor: parameter };
    if (role === 'input' || role === 'recurrent') return [{ ...heading, role, values: Float64Array.from(values) }];
    return [
      { ...heading, role: 'inputBias', values: Float64Array.from(values, (v) => v - 3) },
      { ...heading, role: 'recurrentBias', values: Float64Array.from(values, () => 3) },
    ];
  });
  return {
    name: 'layer',
    cellName: name,
    cell,
    withheld: null,
    direction,
    inputSize: sizes.input,
    hiddenSize: sizes.hidden,
    matrices: parameters.filter(({ columns }) => columns > 1),
    biases: parameters.filter(({ columns }) => columns === 1),
    input: { kind: 'model', input: 'X' },
    initialState: 'given',
  };
}

describe('the cell runner', () => {
  for (const reference of referenceCases) {
    it(`agrees with numpy: ${titleOf(reference)}`, async () => {
      const { input, steps, batch, initialStates, lengths, hidden, gates } = reference;
      const runner = await createCellRunner(layerOf(reference));
      const result = await runner.run(
        Float32Array.from(input),
        steps,
        batch,
        initialStates.map((state) => Float32Array.from(state)),
        lengths && Int32Array.from(lengths),
      );
      await runner.dispose();
      assert.ok(largestError(result.hidden, hidden) < 2e-6);
      assert.deepEqual(new Set(result.gates.keys()), new Set(Object.keys(gates)));
      for (const [gate, values] of result.gates) assert.ok(largestError(values, gates[gate]!) < 2e-6, gate);
    });
  }

  it('starts from zero, and runs sequences and batches of any size with one session', async () => {
    const reference = referenceCases.find(({ cell }) => cell === 'lstm')!;
    const runner = await createCellRunner(layerOf(reference));
    const first = await runner.run(new Float32Array(2 * 3 * 3), 2, 3, null);
    assert.equal(first.hidden.length, 2 * 3 * 4);
    const second = await runner.run(new Float32Array(5 * 1 * 3), 5, 1, null);
    assert.deepEqual(second.hidden.subarray(0, 4), first.hidden.subarray(0, 4));
    await runner.dispose();
  });

  it('refuses a layer without equations', async () => {
    const layer = { ...layerOf(referenceCases[0]!), cell: null, withheld: 'The activation Elu is not supported yet.' };
    await assert.rejects(
      createCellRunner(layer),
      /The layer layer has no equations that could be run. The activation Elu is not supported yet.$/,
    );
  });
});
