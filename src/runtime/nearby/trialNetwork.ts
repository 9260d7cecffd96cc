import { split } from '../../core/analysis/split';
import type { CentredBlock } from '../../core/bounds/nearby/drawnWeights';
import { labelledMargins } from '../../core/bounds/margins/labelledMargins';
import type { Margins } from '../../core/bounds/margins/margins';
import type { Checkpoint } from '../../core/checkpoint';
import { checkpointNetwork, networkWeights } from '../../core/checkpointNetwork';
import type { Declarations } from '../../core/declarations';
import type { Observations } from '../../core/observations';
import { Problem } from '../../core/problem';
import type { Sequences } from '../../core/sequences';
import type { LoadedCheckpoint } from '../../formats/loadedCheckpoint';
import { networkGraph } from '../graph/networkGraph';
import { captureInputs } from '../networkInputs';
import { numbersPerStep } from '../numbersPerStep';
import { openMarginRun } from './marginRun';
import { trialBatches } from './trialBatches';
import type { TrialMargins, TrialSetup } from './trialSetup';

/** What is known of a checkpoint when networks near it are to be run. */
export interface NearbyQuestion {
  readonly loaded: LoadedCheckpoint;
  readonly sequences: Sequences;
  readonly observations: Observations;
  readonly declarations: Declarations;
  /** The checkpoint with the weights that the training started from; null: priors are centred on zero. */
  readonly start: Checkpoint | null;
  readonly progress: (phase: string) => void;
}

/** What a search needs to know of a network. */
export interface SearchedNetwork {
  readonly setup: Pick<TrialSetup, 'blocks'>;
  /** How many training sequences it is tried on. */
  readonly sequences: number;
}

/** A network that can be tried with other weights. */
export interface TrialNetwork extends SearchedNetwork {
  readonly setup: TrialSetup;
  /** With the weights of the checkpoint itself. */
  readonly own: TrialMargins;
  /** The largest |ours − theirs| / (1 + |theirs|) over the margins of the model itself. */
  readonly scoreError: number;
}

/**
 * Makes the checkpoint's own graph with its weights as inputs, and runs it on what its layers read for the training sequences;
 * a sentence where that cannot be done, null where there is nothing to count errors on.
 */
export async function trialNetwork(question: NearbyQuestion): Promise<TrialNetwork | string | null> {
  const { loaded, sequences, observations, declarations, start, progress } = question;
  const { checkpoint } = loaded;
  const found = checkpointNetwork(checkpoint);
  if (typeof found === 'string') return found;
  const { scores } = observations;
  const { labels } = sequences;
  const members = split(sequences.count, sequences.holdout, declarations).training;
  if (!labels || !scores || members.length === 0) return null;
  if (labels.kind !== 'classes') return 'The labels are not stored as integers, and these rows count errors.';
  const { network } = found;
  const clip = declarations.inputDomain?.clip ?? null;
  const inputs = await orReason(captureInputs(loaded, sequences, { clip, members, progress }));
  if (typeof inputs === 'string') return inputs;
  const batches = trialBatches({
    ...{ width: inputs.width, sequences: inputs.sequences, members, labels },
    ...{ answered: observations.lengths, numbersPerStep: numbersPerStep(checkpoint.layers) },
  });
  const { model } = networkGraph(network, new Map(), {
    parameters: 'inputs',
    elements: 'float32',
    initialStates: 'zero',
    masked: batches.some(({ mask }) => mask !== null),
  });
  const setup: TrialSetup = {
    model,
    blocks: centredBlocks(checkpoint, start),
    batches,
    outputs: network.readout!.outputs,
    scoresEveryStep: network.readout!.steps === 'every',
    labelSteps: labels.steps,
  };
  const run = await openMarginRun(setup);
  try {
    const own = await run.margins(setup.blocks.map(({ values }) => Float32Array.from(values)));
    const theirs = labelledMargins(scores, labels, observations.lengths, members);
    return { setup, own, sequences: members.length, scoreError: largestError(setup, own, theirs) };
  } finally {
    await run.dispose();
  }
}

/** What a Problem says is why these rows have no number; the others have theirs. */
async function orReason<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

function centredBlocks(checkpoint: Checkpoint, start: Checkpoint | null): CentredBlock[] {
  const origin = start && networkWeights(start);
  return [...networkWeights(checkpoint)].map(([name, values]) => ({
    name,
    values,
    start: origin?.get(name) ?? null,
  }));
}

function largestError({ batches }: TrialSetup, own: TrialMargins, theirs: Margins): number {
  let largest = 0;
  let next = 0;
  for (const place of batches.flatMap(({ places }) => places)) {
    for (let k = theirs.starts[place]!; k < theirs.starts[place + 1]!; k++, next++) {
      const [ours, other] = [own[next]!, theirs.values[k]!];
      // What overflowed is an error in both, and says nothing of how far they are apart.
      if (!Number.isFinite(other) && !Number.isFinite(ours)) continue;
      largest = Math.max(largest, Math.abs(ours - other) / (1 + Math.abs(other)));
    }
  }
  return largest;
}
