import gammaln from '@stdlib/math-base-special-gammaln';
import { klInverse } from '../numbers/klInverse';
import { gridCost } from '../numbers/radiusGrid';

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
  readonly nats: number;
  readonly bound: number;
}

/** What a block costs: the cheaper of the adaptive and the plain code, one bit for the choice, and its scale on the grid. */
export function blockNats(counts: readonly number[]): number {
  const length = counts.reduce((sum, count) => sum + count, 0);
  return Math.min(krichevskyTrofimov(counts), length * Math.log(counts.length)) + Math.LN2 + gridCost;
}

/**
 * The bound for the network with quantised weights (theory section 5): klinv(its empirical error, (nats + ln(1/δ))/m), where
 * the nats are those of all blocks and of every choice. `choiceCost` is the logarithm of in how many ways the numbers of symbols
 * could have been chosen.
 */
export function compression(
  counts: readonly (readonly number[])[],
  question: { choiceCost: number; architectureCost: number; loss: number; sequences: number; delta: number },
): Compression {
  const { choiceCost, architectureCost, loss, sequences, delta } = question;
  const nats = counts.reduce((total, symbols) => total + blockNats(symbols), choiceCost + architectureCost);
  return { nats, bound: klInverse(loss, (nats - Math.log(delta)) / sequences) };
}
