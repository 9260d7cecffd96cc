import type { ExplanationReport, LeverReport } from '../report';

/** What a lever saves a share of. */
export const savedOf: Readonly<Record<LeverReport['measure'], string>> = {
  bound: 'of the bound',
  natsPerSequence: 'of its nats a sequence',
  log10: 'of the bound before it is clipped',
};

/** How many sequences the target needs, and how many there are. */
export function sequencesText({ sequencesNeeded }: ExplanationReport, given: number): string {
  const { target, sequences } = sequencesNeeded;
  const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  if (sequences === null) return `No number of sequences brings it down to ${target}: the loss alone is above that.`;
  return sequences > given
    ? `With losses as they are, it is at most ${target} from about ${count(sequences)} training sequences on; there are ${count(given)}.`
    : `With losses as they are, about ${count(sequences)} training sequences are enough for ${target}; there are ${count(given)}.`;
}
