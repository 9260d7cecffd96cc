import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAfter } from '../core/beforeAfter';
import { checkpointNetwork, withNetworkWeights } from '../core/checkpointNetwork';
import { Problem } from '../core/problem';
import { retrainReport } from '../core/retrainReport';
import { nothingLearned } from '../core/training/nothingLearned';
import { trainedEmbedding } from '../core/training/trainedEmbedding';
import { trainingOptions } from '../core/training/trainingSettings';
import type { TrainingState } from '../core/training/trainingState';
import { loadCheckpoint } from '../formats/loadCheckpoint';
import { openWeightWriter, type WeightWriter } from '../formats/writeWeights';
import type { AnalysisRequest } from '../protocol/engineApi';
import type { RetrainRequest, RetrainResult, TrainingProgress } from '../protocol/trainingApi';
import type { CheckpointFile } from '../formats/weightStore';
import { writeDerivedCheckpoint } from '../runtime/derivedCheckpoint';
import { requireNewFile, writeNewFile } from '../runtime/newCheckpointFile';
import { writeNewFolder } from '../runtime/newCheckpointFolder';
import { openTraining } from '../runtime/training/openTraining';
import { readSnapshot, removeSnapshot, writeSnapshot } from '../runtime/training/snapshot';
import { train } from '../runtime/training/train';
import { analyzeCheckpoint, readDeclarations, type Findings } from './analyzeCheckpoint';
import { createLooks } from './epochLook';
import { writeRetrainedSidecar } from './retrainedFile';
import type { TrainingControl } from './trainingControl';

export interface RetrainHooks {
  readonly tell: (progress: TrainingProgress) => void;
  readonly control: TrainingControl;
  /** Seconds, from any beginning. */
  readonly now: () => number;
}

/**
 * Analyzes a checkpoint, trains it, writes the result beside it under a new name, and analyzes that. The training is written
 * down as it goes on, so that a process that is killed at any moment can be started again and ends at the same weights.
 *
 * Radii and priors of the result are measured from the reference that is given or that the sidecar names; or else from the
 * checkpoint itself, where its sidecar says that the data did not train it.
 */
export async function retrainCheckpoint(request: RetrainRequest, hooks: RetrainHooks): Promise<RetrainResult> {
  const { checkpoint, data, config, settings, threads } = request;
  const { tell } = hooks;
  const phase = (text: string): void => tell({ kind: 'phase', phase: text });
  const options = trainingOptions(settings);
  const sidecar = await readDeclarations(request);
  const dataPath = data ?? sidecar.dataPath;
  if (dataPath === null) {
    throw new Problem(
      `There are no sequences to train ${basename(checkpoint)} on: choose a data file with inputs and labels.`,
    );
  }
  if (request.out !== null) await requireNewFile(request.out);
  const analysis: AnalysisRequest = { checkpoint, data: dataPath, config, mayRun: true };
  const reference = request.reference ?? sidecar.referencePath;
  const { report: before, findings } = await analyzed({ ...analysis, reference }, phase);
  const { loaded, question, run } = findings;
  const writer = await openWeightWriter(loaded, checkpoint);
  const network = checkpointNetwork(loaded.checkpoint);
  requireWritable(
    writer,
    typeof network !== 'string' &&
      trainedEmbedding(network, loaded.checkpoint, question.declarations, options) !== null,
  );
  const isFresh = sidecar.values.trainedOnData === false;
  const origin = reference !== null ? (await loadCheckpoint(reference)).checkpoint : isFresh ? loaded.checkpoint : null;
  const notes: string[] = [];
  const opened = await openTraining({
    ...{ loaded, options, threads, progress: phase },
    ...{ device: request.device ?? 'auto', deviceFailed: (sentence) => notes.push(sentence) },
    ...{ sequences: run.sequences, declarations: question.declarations },
    reference: origin,
  });
  try {
    const { state, seconds } = await trained(
      request,
      hooks,
      { ...findings, question: { ...question, declarations: trainedOn(sidecar.values) } },
      opened,
      origin,
      notes,
    );
    const chosen =
      options.keep === 'best' || state.ended === 'diverged' || state.ended === 'stopped' ? state.best : null;
    if (state.ended === 'diverged') {
      notes.push(
        `The training stopped in epoch ${state.epoch + 1}, as its loss was not finite any more: lower the learning rate.`,
      );
      if (!chosen) throw new Problem(notes.at(-1) ?? '');
    }
    const note = nothingLearned(state.history, options.constraints);
    if (note !== null) notes.push(note);
    phase('Writing the new checkpoint');
    const weights = chosen?.weights ?? state.weights;
    const heldOut = opened.heldOut.length > 0 ? await opened.scorer.score(weights, opened.heldOut) : null;
    const files = await writer.write(withNetworkWeights(loaded.checkpoint, opened.named(weights)));
    const path = await write(request, files);
    await writeRetrainedSidecar(path, {
      declarations: trainedOn(sidecar.values),
      data: dataPath,
      reference: reference ?? (isFresh ? checkpoint : null),
    });
    await removeSnapshot(request.snapshot);
    const { report: after } = await analyzed({ checkpoint: path, data: null, config: null, mayRun: true }, phase);
    const epoch = chosen?.epoch ?? state.epoch;
    const { history } = state;
    const ended = state.ended!;
    const text = retrainReport({ before, after, settings, history, ended, epoch });
    const report = `${path}.retrained.md`;
    await writeFile(report, text, { flag: 'wx' });
    const changes = beforeAfter(before, after);
    const { device } = opened;
    return { path, report, before, after, changes, history, ended, epoch, heldOut, seconds, device, notes };
  } finally {
    await opened.dispose();
  }
}

