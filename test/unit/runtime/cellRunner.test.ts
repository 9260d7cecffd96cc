import assert from 'node:assert/strict';
import { cellNamed } from '../../../src/core/cells/cells';
import { parametersOf, storedShape } from '../../../src/core/cells/parametersOf';
import type { Parameter, RecurrentLayer } from '../../../src/core/checkpoint';
import { createCellRunner } from '../../../src/runtime/cellRunner';
import { largestError, referenceCases, titleOf, type ReferenceCase } from '../core/interpret/referenceCases';

/** The layer of a reference case, each bias given as two biases that add up to it. */
function layerOf(reference: ReferenceCase): RecurrentLayer {
  const { cell: name, options, direction, inputSize, hiddenSize, sizes, weights } = reference;
  const cell = cellNamed(name, options);
  const parameters = parametersOf(cell).flatMap((parameter): Parameter[] => {
    const values = weights[parameter.name]!;
    const { gate, role } = parameter;
    const heading = { ...storedShape(parameter, sizes), name: parameter.name, gate, tensor: parameter.name };
    if (role !== 'bias') return [{ ...heading, role, values: Float64Array.from(values) }];
    return [
      { ...heading, role: 'inputBias', values: Float64Array.from(values, (v) => v - 3) },
      { ...heading, role: 'recurrentBias', values: Float64Array.from(values, () => 3) },
    ];
  });
  const isVector = ({ name: parameter }: Parameter): boolean =>
    parametersOf(cell).some((own) => own.name === parameter && own.kind === 'vector');
  return {
    name: 'layer',
    cellName: name,
    cell,
    withheld: null,
    direction,
    inputSize,
    hiddenSize,
    matrices: parameters.filter((parameter) => !isVector(parameter)),
    biases: parameters.filter(isVector),
    input: { kind: 'model', input: 'X' },
    initialState: 'given',
  };
}

describe('the cell runner', () => {
  for (const reference of referenceCases) {
    it(`agrees with PyTorch: ${titleOf(reference)}`, async () => {
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
    const { input, hidden } = reference.sizes;
    const runner = await createCellRunner(layerOf(reference));
    const first = await runner.run(new Float32Array(2 * 3 * input), 2, 3, null);
    assert.equal(first.hidden.length, 2 * 3 * hidden);
    const second = await runner.run(new Float32Array(5 * 1 * input), 5, 1, null);
    assert.deepEqual(second.hidden.subarray(0, hidden), first.hidden.subarray(0, hidden));
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
