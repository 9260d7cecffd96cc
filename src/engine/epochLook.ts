import { centredOn } from '../core/analysis/centred';
import { boundSample } from '../core/bounds/boundSample';
import { everyBound } from '../core/bounds/everyBound';
import { marginReport } from '../core/bounds/marginReport';
import { split } from '../core/analysis/split';
import { networkName, withNetworkWeights } from '../core/checkpointNetwork';
import type { Checkpoint } from '../core/checkpoint';
import type { Observations } from '../core/observations';
import { bestCertified } from '../core/summary';
import type { EpochLook } from '../protocol/trainingApi';
import type { OpenTraining } from '../runtime/training/openTraining';
import { measure, type Findings } from './analyzeCheckpoint';

/** The largest share of the time that may go into looking at a network between its epochs. */
const mostShare = 0.05;

/**
 * Looks at a network while it trains: its norms, its margins and its best certified bound, whenever that costs at most a
 * twentieth of the time.
 *
 * @param origin the checkpoint that radii and priors are measured from, if there is one.
 */
export function createLooks(
  { loaded, question, run }: Findings,
  { scorer, heldOut, training, ...opened }: OpenTraining,
  origin: Checkpoint | null,
  now: () => number,
): (weights: readonly Float32Array[]) => Promise<EpochLook | null> {
  const begun = now();
  let [spent, longest] = [0, 0];
  const everyone = Array.from({ length: run.sequences.count }, (_, k) => k);
  const { declarations } = question;
  const parts = split(run.sequences.count, run.sequences.holdout, { ...declarations, trainedOnData: true });

  const look = async (weights: readonly Float32Array[]): Promise<EpochLook> => {
    const checkpoint = withNetworkWeights(loaded.checkpoint, opened.named(weights));
    const measured = await measure(checkpoint);
    const scores = scoreTable(training, run.sequences.count);
    await scorer.scores(weights, everyone, (k, own) => scores.values.set(own, k * scores.steps * scores.width));
    const observations: Observations = { ...run.observations, scores };
    const sample = boundSample({ checkpoint, sequences: run.sequences, observations, split: parts, declarations });
    const best = bestCertified(
      everyBound({ ...question, checkpoint, measured, sample, reference: await referenceOf(checkpoint, origin) }),
    );
    return {
      norms: measured.layers.flatMap(({ matrices }, k) =>
        matrices
          .filter(({ parameter }) => parameter.role === 'recurrent')
          .map(({ parameter, spectral }) => ({
            name:
              measured.layers.length === 1
                ? parameter.name
                : `${networkName(loaded.checkpoint.layers, k)}.${parameter.name}`,
            norm: spectral.upper,
          })),
      ),
      bound: best && { id: best.id, p: best.p, value: best.value, log10: best.log10 },
      margins: sample.training && marginReport(sample.training),
      heldOut: heldOut.length > 0 ? await scorer.score(weights, heldOut) : null,
    };
  };

  return async (weights) => {
    const start = now();
    if (longest > 0 && spent + longest > mostShare * (start - begun)) return null;
    const seen = await look(weights);
    const took = now() - start;
    [spent, longest] = [spent + took, Math.max(longest, took)];
    return seen;
  };
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