/** Said before a long training, and of an embedding how it can do without. */
function requireWritable(writer: WeightWriter, embedding: boolean): void {
  writer.requireWritable();
  if (!embedding) return;
  try {
    writer.requireWritable({ embedding });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(`${error.message} Or leave the embedding as it is: "trainEmbedding": false in the settings.`);
  }
}

/** Under the name that was asked for, or the next that is free; answers the path of the model file. */
async function write({ checkpoint, out }: RetrainRequest, files: readonly CheckpointFile[]): Promise<string> {
  if (out === null) return await writeDerivedCheckpoint(checkpoint, files, { label: 'retrained', numbered: true });
  if (files.length === 1) {
    await writeNewFile(out, files[0]!.bytes);
    return out;
  }
  await writeNewFolder(out, files);
  return join(out, files[0]!.path);
}

/** From where it was left, or from the beginning, to the end. */
async function trained(
  { snapshot, snapshotSeconds, resume, settings }: RetrainRequest,
  { tell, control, now }: RetrainHooks,
  findings: Findings,
  opened: Awaited<ReturnType<typeof openTraining>>,
  origin: Parameters<typeof createLooks>[2],
  notes: string[],
): Promise<{ readonly state: TrainingState; readonly seconds: number }> {
  const { training, identity } = opened;
  const { epochs } = trainingOptions(settings);
  const found = resume ? await readSnapshot(snapshot) : null;
  if (found && found.identity !== identity) {
    notes.push('The snapshot is of another training (other data, weights or settings), so this one began anew.');
  } else if (resume && !found) notes.push('There was no snapshot to go on from, so the training began anew.');
  const state = found?.identity === identity ? found.state : opened.begin();
  const looks = createLooks(findings, opened, origin, now);
  tell({ kind: 'phase', phase: opened.device === 'cpu' ? 'Training' : `Training on ${opened.device}` });
  const begun = now();
  // The first time at once, so that even a short training can go on after its window was closed.
  let written = -Infinity;
  for await (const event of train(training, state)) {
    if (event.kind === 'step') tell({ ...event, epoch: event.epoch + 1, epochs });
    else tell({ ...event, look: await looks(state.weights, state.ended !== null) });
    // Who pauses may well close the window.
    if (now() - written > snapshotSeconds || control.isPaused()) {
      await training.device?.settle(state);
      await writeSnapshot(snapshot, { identity, state });
      written = now();
    }
    await control.mayGoOn();
    if (state.best && control.isToEnd()) state.ended ??= 'stopped';
    if (state.ended === 'stopped') break;
  }
  return { state, seconds: now() - begun };
}

/** The sidecar of a checkpoint that these data train now. */
function trainedOn({ trainedOnData: _, ...declarations }: Findings['question']['declarations']) {
  return declarations;
}

async function analyzed(
  request: AnalysisRequest,
  phase: (text: string) => void,
): Promise<{ readonly report: Awaited<ReturnType<typeof analyzeCheckpoint>>; readonly findings: Findings }> {
  let findings: Findings | null = null;
  const report = await analyzeCheckpoint(
    request,
    (progress) => phase(progress.phase),
    (found) => (findings = found),
  );
  if (!findings) throw new Error('An analysis with data found nothing.');
  return { report, findings };
}
