import { createHash } from 'node:crypto';
import { split } from '../../core/analysis/split';
import { withTask } from '../../core/bounds/boundSample';
import { checkpointNetwork, embeddingName, networkWeights } from '../../core/checkpointNetwork';
import type { Checkpoint } from '../../core/checkpoint';
import type { Declarations } from '../../core/declarations';
import type { Matrix } from '../../core/linalg/matrix';
import { Problem } from '../../core/problem';
import type { Sequences } from '../../core/sequences';
import type { AskedDevice, DeviceName } from '../../core/training/device';
import { shuffled, trainingRandom } from '../../core/training/epochOrder';
import { optimizerState } from '../../core/training/optimizer';
import { embeddingWeight, symbolsRead, trainedEmbedding } from '../../core/training/trainedEmbedding';
import type { TrainingData } from '../../core/training/trainingData';
import type { TrainingOptions } from '../../core/training/trainingOptions';
import type { TrainingState } from '../../core/training/trainingState';
import { trainingTask } from '../../core/training/trainingTask';
import type { LoadedCheckpoint } from '../../formats/loadedCheckpoint';
import { dropoutMasks } from '../graph/dropout';
import { captureInputs } from '../networkInputs';
import { chooseDevice } from './chooseDevice';
import { embeddedStep } from './embeddedStep';
import { createScorer, type Scorer } from './scorer';
import type { Training } from './train';
import { createTrainingStep, type TrainingStepOptions } from './trainingStep';

export interface TrainingRequest {
  readonly loaded: LoadedCheckpoint;
  readonly sequences: Sequences;
  readonly declarations: Declarations;
  readonly options: TrainingOptions;
  /** The checkpoint that `pull` pulls towards; null: where the training starts. */
  readonly reference: Checkpoint | null;
  readonly threads: number;
  readonly device: AskedDevice;
  /** Is told in a sentence when the device fails on the way. */
  readonly deviceFailed: (sentence: string) => void;
  readonly progress: (phase: string) => void;
}

export interface OpenTraining {
  readonly training: Training;
  /** Where it computes. */
  readonly device: DeviceName;
  readonly scorer: Scorer;
  /** Sequences that neither train nor say when to stop. */
  readonly heldOut: readonly number[];
  /** What the training depends on besides its state: checkpoint, data and options. */
  readonly identity: string;
  /** Before the first step. */
  begin(): TrainingState;
  /** Weights in the order of the training, by their names in the network. */
  named(weights: readonly Float32Array[]): ReadonlyMap<string, Float64Array>;
  dispose(): Promise<void>;
}

/**
 * Makes a training of a checkpoint and its data ready: the recurrent layers and the readout learn, and an embedding in front of
 * them; whatever else stands there runs once, and stays as it is.
 *
 * @throws Problem where there is nothing to train, or the data do not fit.
 */
