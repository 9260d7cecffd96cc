import type { SeededRandom } from '../../src/core/linalg/seededRandom';

/** One thing that can happen: a sequence with its labels, one in all or one a step. */
export interface Outcome {
  /** Which of the sequences. */
  readonly sequence: number;
  readonly labels: readonly number[];
  readonly probability: number;
}

/** A distribution with finitely many outcomes, so that the true risk of a network is a sum and not an estimate. */
export interface Population {
  readonly inputSize: number;
  /** Of the longest sequence. */
  readonly steps: number;
  /** [length, input size] each. */
  readonly sequences: readonly Float64Array[];
  readonly outcomes: readonly Outcome[];
  readonly task: 'classification' | 'regression';
  readonly everyStep: boolean;
}

export const lengthOf = ({ sequences, inputSize }: Population, sequence: number): number =>
  sequences[sequence]!.length / inputSize;

export interface PopulationRequest {
  /** The vectors that a step can be, all equally likely. */
  readonly symbols: readonly (readonly number[])[];
  /** How likely each length is: the first is that of one step. */
  readonly lengths: readonly number[];
  readonly task?: Population['task'];
  /** Whether there is a label for each step. Each then depends on the sequence up to that step. */
  readonly everyStep?: boolean;
  /** How likely each label is after these symbols. */
  readonly labels: (symbols: readonly number[]) => ReadonlyMap<number, number>;
}

/** Every sequence of the symbols, with every label it can have. */
export function population(request: PopulationRequest): Population {
  const { symbols, lengths, labels, task = 'classification', everyStep = false } = request;
  const sequences: Float64Array[] = [];
  const outcomes: Outcome[] = [];
  for (const [k, share] of lengths.entries()) {
    const steps = k + 1;
    if (share === 0) continue;
    const count = symbols.length ** steps;
    for (let code = 0; code < count; code++) {
      const word = Array.from({ length: steps }, (_, t) => Math.floor(code / symbols.length ** t) % symbols.length);
      const sequence = sequences.push(Float64Array.from(word.flatMap((symbol) => symbols[symbol]!))) - 1;
      const answers = everyStep ? word.map((_, t) => labels(word.slice(0, t + 1))) : [labels(word)];
      for (const { labels: chosen, probability } of combinations(answers)) {
        outcomes.push({ sequence, labels: chosen, probability: (share * probability) / count });
      }
    }
  }
  return { inputSize: symbols[0]!.length, steps: lengths.length, sequences, outcomes, task, everyStep };
}

/** All choices of one label from each distribution, drawn independently. */
function combinations(answers: readonly ReadonlyMap<number, number>[]): Omit<Outcome, 'sequence'>[] {
  let found: Omit<Outcome, 'sequence'>[] = [{ labels: [], probability: 1 }];
  for (const answer of answers) {
    found = found.flatMap(({ labels, probability }) =>
      [...answer].flatMap(([label, share]) =>
        share > 0 ? [{ labels: [...labels, label], probability: probability * share }] : [],
      ),
    );
  }
  return found;
}

/** The outcome of each of so many independent draws. */
export function draw({ outcomes }: Population, count: number, { uniform }: SeededRandom): Int32Array {
  const cumulated = new Float64Array(outcomes.length);
  let total = 0;
  for (const [k, { probability }] of outcomes.entries()) cumulated[k] = total += probability;
  const drawn = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const point = uniform(0, total);
    let low = 0;
    let high = outcomes.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle]! > point) high = middle;
      else low = middle + 1;
    }
    drawn[i] = low;
  }
  return drawn;
}

/** The mean over a distribution of outcomes, of a loss of each. */
export function expectation({ outcomes }: Population, loss: ArrayLike<number>): number {
  let total = 0;
  let weight = 0;
  for (const [k, { probability }] of outcomes.entries()) {
    total += probability * loss[k]!;
    weight += probability;
  }
  return total / weight;
}
