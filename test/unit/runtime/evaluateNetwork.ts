import { layerWeights } from '../../../src/core/cells/layerWeights';
import type { Checkpoint } from '../../../src/core/checkpoint';
import { evaluate } from '../../../src/core/interpret/evaluate';
import { layerSizes } from '../../../src/core/layerSizes';

/** What a whole network computes in float64 of X [steps, batch, width], as its layers and its readout were read. */
export function evaluateNetwork(
  { layers, readout }: Checkpoint,
  input: Float64Array,
  { steps, batch }: { readonly steps: number; readonly batch: number },
): { readonly hidden: Float64Array; readonly scores: Float64Array | null } {
  const handedOn: Float64Array[] = [];
  const rows = steps * batch;
  for (const layer of layers) {
    const reads = layer.input.kind === 'layers' ? beside(layer.input.layers.map((k) => handedOn[k]!), rows) : input; // prettier-ignore
    const sequences = { input: reads, steps, batch, direction: layer.direction };
    handedOn.push(evaluate(layer.cell!, layerWeights(layer), layerSizes(layer), sequences).hidden);
  }
  const isRead = new Set(layers.flatMap(({ input: reads }) => (reads.kind === 'layers' ? reads.layers : [])));
  const last = readout?.layers ?? layers.flatMap((_, k) => (isRead.has(k) ? [] : [k]));
  const hidden = beside(last.map((k) => handedOn[k]!), rows); // prettier-ignore
  if (!readout) return { hidden, scores: null };
  const { rows: outputs, columns, values } = readout.weights!;
  const ends = last.map((k) => {
    const width = handedOn[k]!.length / rows;
    const start = layers[k]!.direction === 'reverse' ? 0 : (steps - 1) * batch * width;
    return handedOn[k]!.subarray(start, start + batch * width);
  });
  const width = hidden.length / rows;
  const mean = Float64Array.from({ length: batch * width }, (_, k) => {
    let total = 0;
    for (let step = 0; step < steps; step++) total += hidden[step * batch * width + k]!;
    return total / steps;
  });
  const read = readout.steps === 'every' ? hidden : readout.steps === 'mean' ? mean : beside(ends, batch);
  const scores = new Float64Array((read.length / columns) * outputs);
  for (let k = 0; k < scores.length; k++) {
    const [row, output] = [Math.floor(k / outputs), k % outputs];
    let sum = readout.bias?.values[output] ?? 0;
    for (let j = 0; j < columns; j++) sum += values[output * columns + j]! * read[row * columns + j]!;
    scores[k] = sum;
  }
  return { hidden, scores };
}

/** Arrays of so many rows, joined row by row. */
function beside(parts: readonly Float64Array[], rows: number): Float64Array {
  const joined: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (const part of parts)
      joined.push(...part.subarray((row * part.length) / rows, ((row + 1) * part.length) / rows));
  }
  return Float64Array.from(joined);
}
