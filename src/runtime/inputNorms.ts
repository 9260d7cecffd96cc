import type { SequenceNorms } from '../core/bounds/classes/inputGroups';
import type { Observations } from '../core/observations';
import type { Batch } from './batches';
import type { LayerRun } from './modelRunner';

/** The largest Euclidean norm and the largest coordinate of x_t, of each column; only its first `lengths` steps count. */
export function inputNorms({ input, steps, batch }: LayerRun, lengths: Int32Array | null): SequenceNorms {
  const size = input.length / (steps * batch);
  const two = new Float64Array(batch);
  const inf = new Float64Array(batch);
  for (let row = 0; row < steps * batch; row++) {
    const column = row % batch;
    if (lengths !== null && Math.floor(row / batch) >= lengths[column]!) continue;
    let squares = 0;
    let largest = 0;
    for (let k = row * size; k < (row + 1) * size; k++) {
      const value = input[k]!;
      squares += value * value;
      largest = Math.max(largest, Math.abs(value));
    }
    two[column] = Math.max(two[column]!, squares);
    inf[column] = Math.max(inf[column]!, largest);
  }
  return { two: two.map(Math.sqrt), inf };
}

/** Collects the largest norms of all sequences, batch by batch and layer by layer. */
export function createNormTable(sequences: number): {
  readonly add: (columns: SequenceNorms, batch: Batch) => void;
  readonly finish: () => Pick<Observations, 'inputNorm' | 'inputNorms'>;
} {
  const inputNorms: SequenceNorms = { two: new Float64Array(sequences), inf: new Float64Array(sequences) };
  let inputNorm: Observations['inputNorm'] = null;
  return {
    add(columns, { sequences: members, copies }) {
      const [two, inf] = [largest(columns.two), largest(columns.inf)];
      inputNorm = { two: Math.max(two, inputNorm?.two ?? 0), inf: Math.max(inf, inputNorm?.inf ?? 0) };
      // Where the model folds another axis into its batch, no column is one sequence alone.
      const isOwn = columns.two.length === members.length + copies;
      members.forEach((sequence, column) => {
        const own = isOwn ? { two: columns.two[column]!, inf: columns.inf[column]! } : { two, inf };
        inputNorms.two[sequence] = Math.max(inputNorms.two[sequence]!, own.two);
        inputNorms.inf[sequence] = Math.max(inputNorms.inf[sequence]!, own.inf);
      });
    },
    finish: () => ({ inputNorm, inputNorms: inputNorm && inputNorms }),
  };
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}
