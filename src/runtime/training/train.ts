import type { Network } from '../../core/cells/network';
import { Problem } from '../../core/problem';
import { withBoundPenalty } from '../../core/training/boundPenalty';
import { sequenceLimits, type ComplexitySetting } from '../../core/training/complexity';
import { epochBatches, trainingRandom } from '../../core/training/epochOrder';
import { keptTo, type KeptTo } from '../../core/training/keptTo';
import { learningRateAt } from '../../core/training/learningRate';
import { dataRead, type TrainingData } from '../../core/training/trainingData';
import type { TrainingOptions } from '../../core/training/trainingOptions';
import type { EpochRecord, Score, TrainingState } from '../../core/training/trainingState';
import { dropoutMasks } from '../graph/dropout';
import { batchFeeds, type BatchDropout } from './batch';
import { descent, type Descent } from './descent';
import type { TrainingStep } from './trainingStep';

/** A training that is ready to begin, or to go on. */
export interface Training {
  readonly network: Network;
  readonly data: TrainingData;
  /** Which sequences train, and which are only asked after every epoch. */
  readonly parts: { readonly training: readonly number[]; readonly validation: readonly number[] };
  readonly options: TrainingOptions;
  readonly step: TrainingStep;
  /** What takes the steps; by default they are taken here, with the gradients of `step`. */
  readonly device?: TrainingDevice | null;
  /** The weights that `pull` pulls towards, in the order of the graph. */
  readonly start: readonly Float32Array[];
  /** How well the network answers some of the sequences with these weights. */
  readonly score: (weights: readonly Float32Array[], sequences: readonly number[]) => Promise<Score>;
}

/** Another place to take steps at. */
export interface TrainingDevice {
  /** @param here takes the same steps on the CPU. */
  descent(kept: KeptTo, here: Descent): Descent;
  /** Brings the state of the training under way up to date, for whoever writes it down between two events. */
  settle(state: TrainingState): Promise<void>;
}

/** What is told while a training goes on; its state is then one that it can be resumed from, once its device has settled it. */
export type TrainingEvent =
  | {
      readonly kind: 'step';
      readonly epoch: number;
      readonly batch: number;
      readonly batches: number;
      readonly loss: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
    }
  | { readonly kind: 'epoch'; readonly record: EpochRecord; readonly isBest: boolean };

/**
 * Trains, from any state to the end, changing the state in place. Whoever asks for the next event decides when it goes on;
 * between two events the state may be written down, and a training that goes on from what was written ends at the same
 * weights. Ends where a loss is not finite, with the state of the best epoch as it was.
 */
export async function* train(training: Training, state: TrainingState): AsyncGenerator<TrainingEvent, void> {
  const { network, data, parts, options, step, start } = training;
  const { epochs, batchSize, seed } = options;
  if (parts.training.length === 0)
    throw new Problem('No sequence is left to train on: make the validation part smaller.');
  const complexity = (): ComplexitySetting => ({
    ...{ network, weights: step.weights, sequences: parts.training.length },
    ...sequenceLimits(data, parts.training),
  });
  const kept = withBoundPenalty(
    keptTo(options.constraints, network, step.weights, start),
    options.constraints,
    complexity,
    state,
  );
  const here = descent(step, options, kept);
  const descends = training.device?.descent(kept, here) ?? here;
  if (state.epoch === 0 && state.batch === 0 && state.history.length === 0 && parts.validation.length > 0) {
    yield await beforeFirstStep(training, state);
  }
  while (state.ended === null) {
    const { epoch } = state;
    const batches = epochBatches(data.lengths, parts.training, { batchSize, seed, epoch });
    const length = { steps: epochs * batches.length, stepsPerEpoch: batches.length };
    while (state.batch < batches.length) {
      const learningRate = learningRateAt(options.learningRate, epoch * batches.length + state.batch, length);
      const { loss, gradientNorm } = await trainOn(training, state, batches[state.batch]!, learningRate, descends);
      if (!Number.isFinite(loss)) {
        await descends.settle(state);
        state.ended = 'diverged';
        return;
      }
      state.batch++;
      if (state.batch === batches.length) await descends.projectAll(state);
      yield { kind: 'step', epoch, batch: state.batch, batches: batches.length, loss, gradientNorm, learningRate };
    }
    yield await endEpoch(training, state, kept);
  }
}

