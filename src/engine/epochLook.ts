import { centredOn } from '../core/analysis/centred';
import { boundSample } from '../core/bounds/boundSample';
import { everyBound } from '../core/bounds/everyBound';
import { marginReport } from '../core/bounds/margins/marginReport';
import { split } from '../core/analysis/split';
import { networkName, withNetworkWeights } from '../core/checkpointNetwork';
import type { Checkpoint } from '../core/checkpoint';
import type { Observations } from '../core/observations';
import { bestCertified } from '../core/summary';
import type { EpochLook } from '../protocol/trainingApi';
import type { OpenTraining } from '../runtime/training/openTraining';
import { measure, type Findings } from './analyzeCheckpoint';
import { timeShare } from './timeShare';

/** The largest shares of the time that may go into looking at a network between its epochs, together a twentieth. */
const shares = { norms: 0.02, answers: 0.01, bound: 0.02 };

/**
 * Looks at a network while it trains: its norms, its answers and its best certified bound, each whenever that costs at most its
 * share of the time. Nobody sees an answer to the held-out part before the end: whoever stopped a training by it would have
 * selected on it.
 *
 * @param origin the checkpoint that radii and priors are measured from, if there is one.
 */
export function createLooks(
  { loaded, question, run }: Findings,
  { scorer, training, ...opened }: OpenTraining,
  origin: Checkpoint | null,
  now: () => number,
): (weights: readonly Float32Array[], isLast: boolean) => Promise<EpochLook | null> {
  const { declarations } = question;
  const trainedOn = { ...declarations, trainedOnData: true };
  const parts = { ...split(run.sequences.count, run.sequences.holdout, trainedOn), heldOut: [] };
  const normsInTime = timeShare(shares.norms, now);
  const answersInTime = timeShare(shares.answers, now);
  const boundInTime = timeShare(shares.bound, now);

  async function answersOf(weights: readonly Float32Array[], checkpoint: Checkpoint) {
    const scores = scoreTable(training, run.sequences.count);
    await scorer.scores(weights, parts.training, (k, own) => scores.values.set(own, k * scores.steps * scores.width));
    const observations: Observations = { ...run.observations, scores };
    return boundSample({ checkpoint, sequences: run.sequences, observations, split: parts, declarations });
  }

  // After the last step nobody waits for the next.
  return async (weights, isLast) => {
    const checkpoint = withNetworkWeights(loaded.checkpoint, opened.named(weights));
    const measured = await normsInTime(() => measure(checkpoint), isLast);
    const sample = await answersInTime(() => answersOf(weights, checkpoint), isLast);
    const best =
      measured && sample
        ? await boundInTime(async () => {
            const reference = await referenceOf(checkpoint, origin);
            return bestCertified(everyBound({ ...question, checkpoint, measured, sample, reference }));
          }, isLast)
        : null;
    if (!measured && !sample) return null;
    return {
      norms: measured && recurrentNorms(loaded.checkpoint, measured),
      bound: best && { id: best.id, p: best.p, value: best.value, log10: best.log10 },
      margins: sample?.training ? marginReport(sample.training) : null,
    };
  };
}

function recurrentNorms({ layers }: Checkpoint, measured: Awaited<ReturnType<typeof measure>>): EpochLook['norms'] {
  return measured.layers.flatMap(({ matrices }, k) =>
    matrices
      .filter(({ parameter }) => parameter.role === 'recurrent')
      .map(({ parameter, spectral }) => ({
        name: layers.length === 1 ? parameter.name : `${networkName(layers, k)}.${parameter.name}`,
        norm: spectral.upper,
      })),
  );
}

/** Sequences × steps × outputs, zero at padding. */
function scoreTable({ network, data }: OpenTraining['training'], count: number) {
  const { steps: answered, outputs: width } = network.readout!;
  const steps = answered === 'every' ? data.lengths.reduce((most, length) => Math.max(most, length), 0) : 1;
  return { steps, width, values: new Float32Array(count * steps * width) };
}

async function referenceOf(checkpoint: Checkpoint, origin: Checkpoint | null) {
  if (!origin) return null;
  const { start, distance } = centredOn(checkpoint, origin);
  return {
    file: origin.file,
    start: { checkpoint: start, measured: await measure(start) },
    distance: { checkpoint: distance, measured: await measure(distance) },
  };
}
