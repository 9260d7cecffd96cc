import type { MarginReport } from '../../report';
import { marginLoss, type Margins } from './margins';

const probabilities = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];

/** The distribution of margins, for people; null when none is finite. Quantiles are observed margins, rounded down in rank. */
export function marginReport(margins: Margins): MarginReport | null {
  const sorted = margins.values.filter((value) => Number.isFinite(value)).sort();
  const count = sorted.length;
  if (count === 0) return null;
  let sum = 0;
  for (const value of sorted) sum += value;
  const mean = sum / count;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) ** 2;
  return {
    count,
    mean,
    standardDeviation: Math.sqrt(squares / count),
    quantiles: probabilities.map((probability) => ({
      probability,
      value: sorted[Math.floor(probability * (count - 1))]!,
    })),
    errorRate: marginLoss(margins, 0),
  };
}
