import type { Method } from './certifiedRow';
import type { BoundQuestion, BoundSample } from './boundQuestion';
import { sequenceCount } from './margins/margins';

/** Why a row about a class of networks with so many outputs can never have a number for this readout and these labels. */
export function whyUnfitScores(outputs: number, { sample, declarations, checkpoint }: BoundQuestion): string | null {
  const scores = declarations.scores;
  if (scores !== undefined && scores !== checkpoint.readout?.output) {
    return `The scores are declared to be the output ${scores}, but the readout ends in ${checkpoint.readout?.output}.`;
  }
  if (!sample || sample.task === null) return null;
  if (sample.withheld !== null) return sample.withheld;
  return sample.scoreWidth === outputs
    ? null
    : `The scores have ${sample.scoreWidth} entries, but the readout has ${outputs} outputs.`;
}

/** The same of a row about margins. */
export function whyInapplicable(method: Method, outputs: number, question: BoundQuestion): string | null {
  const reason = whyUnfitScores(outputs, question);
  if (reason !== null) return reason;
  const { sample } = question;
  if (method === 'dudley' && sample && hasVariableSteps(sample)) {
    return 'The loss is a mean over steps and lengths differ: contraction does not commute with weights 1/T_i.';
  }
  return null;
}

/** Whether the loss is a mean over steps of sequences of several lengths. */
export const hasVariableSteps = ({ everyStep, lengths }: BoundSample): boolean =>
  everyStep && lengths !== null && lengths.shortest !== lengths.longest;

/**
 * What has to be given before any row about a class can have a number; null when everything is there. `sequences`: how many
 * trained the checkpoint.
 */
export function whatItWaitsFor(
  sample: BoundSample | null,
  sequences: number | null = sample?.training ? sequenceCount(sample.training) : null,
): string | null {
  if (!sample) return 'Waits for labelled sequences: choose a data file with inputs and labels.';
  if (sample.task === null) return 'Waits for labels: the data file has none.';
  if (sequences === null) return 'Waits for sequences that trained the checkpoint: all of the data are held out.';
  return null;
}
