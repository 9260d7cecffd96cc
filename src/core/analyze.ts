import type { MeasuredNetwork } from './analysis/measureNetwork';
import { split, type Split } from './analysis/split';
import {
  agreementTolerance,
  defaultDelta,
  type BoundQuestion,
  type BoundSample,
  type Reference,
} from './bounds/boundQuestion';
import { boundSample } from './bounds/boundSample';
import { everyBound } from './bounds/everyBound';
import { marginReport } from './bounds/margins/marginReport';
import { marginLoss, type Margins } from './bounds/margins/margins';
import type { MeanErrors, RegressionSample } from './bounds/regression/regressionSample';
import type { Checkpoint } from './checkpoint';
import type { Declarations } from './declarations';
import { explanation } from './explain/explanation';
import { layerReport } from './layerReport';
import { readoutReport } from './readoutReport';
import type { Observations } from './observations';
import type { AnalysisReport, DataReport, RegressionErrors, RegressionReport } from './report';
import type { Sequences } from './sequences';

export interface Analysis {
  readonly checkpoint: Checkpoint;
  readonly measured: MeasuredNetwork;
  /** null when the model was not run. */
  readonly run: { readonly sequences: Sequences; readonly observations: Observations } | null;
  readonly declarations: Declarations;
  /** The checkpoint that the training started from; null: radii and priors are measured from zero. */
  readonly reference?: (Reference & { readonly notes: readonly string[] }) | null;
  /** What networks near the checkpoint did, or why none could be run; null: they were not asked for. @default null */
  readonly nearby?: BoundQuestion['nearby'];
  /** What the kernel at random weights says of the labels, or why there is none; null: it was not asked for. @default null */
  readonly tangentKernel?: BoundQuestion['tangentKernel'];
  /** Of the program, for the report. */
  readonly version: string;
}

/**
 * The one door: what a file says, how large its weights are, what was seen when it ran, and what its owner declares →
 * the report. Without a run it holds everything that needs weights only, and each bound says what it waits for.
 *
 * @throws Problem where labels or declarations do not fit the data or the model.
 */
export const analyze = (analysis: Analysis): AnalysisReport => examine(analysis).report;

/** The report, and the question that its bounds answer: who has it can ask what another length or another δ would give. */
export function examine(analysis: Analysis): { report: AnalysisReport; question: BoundQuestion } {
  const { checkpoint, measured, run, declarations, reference = null, version } = analysis;
  const { nearby = null, tangentKernel = null } = analysis;
  const parts = run && split(run.sequences.count, run.sequences.holdout, declarations);
  const sample = run && parts && boundSample({ checkpoint, ...run, split: parts, declarations });
  const agreement = run?.observations.agreement ?? null;
  const longest = run && parts ? longestOf(run.observations.lengths) : null;
  const { file, sha256, format, parameters } = checkpoint;
  const question = { checkpoint, measured, declarations, agreement, sample, reference, nearby, tangentKernel };
  const bounds = everyBound(question);
  const report: AnalysisReport = {
    tool: { name: 'recurscope', version },
    checkpoint: { file, sha256, format, parameters },
    reference: reference?.file ?? null,
    layers: measured.layers.map(({ layer, matrices }, k) =>
      layerReport(layer, matrices, run?.observations.gates[k] ?? [], longest),
    ),
    readout: checkpoint.readout && readoutReport(checkpoint.readout, measured),
    data: run && parts && sample ? dataReport(run.observations, parts, sample, declarations) : null,
    agreement,
    margins: sample?.training ? marginReport(sample.training) : null,
    bounds,
    explanation: explanation(question, bounds),
    notes: [
      ...checkpoint.notes,
      ...(reference ? [`Radii and priors of the bounds are measured from ${reference.file}.`, ...reference.notes] : []),
      ...(run?.observations.notes ?? []),
      ...(run && sample ? unusedDeclarations(run, declarations, sample.task) : []),
    ],
  };
  if (!isMisread(report)) return { report, question };
  const note =
    'The checkpoint was misread: the layers as we read them do not reproduce what the model computes, so no bound is given. ' +
    'A network that amplifies the rounding of float32 over many steps looks the same.';
  return { report: { ...report, bounds: [], explanation: null, notes: [note, ...report.notes] }, question };
}

/** Whether our reading of the recurrent layers fails to reproduce the user's own model. */
export function isMisread({ agreement }: Pick<AnalysisReport, 'agreement'>): boolean {
  return agreement !== null && !(agreement.maxRelativeError <= agreementTolerance);
}

/** What the sidecar says and the data file overrules. */
function unusedDeclarations(
  { sequences }: NonNullable<Analysis['run']>,
  { heldOut, trainedOnData, loss }: Declarations,
  task: BoundSample['task'],
): string[] {
  const notes: string[] = [];
  if (heldOut && trainedOnData === false)
    notes.push('"heldOut" in the sidecar was not used: "trainedOnData" says that all sequences are held out.');
  else if (heldOut && sequences.holdout)
    notes.push('"heldOut" in the sidecar was not used: the data file has its own holdout array.');
  if (loss && task === 'classification')
    notes.push(
      '"loss" in the sidecar was not used: the labels are classes. Declare "task": "regression" if they are numbers.',
    );
  return notes;
}

function dataReport(
  { lengths, inputNorm }: Observations,
  { training, heldOut }: Split,
  sample: BoundSample,
  { delta = defaultDelta }: Declarations,
): DataReport {
  const error = (margins: Margins | null): number | null => (margins ? marginLoss(margins, 0) : null);
  let shortest = Infinity;
  for (const length of lengths) shortest = Math.min(shortest, length);
  return {
    sequences: lengths.length,
    trainingSequences: training.length,
    heldOutSequences: heldOut.length,
    maxLength: longestOf(lengths),
    minLength: shortest,
    inputNorm,
    task: sample.task,
    classes: sample.task === 'classification' && sample.scoreWidth !== null ? Math.max(2, sample.scoreWidth) : null,
    trainingError: error(sample.training),
    heldOutError: error(sample.heldOut),
    regression: sample.regression ? regressionReport(sample, sample.regression) : null,
    delta,
  };
}

function regressionReport({ scoreWidth }: BoundSample, { loss, spread, errors }: RegressionSample): RegressionReport {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const means = (part: MeanErrors | null): RegressionErrors | null =>
    part && { absolute: finite(part.absolute), squared: finite(part.squared) };
  return {
    loss: loss.kind,
    scale: loss.scale,
    scaleDeclared: loss.chosenFrom === null,
    outputs: scoreWidth!,
    labelSpread: spread,
    training: means(errors.training),
    heldOut: means(errors.heldOut),
  };
}

function longestOf(lengths: Int32Array): number {
  let longest = 0;
  for (const length of lengths) longest = Math.max(longest, length);
  return longest;
}
