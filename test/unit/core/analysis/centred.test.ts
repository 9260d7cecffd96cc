import assert from 'node:assert/strict';
import { centredOn } from '../../../../src/core/analysis/centred';
import { Problem } from '../../../../src/core/problem';
import { checkpointOf, smallVanilla } from '../bounds/networkQuestion';

const trained = checkpointOf(smallVanilla);
const { weights } = smallVanilla;
const originWeights = { ...weights, U: [[0.5, -0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0.5, 0], [0, 0, 0, -0.5]] }; // prettier-ignore
const origin = { ...checkpointOf({ ...smallVanilla, weights: originWeights }), file: 'origin.onnx' };

describe('a checkpoint seen from the one it was trained from', () => {
  it('is the start, and the distance from it, of every weight', () => {
    const { start, distance, notes } = centredOn(trained, origin);
    const u = (checkpoint: typeof trained): number[] =>
      [...checkpoint.layers[0]!.matrices.find(({ name }) => name === 'U')!.values].slice(-6);
    assert.deepEqual(u(start), [0.5, 0, 0, 0, 0, -0.5]);
    assert.deepEqual(u(distance).map((value) => Number(value.toFixed(12))), [0.1, 0, 0, 0, 0, 0.2]); // prettier-ignore
    assert.ok(distance.readout!.weights!.values.every((value) => value === 0));
    assert.ok(distance.layers[0]!.biases.every(({ values }) => values.every((value) => value === 0)));
    assert.deepEqual(notes, []);
  });

  it('measures a new readout from zero, and says so', () => {
    const three = checkpointOf({ ...smallVanilla, weights: { ...weights, V: [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]], c: [1, 2, 3] } }); // prettier-ignore
    const { start, distance, notes } = centredOn(three, origin);
    assert.deepEqual([...distance.readout!.weights!.values], [...three.readout!.weights!.values]);
    assert.ok(start.readout!.bias!.values.every((value) => value === 0));
    assert.match(notes.join(), /readout of origin.onnx has another shape/);
  });

  it('needs the same layers', () => {
    const gru = checkpointOf({ ...smallVanilla, cell: 'gru', weights: { ...weights } });
    for (const other of [gru, { ...origin, layers: [] }, checkpointOf({ ...smallVanilla, hiddenSize: 5 })]) {
      assert.throws(() => centredOn(trained, other), Problem);
    }
    const { c, V, W, U } = weights;
    assert.throws(
      () => centredOn(trained, checkpointOf({ ...smallVanilla, weights: { U: U!, W: W!, V: V!, c: c! } })),
      /other weights/,
    );
  });
});
