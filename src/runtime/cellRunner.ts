import { InferenceSession, Tensor } from 'onnxruntime-node';
import { layerWeights } from '../core/cells/layerWeights';
import { widthOf } from '../core/cells/sizes';
import type { RecurrentLayer } from '../core/checkpoint';
import { layerSizes } from '../core/layerSizes';
import { forwardGraph, initialName } from './graph/forwardGraph';
import { sessionOptions } from './sessionOptions';

/** What a layer computed, [steps, batch, width] in the order of the sequence. */
export interface CellRun {
  /** What the next layer sees at every step. */
  readonly hidden: Float32Array;
  /** Every activation of the cell, by its name. In a vanilla cell it is the array that `hidden` is. */
  readonly gates: ReadonlyMap<string, Float32Array>;
}

/** Runs the equations of one recurrent layer, with the weights of its file, on sequences of any length. */
export interface CellRunner {
  /**
   * `input` is [steps, batch, width of x], time-major, in the order of the sequence, whichever the layer's direction.
   * `initialStates` are [batch, width of the state] in the order of the cell's states; null: zero. `lengths` says how many steps
   * of each sequence are not padding: a reverse layer begins at the last of them, and what would be padding is zero.
   */
  run(
    input: Float32Array,
    steps: number,
    batch: number,
    initialStates: readonly Float32Array[] | null,
    lengths?: Int32Array | null,
  ): Promise<CellRun>;
  dispose(): Promise<void>;
}

/** The name of the output that the next layer sees; no gate has it. */
const hiddenName = 'hidden';

/** Builds the graph of a layer, its weights inside, and opens it. Throws for a layer whose equations are withheld. */
export async function createCellRunner(layer: RecurrentLayer): Promise<CellRunner> {
  const { cell, direction } = layer;
  if (!cell) throw new Error(`The layer ${layer.name} has no equations that could be run. ${layer.withheld}`);
  const taps = new Map([[hiddenName, cell.output], ...Object.entries(cell.gates)]);
  const sizes = layerSizes(layer);
  const { model, outputs: names } = forwardGraph(cell, sizes, layerWeights(layer), {
    direction,
    elements: 'float32',
    taps,
  });
  const session = await InferenceSession.create(model, sessionOptions);

  return {
    async run(input, steps, batch, initialStates, lengths = null) {
      // A reverse graph begins at the last step, so that is where every sequence has to end while it runs.
      const shifts = direction === 'reverse' ? lengths : null;
      const read = shifts ? shifted(input, steps, batch, shifts, 'toEnd') : input;
      const feeds: Record<string, Tensor> = { X: new Tensor('float32', read, [steps, batch, sizes.input]) };
      for (const [k, { name, before }] of cell.states.entries()) {
        const width = widthOf(sizes, before.size);
        const initial = initialStates?.[k] ?? new Float32Array(batch * width);
        feeds[initialName(name)] = new Tensor('float32', initial, [batch, width]);
      }
      const outputs = await session.run(feeds);
      const answer = (values: Float32Array): Float32Array => {
        if (shifts) return shifted(values, steps, batch, shifts, 'toStart');
        return lengths ? shifted(values, steps, batch, lengths, 'stay') : values;
      };
      // Two names may share an output, as the candidate and the hidden state of a vanilla cell do.
      const arrays = new Map(Object.entries(outputs).map(([name, tensor]) => [name, answer(numbersOf(tensor))]));
      const arrayOf = (tap: string): Float32Array => arrays.get(names.get(tap)!)!;
      return {
        hidden: arrayOf(hiddenName),
        gates: new Map(Object.keys(cell.gates).map((gate) => [gate, arrayOf(gate)])),
      };
    },
    dispose: () => session.release(),
  };
}

function numbersOf({ data }: InferenceSession.ReturnType[string]): Float32Array {
  if (!(data instanceof Float32Array)) throw new Error('onnxruntime did not answer with float32 numbers.');
  return data;
}

/** Moves every sequence of [steps, batch, n] to the end or back to the start of the time axis; the rest becomes zero. */
function shifted(
  values: Float32Array,
  steps: number,
  batch: number,
  lengths: Int32Array,
  where: 'toEnd' | 'toStart' | 'stay',
): Float32Array {
  const width = values.length / (steps * batch);
  const result = new Float32Array(values.length);
  for (let entry = 0; entry < batch; entry++) {
    const padding = steps - lengths[entry]!;
    for (let step = 0; step < lengths[entry]!; step++) {
      const source = (step + (where === 'toStart' ? padding : 0)) * batch + entry;
      const target = (step + (where === 'toEnd' ? padding : 0)) * batch + entry;
      result.set(values.subarray(source * width, (source + 1) * width), target * width);
    }
  }
  return result;
}
