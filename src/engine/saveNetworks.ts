import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { split } from '../core/analysis/split';
import { boundSample } from '../core/bounds/boundSample';
import { marginLoss } from '../core/bounds/margins/margins';
import type { Checkpoint } from '../core/checkpoint';
import { networkWeights, withNetworkWeights } from '../core/checkpointNetwork';
import type { Declarations } from '../core/declarations';
import { Problem } from '../core/problem';
import type { AnalysisReport } from '../core/report';
import type { Sequences } from '../core/sequences';
import { singleBiases } from '../core/singleBiases';
import { loadCheckpoint } from '../formats/loadCheckpoint';
import { openWeightWriter } from '../formats/writeWeights';
import { derivedPlace, writeDerivedCheckpoint } from '../runtime/derivedCheckpoint';
import type { NearbyNetwork } from '../runtime/nearby/nearbyNetworks';
import { kindOf } from '../runtime/newCheckpointFile';
import { observe } from '../runtime/observe';
import type { Findings } from './analyzeCheckpoint';

/** Which row is about which network. */
const rowOf = { noised: 'Rivasplata', quantised: 'compression' } as const;

/**
 * Writes the networks near a checkpoint that rows of the report are about beside it, in its own format; answers their paths.
 * Each is read and run again: it has the weights, and the errors on the training sequences, that the bound was computed from.
 *
 * @throws Problem where a network cannot be written in that format, or does not answer the same; then it is not there.
 */
export async function saveNetworks(
  checkpoint: string,
  report: AnalysisReport,
  { question, loaded, networks, run }: Findings,
): Promise<string[]> {
  const wanted = networks.filter(({ kind }) =>
    report.bounds.some(({ id, value }) => id === rowOf[kind] && value !== null),
  );
  if (wanted.length === 0 || report.checkpoint.sha256 !== loaded.checkpoint.sha256) return [];
  const writer = await openWeightWriter(loaded, checkpoint);
  const single = singleBiases(loaded.checkpoint);
  const paths: string[] = [];
  for (const network of wanted) {
    const weights = new Map([...network.weights].map(([name, values]) => [name, Float64Array.from(values)]));
    const files = await writer.write(withNetworkWeights(single, weights));
    const derivation = { label: network.name, numbered: false };
    const isTaken = (await kindOf(derivedPlace(checkpoint, derivation, 1))) !== 'nothing';
    const path = await writeDerivedCheckpoint(checkpoint, files, { ...derivation, numbered: isTaken });
    try {
      await requireSame(path, network, run.sequences, question.declarations);
    } catch (error) {
      await rm(files.length === 1 ? path : dirname(path), { recursive: true });
      throw error;
    }
    paths.push(path);
  }
  return paths;
}

async function requireSame(
  path: string,
  network: NearbyNetwork,
  sequences: Sequences,
  declarations: Declarations,
): Promise<void> {
  const loaded = await loadCheckpoint(path);
  requireWeights(loaded.checkpoint, network);
  const observations = await observe(loaded, sequences, {
    scoresOutput: declarations.scores ?? null,
    clip: declarations.inputDomain?.clip ?? null,
    progress: () => {},
  });
  const parts = split(sequences.count, sequences.holdout, declarations);
  const { training } = boundSample({
    checkpoint: loaded.checkpoint,
    sequences,
    observations,
    split: parts,
    declarations,
  });
  const loss = training && marginLoss(training, 0);
  if (loss === network.loss) return;
  throw new Problem(
    `The ${network.kind} network was not saved: in its own file it errs on ${loss} of the training sequences, and not on ${network.loss} as here. Its bound holds for the network as it was run.`,
  );
}

function requireWeights(checkpoint: Checkpoint, { kind, weights }: NearbyNetwork): void {
  for (const [name, values] of networkWeights(checkpoint)) {
    const wanted = weights.get(name);
    if (wanted?.every((value, k) => value === values[k])) continue;
    throw new Problem(
      `The ${kind} network was not saved: ${checkpoint.file} stores ${name} with fewer digits than the network has that the bound is about.`,
    );
  }
}
