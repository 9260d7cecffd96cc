import gammaln from '@stdlib/math-base-special-gammaln';
import { klInverse } from './klInverse';
import { gridCost } from './radiusGrid';

/**
 * The nats that the Krichevsky–Trofimov code needs for a sequence in which symbol k occurs counts[k] times; every symbol of
 * the alphabet has an entry, 0 when it does not occur.
 */
export function krichevskyTrofimov(counts: readonly number[]): number {
  const symbols = counts.length;
  let length = 0;
  let logProbability = gammaln(symbols / 2) - symbols * gammaln(0.5);
  for (const count of counts) {
    length += count;
    logProbability += gammaln(count + 0.5);
  }
  return -(logProbability - gammaln(length + symbols / 2));
}

export interface Compression {
  readonly codes: readonly number[];
  readonly nats: number;
  readonly bound: number;
}

/**
 * The bound for the network with quantised weights (theory section 5): klinv(its empirical error, (nats + ln(1/δ))/m), where
 * each block costs the cheaper of the adaptive and the plain code, one bit for the choice, and its scale on the grid.
 */
export function compression(
  counts: readonly (readonly number[])[],
  question: { bitChoices: number; architectureCost: number; loss: number; sequences: number; delta: number },
): Compression {
  const codes = counts.map(krichevskyTrofimov);
  let nats = Math.log(question.bitChoices) + question.architectureCost;
  counts.forEach((symbols, k) => {
    const length = symbols.reduce((sum, count) => sum + count, 0);
    nats += Math.min(codes[k]!, length * Math.log(symbols.length)) + Math.LN2 + gridCost;
  });
  return { codes, nats, bound: klInverse(question.loss, (nats - Math.log(question.delta)) / question.sequences) };
}
