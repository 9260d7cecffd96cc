import type { RecurrentLayer } from '../../core/checkpoint';
import type { LayerRun } from '../modelRunner';
import type { LayerTap } from './taps';

/** Numbers in C order, batch axis first. */
export interface BatchMajor {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** Turns what was watched of a layer, batch by batch, into one direction's run in the order of the sequence. */
export function layerRun(
  { hiddenSize }: Pick<RecurrentLayer, 'hiddenSize'>,
  { part, reversed }: Pick<LayerTap, 'part' | 'reversed'>,
  input: BatchMajor,
  output: BatchMajor,
): LayerRun | null {
  const [batch, steps, inputSize] = input.dims;
  const width = output.dims.at(-1);
  if (
    input.dims.length !== 3 ||
    batch === undefined ||
    steps === undefined ||
    inputSize === undefined ||
    width === undefined
  )
    return null;
  const outputSteps = output.dims.length === 3 ? output.dims[1]! : 1;
  const offset = part === 'backward' ? hiddenSize : 0;
  if (offset + hiddenSize > width) return null;
  return {
    steps,
    batch,
    input: timeMajor(input.values, { batch, steps, width: inputSize, offset: 0, size: inputSize, reversed: false }),
    output: timeMajor(output.values, { batch, steps: outputSteps, width, offset, size: hiddenSize, reversed }),
    outputSteps: output.dims.length === 3 ? 'every' : 'last',
    initialStates: null,
  };
}

interface Slice {
  readonly batch: number;
  readonly steps: number;
  readonly width: number;
  readonly offset: number;
  readonly size: number;
  readonly reversed: boolean;
}

/** [batch, steps, width] → [steps, batch, size], taking `size` numbers from `offset` on. */
function timeMajor(values: Float32Array, { batch, steps, width, offset, size, reversed }: Slice): Float32Array {
  const result = new Float32Array(steps * batch * size);
  for (let step = 0; step < steps; step++) {
    const source = reversed ? steps - 1 - step : step;
    for (let b = 0; b < batch; b++) {
      const from = (b * steps + source) * width + offset;
      result.set(values.subarray(from, from + size), (step * batch + b) * size);
    }
  }
  return result;
}
