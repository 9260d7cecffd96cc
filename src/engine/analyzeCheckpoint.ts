import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { measureNetwork, type MeasuredNetwork } from '../core/analysis/measureNetwork';
import { analyze } from '../core/analyze';
import type { Checkpoint } from '../core/checkpoint';
import type { Declarations } from '../core/declarations';
import type { AnalysisReport } from '../core/report';
import { loadCheckpoint } from '../formats/loadCheckpoint';
import { readSequences } from '../formats/sequences/readSequences';
import { readSidecar, sidecarPath } from '../formats/sidecar';
import type { AnalysisRequest, Progress } from '../protocol/engineApi';
import { nativeMatrixProduct } from '../runtime/matrixProduct';
import { observe } from '../runtime/observe';
import { version } from '../version';

/**
 * From a file to a report. Progress carries what is known as soon as the weights are measured; the rest needs the user's
 * sequences and permission to run the model.
 */
export async function analyzeCheckpoint(
  request: AnalysisRequest,
  onProgress: (progress: Progress) => void,
): Promise<AnalysisReport> {
  onProgress({ phase: `Reading ${basename(request.checkpoint)}`, report: null });
  const declarations = await readDeclarations(request);
  const loaded = await loadCheckpoint(request.checkpoint);
  const { checkpoint } = loaded;

  onProgress({ phase: 'Certifying spectral norms', report: null });
  const measured = await measure(checkpoint);
  const weightsOnly = analyze({ checkpoint, measured, run: null, declarations: declarations.values, version });

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
  return analyze({
    checkpoint,
    measured,
    run: { sequences, observations },
    declarations: declarations.values,
    version,
  });
}

async function measure(checkpoint: Checkpoint): Promise<MeasuredNetwork> {
  const multiply = nativeMatrixProduct();
  try {
    return await measureNetwork(checkpoint, multiply);
  } finally {
    await multiply.dispose();
  }
}

/** The sidecar, if there is one, and the data file it names (relative to the sidecar). */
async function readDeclarations(request: AnalysisRequest): Promise<{ values: Declarations; dataPath: string | null }> {
  const path = request.config ?? sidecarPath(request.checkpoint);
  if (request.config === null && !existsSync(path)) return { values: {}, dataPath: null };
  const values = await readSidecar(path);
  return { values, dataPath: values.data === undefined ? null : resolve(dirname(path), values.data) };
}
