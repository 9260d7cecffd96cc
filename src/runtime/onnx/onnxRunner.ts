import path from 'node:path';
import { InferenceSession, type Tensor as OrtTensor } from 'onnxruntime-node';

import type { RecurrentLayer } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import type { Tensor } from '../../core/sequences';
import type { LoadedCheckpoint, OnnxScores, OnnxTap, OwnTap } from '../../formats/loadedCheckpoint';
import type { LayerRun, ModelRun, ModelRunner } from '../modelRunner';
import { sessionOptions } from '../sessionOptions';
import { appendOutputs } from './appendOutputs';
import { ownLayerRun } from './ownLayerRun';
import { asFloat32, fromOrt, toOrt } from './ortTensor';

/**
 * Runs an ONNX model in onnxruntime as it is; only the tensors that recurrent layers read and write, and the scores before
 * a final activation, become outputs besides its own. `scoresOutput` names the model output whose scores are wanted, taken as
 * it is where it is not the one that the readout ends in; null: that one.
 *
 * @throws Problem with onnxruntime's reason when it refuses the model or an input.
 */
export async function createOnnxRunner(
  { checkpoint, program }: LoadedCheckpoint,
  scoresOutput: string | null,
): Promise<ModelRunner> {
  if (program.kind !== 'onnx') throw new Error('createOnnxRunner was given a checkpoint of another format.');
  const { file } = checkpoint;
  const wantedScores = scoresOutput ?? checkpoint.readout?.output ?? null;
  const found =
    program.scoreTensors.find(({ output }) => output === wantedScores) ??
    (wantedScores === null ? null : { output: wantedScores, tensor: wantedScores, axes: null });
  // Nobody says what labels that are numbers would be compared with, were it not what the model answers.
  const isReadout = found !== null && found.output === checkpoint.readout?.output;
  const scores = found && (isReadout ? found : { ...found, tensor: found.output });
  const own = new Set([...checkpoint.inputs, ...checkpoint.outputs].map(({ name }) => name));
  const extra = new Set(program.taps.flatMap((tap) => (tap === null ? [] : tensorsOf(tap))));
  if (scores !== null) extra.add(scores.tensor);
  const added = [...extra].filter((name) => !own.has(name));
  const session = await InferenceSession.create(appendOutputs(program.bytes, added), {
    ...sessionOptions,
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        // The bytes say nothing of where they came from, so external data are looked for in this folder.
        model_external_initializers_file_folder_path: path.dirname(program.path),
      },
    },
  }).catch((error: unknown) => {
    throw new Problem(`onnxruntime cannot load ${file}: ${reasonOf(error)}`);
  });
  const types = new Map(session.inputMetadata.map((input) => [input.name, input.isTensor ? input.type : 'other']));
  return {
    peer: 'onnxruntime',
    async run(inputs) {
      const feeds: Record<string, OrtTensor> = {};
      for (const [name, tensor] of inputs) feeds[name] = toOrt(name, tensor, types.get(name) ?? 'other');
      const results = await session.run(feeds).catch((error: unknown) => {
        throw new Problem(`onnxruntime cannot run ${file} on these data: ${reasonOf(error)}`);
      });
      const find = (name: string | undefined): Tensor | null => {
        if (name === undefined) return null;
        const answered = results[name];
        return answered ? fromOrt(answered) : (inputs.get(name) ?? null);
      };
      const outputs = new Map<string, Tensor>();
      for (const { name } of checkpoint.outputs) {
        const output = find(name);
        if (output !== null) outputs.set(name, output);
      }
      return {
        layers: checkpoint.layers.map((layer, i) => {
          const tap = program.taps[i] ?? null;
          return tap && 'handsOn' in tap ? ownLayerRun(layer, tap, find) : layerRun(layer, tap, find);
        }),
        scores: scores && scoresOf(scores, find(scores.tensor)),
        outputs,
      };
    },
    dispose: () => session.release(),
  };
}

function tensorsOf(tap: OnnxTap | OwnTap): string[] {
  if ('handsOn' in tap) return [...tap.inputs, tap.handsOn];
  const wanted = [tap.input, tap.output ?? tap.lastHidden, tap.initialHidden, tap.initialCell, tap.sequenceLengths];
  return wanted.filter((name) => name !== undefined);
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // Where in its own source the runtime noticed tells the user nothing.
  const told = text
    .replace(/\/\S*\.(h|cc|cpp):\d+ .*?\) /s, '')
    .replace(/\s+/g, ' ')
    .trim();
  return told.endsWith('.') ? told : `${told}.`;
}

