import type { Tensor as TfTensor } from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Checkpoint, ModelInput } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import type { Tensor } from '../../core/sequences';
import type { LoadedCheckpoint, TfjsProgram } from '../../formats/loadedCheckpoint';
import type { ModelRun, ModelRunner } from '../modelRunner';
import { layerRun, type BatchMajor } from './layerRun';
import { loadTfjsModel, onEitherBackend, reasonOf, tensorflow, type TensorFlow } from './loadTfjsModel';
import { scoresLayer, type ScoresLayer } from './scoresLayer';
import { tapLayer, tapScores } from './taps';

/**
 * Runs a TensorFlow.js layers-model as TensorFlow.js runs it, on its wasm backend where that can, in one thread. One prediction gives
 * the model's outputs, what each recurrent layer reads, its own hidden states, and the scores before a final softmax or
 * sigmoid.
 *
 * @param scoresOutput the output that the user declares to hold the scores; null: the one the readout ends in.
 * @throws Problem with TensorFlow.js's reason when it refuses the model (a GRU with `reset_after`, an unknown layer); then
 * `createEvaluateRunner` can still follow the layers that are understood.
 */
export async function createTfjsRunner(
  { checkpoint, program }: LoadedCheckpoint,
  scoresOutput: string | null = null,
): Promise<ModelRunner> {
  if (program.kind !== 'tfjs') throw new Error('createTfjsRunner was given a checkpoint of another format.');
  const tf = await tensorflow();
  const model = await loadTfjsModel(tf, program, checkpoint.file);
  const watched = watchModel(tf, model, program, checkpoint, scoresLayer(checkpoint.readout, program, scoresOutput));
  return {
    peer: 'tfjs',
    async run(inputs) {
      model.resetStates();
      const given = checkpoint.inputs.map((input) => givenInput(input, inputs, checkpoint.file));
      return watched.read(given, await predict(tf, watched.model, checkpoint, given));
    },
    dispose: () => {
      watched.dispose();
      model.dispose();
      return Promise.resolve();
    },
  };
}

interface WatchedModel {
  /** The user's model with everything watched as additional outputs, so that one run gives it all. */
  readonly model: LayersModel;
  read(given: readonly Tensor[], predicted: readonly BatchMajor[]): ModelRun;
  /** Disposes the copies of layers that were made for watching. */
  dispose(): void;
}

function watchModel(
  tf: TensorFlow,
  model: LayersModel,
  program: TfjsProgram,
  { layers, outputs }: Checkpoint,
  scored: ScoresLayer | null,
): WatchedModel {
  const wanted: SymbolicTensor[] = [...model.outputs];
  const place = (tensor: SymbolicTensor): number => {
    const known = wanted.indexOf(tensor);
    return known < 0 ? wanted.push(tensor) - 1 : known;
  };
  const taps = program.taps.map(({ layer, part }) => tapLayer(tf, model, layer, part));
  const scores = scored && tapScores(tf, model, scored);
  // An input of the model is not an output of anything; it is taken from what was given.
  const inputs = taps.map((tap) => tap && { given: model.inputs.indexOf(tap.input), tap });
  const places = inputs.map(
    (at) => at && { ...at, input: at.given < 0 ? place(at.tap.input) : -1, output: place(at.tap.output) },
  );
  const scoresPlace = scores && place(scores.tensor);
  return {
    model: tf.layers.model({ inputs: model.inputs, outputs: wanted }),
    read: (given, predicted) => ({
      layers: places.map((at, k) => {
        const layer = layers[k];
        const input = at && (at.given < 0 ? predicted[at.input] : floats(given[at.given]));
        const output = at && predicted[at.output];
        return at && layer && input && output ? layerRun(layer, at.tap, input, output) : null;
      }),
      scores: scoresPlace === null ? null : scoresOf(predicted[scoresPlace]),
      outputs: new Map(outputs.flatMap(({ name }, k) => (predicted[k] ? [[name, predicted[k]]] : []))),
    }),
    dispose: () => {
      for (const watched of [...taps, scores]) watched?.clone?.dispose();
    },
  };
}

function givenInput({ name }: ModelInput, inputs: ReadonlyMap<string, Tensor>, file: string): Tensor {
  const tensor = inputs.get(name);
  if (!tensor) throw new Problem(`The input ${name} of ${file} was not given; add an array of that name to the data.`);
  return tensor;
}

async function predict(
  tf: TensorFlow,
  model: LayersModel,
  { inputs, file }: Checkpoint,
  given: readonly Tensor[],
): Promise<BatchMajor[]> {
  const tensors = given.map((tensor, k) => toTfjs(tf, tensor, inputs[k]?.elementType === 'int32'));
  const batch = Math.max(1, given[0]?.dims[0] ?? 1);
  let predicted: TfTensor[] = [];
  try {
    const answer = await onEitherBackend(tf, () => model.predict(tensors, { batchSize: batch }));
    predicted = Array.isArray(answer) ? answer : [answer];
    return await Promise.all(
      predicted.map(async (tensor) => ({ dims: tensor.shape, values: Float32Array.from(await tensor.data()) })),
    );
  } catch (error) {
    throw new Problem(`TensorFlow.js cannot run ${file} on these sequences: ${reasonOf(error)}`, { cause: error });
  } finally {
    tf.core.dispose([...tensors, ...predicted]);
  }
}

function toTfjs({ core }: TensorFlow, { dims, values }: Tensor, integers: boolean): TfTensor {
  const numbers = integers ? Int32Array.from(values, Number) : Float32Array.from(values, Number);
  return core.tensor(numbers, [...dims], integers ? 'int32' : 'float32');
}

function floats(tensor: Tensor | undefined): BatchMajor | undefined {
  return tensor && { dims: tensor.dims, values: Float32Array.from(tensor.values, Number) };
}

/** [batch, width] or [batch, steps, width]; scores of any other shape cannot be compared with labels. */
function scoresOf(scores: BatchMajor | undefined): ModelRun['scores'] {
  if (!scores) return null;
  const [, second, third] = scores.dims;
  if (scores.dims.length === 2 && second !== undefined) return { steps: 1, width: second, values: scores.values };
  if (scores.dims.length === 3 && second !== undefined && third !== undefined)
    return { steps: second, width: third, values: scores.values };
  return null;
}
