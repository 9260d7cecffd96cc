import { initialNetwork } from '../../src/core/cells/initialNetwork';
import { seededRandom, type SeededRandom } from '../../src/core/linalg/seededRandom';
import { candidate, losses, scoresOf, type Architecture, type Candidate, type Loss, type Weights } from './candidate';
import { expectation, type Population } from './population';
import type { Setting } from './simulate';

type Choose = Setting['choose'];

/** Random networks, each answered and measured once, however many samples choose among them. */
export async function bank(
  own: Architecture,
  from: Population,
  { size, scale, origin = null }: { readonly size: number; readonly scale: number; readonly origin?: Weights | null },
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (let k = 0; k < size; k++) found.push(await candidate(own, moved(own, scale, seededRandom(k), origin), from));
  return found;
}

/** Normal numbers of one deviation, added to zero or to the weights of another network. */
export function moved(
  { network }: Architecture,
  scale: number,
  { normal }: SeededRandom,
  origin: Weights | null,
): Weights {
  const shapes = origin ?? initialNetwork(network, 0);
  return new Map(
    [...shapes].map(([name, values]) => [
      name,
      // A file holds float32 numbers.
      Float64Array.from(values, (value) => Math.fround((origin ? value : 0) + scale * normal())),
    ]),
  );
}

/** The one with the least loss on the sample: what choosing among many by their training error does. */
export function bestOnSample(candidates: readonly Candidate[], from: Population, loss: Loss): Choose {
  const known = candidates.map((own) => losses(own, from, loss));
  return (training) => {
    const counts = countsOf(training, from);
    return least(candidates, (_, k) => mean(known[k]!, counts));
  };
}

/** The one whose true risk is furthest above its loss on the sample: nobody could look for a failure more directly. */
export function worstOfAll(candidates: readonly Candidate[], from: Population, loss: Loss): Choose {
  const known = candidates.map((own) => losses(own, from, loss));
  const risks = candidates.map((own) => expectation(from, losses(own, from, 'margin' in loss ? { margin: 0 } : loss)));
  return (training) => {
    const counts = countsOf(training, from);
    return least(candidates, (_, k) => mean(known[k]!, counts) - risks[k]!);
  };
}

/** Steps in random directions, kept where the loss on the sample does not grow. */
export function randomSearch(
  own: Architecture,
  from: Population,
  options: { readonly start: Candidate; readonly steps: number; readonly scale: number; readonly loss: Loss },
): Choose {
  const { start, steps, scale } = options;
  return (training, random) => {
    const counts = countsOf(training, from);
    const lossOf = (scores: Float64Array): number =>
      mean(losses({ scores, outputs: start.outputs }, from, options.loss), counts);
    let best: { readonly weights: Weights; readonly loss: number } = {
      weights: start.weights,
      loss: lossOf(start.scores),
    };
    for (let step = 0; step < steps; step++) {
      const weights = moved(own, scale, random, best.weights);
      const loss = lossOf(scoresOf(own.network, weights, from));
      if (loss <= best.loss) best = { weights, loss };
    }
    return candidate(own, best.weights, from);
  };
}

export function countsOf(drawn: Int32Array, { outcomes }: Population): Float64Array {
  const counts = new Float64Array(outcomes.length);
  for (const outcome of drawn) counts[outcome]! += 1;
  return counts;
}

function mean(known: Float64Array, counts: Float64Array): number {
  let total = 0;
  let count = 0;
  for (const [k, loss] of known.entries()) {
    total += loss * counts[k]!;
    count += counts[k]!;
  }
  return total / count;
}

function least(candidates: readonly Candidate[], value: (own: Candidate, k: number) => number): Candidate {
  let best = 0;
  let smallest = Infinity;
  for (const [k, own] of candidates.entries()) {
    const found = value(own, k);
    if (found < smallest) [best, smallest] = [k, found];
  }
  return candidates[best]!;
}