function layerRun(
  layer: RecurrentLayer,
  tap: OnnxTap | null,
  find: (name: string | undefined) => Tensor | null,
): LayerRun | null {
  const input = tap && find(tap.input);
  const output = tap && find(tap.output ?? tap.lastHidden);
  if (tap === null || input === null || output === null) return null;
  const [steps = 0, batch = 0] = tap.batchMajor ? [input.dims[1], input.dims[0]] : input.dims;
  if (steps === 0 || input.dims.length !== 3 || input.dims[2] !== layer.inputSize) return null;
  const lengths = find(tap.sequenceLengths);
  const size = layer.hiddenSize;
  const every = tap.output !== undefined;
  const at = { batch, size, slot: tap.slot, batchMajor: tap.batchMajor };
  const hidden = find(tap.initialHidden);
  const cell = find(tap.initialCell);
  const started = [hidden, ...(layer.cellName === 'lstm' ? [cell] : [])].map((state) =>
    state === null
      ? new Float32Array(batch * size)
      : slotOf(asFloat32(state), { ...at, steps: 1, directions: directionsIn(state, batch * size) }),
  );
  return {
    steps,
    batch,
    input: tap.batchMajor ? swapped(asFloat32(input), batch, steps) : asFloat32(input),
    output: slotOf(asFloat32(output), {
      ...at,
      steps: every ? steps : 1,
      directions: directionsIn(output, (every ? steps : 1) * batch * size),
    }),
    outputSteps: every ? 'every' : 'last',
    initialStates: started.some((state) => state.some((value) => value !== 0)) ? started : null,
    ...(lengths === null ? {} : { lengths: Int32Array.from(asFloat32(lengths)) }),
  };
}

const directionsIn = ({ values }: Tensor, each: number): number =>
  Math.max(1, Math.round(values.length / Math.max(1, each)));

interface Slot {
  readonly steps: number;
  readonly batch: number;
  readonly size: number;
  readonly directions: number;
  readonly slot: number;
  readonly batchMajor: boolean;
}

/** One direction of [steps, directions, batch, size], or of [batch, steps, directions, size], as [steps, batch, size]. */
function slotOf(values: Float32Array, { steps, batch, size, directions, slot, batchMajor }: Slot): Float32Array {
  if (directions === 1 && !batchMajor) return values;
  const result = new Float32Array(steps * batch * size);
  for (let step = 0; step < steps; step++) {
    for (let b = 0; b < batch; b++) {
      const from = batchMajor
        ? ((b * steps + step) * directions + slot) * size
        : ((step * directions + slot) * batch + b) * size;
      result.set(values.subarray(from, from + size), (step * batch + b) * size);
    }
  }
  return result;
}

/** [batch, steps, width] → [steps, batch, width]. */
function swapped(values: Float32Array, batch: number, steps: number): Float32Array {
  const width = values.length / (batch * steps);
  const result = new Float32Array(values.length);
  for (let b = 0; b < batch; b++) {
    for (let step = 0; step < steps; step++)
      result.set(
        values.subarray((b * steps + step) * width, (b * steps + step + 1) * width),
        (step * batch + b) * width,
      );
  }
  return result;
}

/** The scores as [batch, steps, width], whatever the order of the tensor's axes. */
function scoresOf({ axes }: OnnxScores, tensor: Tensor | null): ModelRun['scores'] {
  if (tensor === null) return null;
  const { dims } = tensor;
  // Without labels the first axis is taken for the batch and, of three or more, the second for time.
  const batchAxis = axes === null ? (dims.length > 0 ? 0 : null) : axes.batch;
  const timeAxis = axes === null ? (dims.length > 2 ? 1 : null) : axes.time;
  const rest = dims.map((_, axis) => axis).filter((axis) => axis !== batchAxis && axis !== timeAxis);
  const order = [...(batchAxis === null ? [] : [batchAxis]), ...(timeAxis === null ? [] : [timeAxis]), ...rest];
  const steps = timeAxis === null ? 1 : dims[timeAxis]!;
  const batch = batchAxis === null ? 1 : dims[batchAxis]!;
  const source = asFloat32(tensor);
  const width = source.length / Math.max(1, steps * batch);
  // Most models have their axes in this order already, and a large vocabulary makes a copy dear.
  const values = order.every((axis, place) => axis === place) ? source : reordered(source, dims, order);
  return { steps, width, values };
}

/** The numbers of a dense array with its axes in another order. */
function reordered(source: Float32Array, dims: readonly number[], order: readonly number[]): Float32Array {
  const values = new Float32Array(source.length);
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((product, size) => product * size, 1));
  const index = new Int32Array(dims.length);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    values[to] = source[from]!;
    for (let k = order.length - 1; k >= 0; k--) {
      const axis = order[k]!;
      index[axis]!++;
      from += strides[axis]!;
      if (index[axis]! < dims[axis]!) break;
      from -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}
