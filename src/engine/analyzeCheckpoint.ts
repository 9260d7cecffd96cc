import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { centredOn } from '../core/analysis/centred';
import { measureNetwork, type MeasuredNetwork } from '../core/analysis/measureNetwork';
import { analyze, examine, type Analysis } from '../core/analyze';
import type { BoundQuestion } from '../core/bounds/boundQuestion';
import { waitForRuns } from '../core/bounds/nearby/nearbyRows';
import { waitsForKernel } from '../core/bounds/nearby/tangentKernelRow';
import type { Checkpoint } from '../core/checkpoint';
import type { Declarations } from '../core/declarations';
import type { AnalysisReport } from '../core/report';
import { loadCheckpoint } from '../formats/loadCheckpoint';
import type { LoadedCheckpoint } from '../formats/loadedCheckpoint';
import { readSequences } from '../formats/sequences/readSequences';
import { readSidecar, sidecarPath } from '../formats/sidecar';
import type { AnalysisRequest, Progress } from '../protocol/engineApi';
import { nativeMatrixProduct } from '../runtime/matrixProduct';
import { nearbyNetworks, type NearbyNetwork } from '../runtime/nearby/nearbyNetworks';
import { tangentKernel } from '../runtime/nearby/tangentKernel';
import { observe } from '../runtime/observe';
import { version } from '../version';

/** What an analysis has found besides its report. */
export interface Findings {
  /** What the bounds answer. */
  readonly question: BoundQuestion;
  readonly loaded: LoadedCheckpoint;
  readonly run: NonNullable<Analysis['run']>;
  /** Networks near the checkpoint that bounds are about. */
  readonly networks: readonly NearbyNetwork[];
}

/**
 * From a file to a report. Progress carries what is known as soon as the weights are measured; the rest needs the user's
 * sequences and permission to run the model; with both, whoever asked is given what was found besides.
 */
export async function analyzeCheckpoint(
  request: AnalysisRequest,
  onProgress: (progress: Progress) => void,
  onFindings: (findings: Findings) => void = () => {},
): Promise<AnalysisReport> {
  onProgress({ phase: `Reading ${basename(request.checkpoint)}`, report: null });
  const declarations = await readDeclarations(request);
  const loaded = await loadCheckpoint(request.checkpoint);
  const { checkpoint } = loaded;

  onProgress({ phase: 'Certifying spectral norms', report: null });
  const measured = await measure(checkpoint);
  const referencePath = request.reference ?? declarations.referencePath;
  const reference = referencePath === null ? null : await readReference(checkpoint, referencePath);
  const known = { checkpoint, measured, declarations: declarations.values, reference, version };
  const weightsOnly = analyze({ ...known, run: null });

  const dataPath = request.data ?? declarations.dataPath;
  if (dataPath === null) return weightsOnly;
  if (!request.mayRun) {
    weightsOnly.notes.push('The model was not run, because this workspace is not trusted.');
    return weightsOnly;
  }

  onProgress({ phase: `Reading ${basename(dataPath)}`, report: weightsOnly });
  const sequences = await readSequences(dataPath, checkpoint.inputs);
  const observations = await observe(loaded, sequences, {
    scoresOutput: declarations.values.scores ?? null,
    clip: declarations.values.inputDomain?.clip ?? null,
    progress: (phase) => onProgress({ phase, report: weightsOnly }),
  });

  onProgress({ phase: 'Computing bounds', report: weightsOnly });
  const run = { sequences, observations };
  const first = examine({ ...known, run });
  const { noise, quantise, kernel = null } = request.nearby ?? { noise: null, quantise: false };
  const isTried = (noise !== null || quantise) && waitForRuns(first.report.bounds);
  const hasKernel = kernel !== null && first.report.bounds.some(({ reason }) => reason === waitsForKernel);
  if (!isTried && !hasKernel) {
    onFindings({ question: first.question, loaded, run, networks: [] });
    return first.report;
  }

  const asked = {
    ...{ loaded, sequences, observations, declarations: declarations.values },
    start: reference?.start.checkpoint ?? null,
    progress: (phase: string) => onProgress({ phase, report: first.report }),
  };
  const { runs, networks } = isTried ? await nearbyNetworks(asked, { noise, quantise }) : { runs: null, networks: [] };
  const { report, question } = examine({
    ...{ ...known, run, nearby: runs },
    tangentKernel: hasKernel ? await tangentKernel(asked, kernel.seed) : null,
  });
  onFindings({ question, loaded, run, networks });
  return report;
}

/** The checkpoint that the training started from, and how far it went. */
async function readReference(checkpoint: Checkpoint, path: string): Promise<Analysis['reference']> {
  const { checkpoint: origin } = await loadCheckpoint(path);
  const { start, distance, notes } = centredOn(checkpoint, origin);
  return {
    file: origin.file,
    start: { checkpoint: start, measured: await measure(start) },
    distance: { checkpoint: distance, measured: await measure(distance) },
    notes,
  };
}

export async function measure(checkpoint: Checkpoint): Promise<MeasuredNetwork> {
  const multiply = nativeMatrixProduct();
  try {
    return await measureNetwork(checkpoint, multiply);
  } finally {
    await multiply.dispose();
  }
}

interface Sidecar {
  readonly values: Declarations;
  /** What it names, relative to itself. */
  readonly dataPath: string | null;
  readonly referencePath: string | null;
}

/** The sidecar, if there is one. */
export async function readDeclarations(request: Pick<AnalysisRequest, 'checkpoint' | 'config'>): Promise<Sidecar> {
  const path = request.config ?? sidecarPath(request.checkpoint);
  if (request.config === null && !existsSync(path)) return { values: {}, dataPath: null, referencePath: null };
  const values = await readSidecar(path);
  const beside = (named: string | undefined): string | null =>
    named === undefined ? null : resolve(dirname(path), named);
  return { values, dataPath: beside(values.data), referencePath: beside(values.reference) };
}