export async function openTraining(request: TrainingRequest): Promise<OpenTraining> {
  const { loaded, sequences, declarations, options, reference, threads, progress } = request;
  const { checkpoint } = loaded;
  const found = checkpointNetwork(checkpoint);
  if (typeof found === 'string') throw new Problem(`${checkpoint.file} cannot be retrained. ${found}`);
  if (options.truncate !== null && found.network.layers.some(({ direction }) => direction === 'reverse')) {
    throw new Problem('A layer that reads backward needs whole sequences: leave "truncate" out.');
  }
  const clip = declarations.inputDomain?.clip ?? null;
  const inputs = await captureInputs(loaded, sequences, { clip, members: null, progress });
  const labels = sequences.labels && withTask(sequences.labels, declarations.task);
  const { network, targets, loss } = trainingTask(found.network, checkpoint.readout!, labels, inputs.lengths);
  if (options.dropout > 0 && dropoutMasks(network).length === 0) {
    throw new Problem('Dropout is between layers, and no layer of this network reads another: leave "dropout" out.');
  }
  const lengths = Int32Array.from(inputs.sequences, ({ length }) => length / inputs.width);
  const table = trainedEmbedding(found, checkpoint, declarations, options);
  const read = { width: inputs.width, inputs: inputs.sequences, lengths };
  const embedding = table && { symbols: symbolsRead(read, table), table: Float32Array.from(table.values) };
  const data: TrainingData = { ...read, targets, embedding };

  const parts = partsOf(sequences, declarations, options);
  const stepOptions: TrainingStepOptions = {
    ...{ loss, threads, carriesStates: options.truncate !== null },
    targets: targets.kind,
    dropout: options.dropout > 0,
  };
  const alone = await createTrainingStep(network, { ...stepOptions, inputGradient: table !== null });
  const step = table ? embeddedStep(alone, embeddingWeight(table)) : alone;
  const scorer = await createScorer({ network, weights: step.weights, data, loss, threads });
  const inOrder = (of: Checkpoint): Float32Array[] => {
    const named = new Map(networkWeights(of));
    if (table) named.set(embeddingName, Float64Array.from(tableOf(of, table).values));
    return step.weights.map(({ name }) => Float32Array.from(named.get(name)!));
  };
  const own = inOrder(checkpoint);
  const start = reference ? inOrder(reference) : own;
  const here: Training = {
    ...{ network, data, parts, options, step, start },
    score: (w, members) => scorer.score(w, members),
  };
  const device = await chooseDevice(request.device, here, { step: stepOptions, failed: request.deviceFailed });
  return {
    training: { ...here, device },
    device: device?.name ?? 'cpu',
    scorer,
    heldOut: parts.heldOut,
    identity: identityOf(checkpoint, data, options, start),
    begin: () => ({
      ...{ epoch: 0, batch: 0, sums: { loss: 0, answers: 0, largestGradient: 0 } },
      weights: own.map((values) => values.slice()),
      optimizer: optimizerState(
        options.optimizer.kind,
        own.map(({ length }) => length),
      ),
      ...{ best: null, history: [], ended: null },
    }),
    named: (weights) => new Map(step.weights.map(({ name }, k) => [name, Float64Array.from(weights[k]!)])),
    async dispose() {
      await step.dispose();
      await scorer.dispose();
      await device?.dispose();
    },
  };
}

/** The same table of another checkpoint; this one where it has none. */
function tableOf({ layers }: Checkpoint, table: Matrix): Matrix {
  const tables = layers.flatMap(({ input }) => (input.kind === 'frontEnd' && input.embedding ? [input.embedding] : []));
  return tables.find(({ rows, columns }) => rows === table.rows && columns === table.columns) ?? table;
}

/** The validation part is drawn from the training part; held-out sequences are looked at by nobody before the end. */
function partsOf(
  { count, holdout }: Sequences,
  declarations: Declarations,
  { validation, seed }: TrainingOptions,
): Training['parts'] & { readonly heldOut: readonly number[] } {
  // Data that did not train the checkpoint train it now.
  const { training, heldOut } = split(count, holdout, { ...declarations, trainedOnData: true });
  const order = shuffled(training, trainingRandom(seed, 'split', 0));
  const asked = Math.min(Math.round(validation * training.length), training.length - 1);
  if (training.length === 0) throw new Problem('All sequences are held out, so none is left to train on.');
  const inOrder = (members: readonly number[]): number[] => [...members].sort((i, j) => i - j);
  return { training: inOrder(order.slice(asked)), validation: inOrder(order.slice(0, asked)), heldOut };
}

function identityOf(
  { sha256 }: Checkpoint,
  { inputs, targets }: TrainingData,
  options: TrainingOptions,
  start: readonly Float32Array[],
): string {
  const hash = createHash('sha256').update(JSON.stringify([sha256, options, targets.kind]));
  for (const values of [...inputs, ...targets.values, ...start]) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
