import type { Comparison, ComparedCheckpoint, ComparedMeasure } from './comparison';

/** How much a comparison says, and how little. */
export function comparisonNotes({ task, checkpoints, measures }: Omit<Comparison, 'notes'>): string[] {
  const known = checkpoints.filter(({ gap }) => gap !== null);
  const notes = [...differences(checkpoints)];
  if (known.length < checkpoints.length) notes.push(missing(checkpoints, known.length));
  if (known.length < 2) return notes;
  const smallest = 2 / factorial(known.length);
  notes.push(
    `Each τ rests on ${known.length} checkpoints, so its p-value cannot be below ${short(smallest)}` +
      (smallest > 0.05 ? ': too few to tell any of them from chance.' : '.'),
  );
  notes.push(chance(measures));
  const noise = task === 'classification' ? noiseNote(known) : null;
  return noise === null ? notes : [...notes, noise];
}

/** Reports of other data can be compared, but not without a word. */
function differences(checkpoints: readonly ComparedCheckpoint[]): string[] {
  const parts = new Set(checkpoints.map((each) => `${each.trainingSequences} and ${each.heldOutSequences}`));
  return parts.size === 1
    ? []
    : ['The checkpoints were not analyzed on the same numbers of training and held-out sequences, so their errors are not of the same data.']; // prettier-ignore
}

function missing(checkpoints: readonly ComparedCheckpoint[], known: number): string {
  const letters = checkpoints.filter(({ gap }) => gap === null).map(({ letter }) => letter);
  return known === 0
    ? 'No checkpoint has both a training error and a held-out error, so there is no gap to compare the measures with: mark sequences that the training has not seen, with "heldOut" in the sidecar or a holdout array in the data file.'
    : `${letters.join(', ')} ${letters.length === 1 ? 'has' : 'have'} no gap, for want of labels or of a held-out part, and ${letters.length === 1 ? 'is' : 'are'} left out of every τ.`;
}

/** Among many measures some look good by chance; Holm 1979 says which of them are beyond that. */
function chance(measures: readonly ComparedMeasure[]): string {
  const tested = measures
    .flatMap(({ name, withGap }) => (withGap ? [{ name, pValue: withGap.pValue }] : []))
    .toSorted((a, b) => a.pValue - b.pValue);
  if (tested.length === 0) return 'No measure varies together with a gap that varies, so there is no τ.';
  const failing = tested.findIndex(({ pValue }, k) => pValue * (tested.length - k) > 0.05);
  const sure = tested.slice(0, failing < 0 ? undefined : failing).map(({ name }) => name);
  const many = `With ${tested.length} measures, ${short(tested.length / 20)} would have a p-value below 0.05 by chance alone.`;
  return sure.length === 0
    ? `${many} None is beyond that (Holm’s correction, 5 %).`
    : `${many} Beyond that (Holm’s correction, 5 %): ${sure.join('; ')}.`;
}

/** Errors are counted on a sample: two that differ by less than their deviation have no order. */
function noiseNote(known: readonly ComparedCheckpoint[]): string | null {
  const errors = known.map(({ heldOutError }) => heldOutError!);
  const sizes = known.flatMap(({ heldOutSequences }) => heldOutSequences ?? []);
  const mean = errors.reduce((total, error) => total + error, 0) / errors.length;
  const deviation = Math.sqrt((mean * (1 - mean)) / Math.min(...sizes));
  const spread = Math.max(...errors) - Math.min(...errors);
  return spread > 4 * deviation
    ? null
    : `The held-out errors differ by at most ${short(spread)}, and each is known to about ±${short(2 * deviation)} only: their order is hardly more than chance.`;
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
const short = (value: number): string => String(Number(value.toPrecision(2)));