/** One batch: a step, or one for each piece of it. */
async function trainOn(
  training: Training,
  state: TrainingState,
  sequences: readonly number[],
  learningRate: number,
  descends: Descent,
): Promise<{ readonly loss: number; readonly gradientNorm: number }> {
  const { data, options } = training;
  const longest = sequences.reduce((most, k) => Math.max(most, data.lengths[k]!), 0);
  const pieceLength = options.truncate ?? longest;
  const dropout = options.dropout > 0 ? batchDropout(training, state) : null;
  let carried: ReadonlyMap<string, Float32Array> = new Map();
  let [loss, answers, gradientNorm] = [0, 0, 0];
  for (let from = 0; from < longest; from += pieceLength) {
    const feeds = batchFeeds(
      dataRead(data, state.weights),
      sequences,
      { from, to: Math.min(longest, from + pieceLength) },
      dropout,
    );
    const result = await descends.step(state, feeds, learningRate, carried);
    carried = result.states;
    if (!feeds.isAnswered) continue;
    loss += result.loss * feeds.batch.answers;
    answers += feeds.batch.answers;
    const norm = result.gradientNorm;
    if (!Number.isFinite(norm) || !Number.isFinite(result.loss)) return { loss: NaN, gradientNorm: norm };
    gradientNorm = Math.max(gradientNorm, norm);
  }
  const { sums } = state;
  state.sums = {
    loss: sums.loss + loss,
    answers: sums.answers + answers,
    largestGradient: Math.max(sums.largestGradient, gradientNorm),
  };
  return { loss: loss / answers, gradientNorm };
}

/** Drawn anew for every batch, whatever was drawn before. */
const batchDropout = ({ network, parts, options }: Training, { epoch, batch }: TrainingState): BatchDropout => ({
  ...{ masks: dropoutMasks(network), share: options.dropout },
  random: trainingRandom(options.seed, 'dropout', epoch * parts.training.length + batch),
});

/** Records how the network answers as it is given, as epoch 0, which is never the best: its weights are there already. */
async function beforeFirstStep(
  { parts, score }: Training,
  { weights, history }: TrainingState,
): Promise<TrainingEvent> {
  const validation = await score(weights, parts.validation);
  const record: EpochRecord = { epoch: 0, trainingLoss: null, validation, largestGradient: 0 };
  history.push(record);
  return { kind: 'epoch', record, isBest: false };
}

/** Records the epoch, keeps its weights where it is the best, and decides whether another follows. */
async function endEpoch(
  { parts, options, score }: Training,
  state: TrainingState,
  kept: KeptTo,
): Promise<TrainingEvent> {
  const { sums, weights, history } = state;
  const trainingLoss = sums.loss / sums.answers;
  const record: EpochRecord = {
    epoch: state.epoch + 1,
    trainingLoss,
    validation: parts.validation.length > 0 ? await score(weights, parts.validation) : null,
    largestGradient: sums.largestGradient,
  };
  const loss = (record.validation?.loss ?? trainingLoss) + kept.cost(weights);
  const isBest = state.best === null || loss < state.best.loss;
  if (isBest) state.best = { epoch: record.epoch, loss, weights: weights.map((values) => values.slice()) };
  history.push(record);
  state.epoch++;
  state.batch = 0;
  state.sums = { loss: 0, answers: 0, largestGradient: 0 };
  const { epochs, patience } = options;
  if (state.epoch >= epochs) state.ended = 'epochs';
  else if (patience !== null && state.epoch - state.best!.epoch >= patience) state.ended = 'patience';
  return { kind: 'epoch', record, isBest };
}
