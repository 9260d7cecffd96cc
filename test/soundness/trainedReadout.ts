import { evaluateNetwork } from '../../src/core/interpret/evaluateNetwork';
import { candidate, timeMajor, type Architecture, type Weights } from './candidate';
import { countsOf } from './choose';
import { lengthOf, type Population } from './population';
import type { Setting } from './simulate';

/**
 * Trains V and c of a network with one score and one forward layer, whose recurrent weights stay as they are: ridge regression
 * of ±1 on the last hidden states. With more units than sequences it learns labels by heart that have nothing to learn.
 */
export function trainedReadout(own: Architecture, from: Population, start: Weights, ridge: number): Setting['choose'] {
  const features = lastStates(own, from, start);
  const width = features.length / from.sequences.length;
  return (training) => {
    const counts = countsOf(training, from);
    const gram = Array.from({ length: width + 1 }, () => new Float64Array(width + 2));
    for (const [k, { sequence, labels }] of from.outcomes.entries()) {
      if (counts[k] === 0) continue;
      const row = [...features.subarray(sequence * width, (sequence + 1) * width), 1, labels[0] === 1 ? 1 : -1];
      for (const [i, line] of gram.entries())
        for (const [j, value] of row.entries()) line[j]! += counts[k]! * row[i]! * value;
    }
    for (const [i, line] of gram.entries()) line[i]! += ridge;
    const solution = solved(gram).map(Math.fround);
    return candidate(own, new Map(start).set('V', solution.slice(0, width)).set('c', solution.slice(width)), from);
  };
}

/** The x of A x = b, from the rows of [A, b], where A is symmetric and positive definite: Gaussian elimination needs no pivots. */
function solved(rows: readonly Float64Array[]): Float64Array {
  const size = rows.length;
  for (let k = 0; k < size; k++) {
    for (let i = k + 1; i < size; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j <= size; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  const solution = new Float64Array(size);
  for (let k = size - 1; k >= 0; k--) {
    let rest = rows[k]![size]!;
    for (let j = k + 1; j < size; j++) rest -= rows[k]![j]! * solution[j]!;
    solution[k] = rest / rows[k]![k]!;
  }
  return solution;
}

/** [sequences, hidden size]: the hidden state after the last step of each sequence. */
function lastStates({ network }: Architecture, from: Population, weights: Weights): Float64Array {
  const { hidden } = evaluateNetwork(network, weights, timeMajor(from)).layers[0]!;
  const count = from.sequences.length;
  const width = hidden.length / (from.steps * count);
  const last = new Float64Array(count * width);
  for (let k = 0; k < count; k++) {
    const row = (lengthOf(from, k) - 1) * count + k;
    last.set(hidden.subarray(row * width, (row + 1) * width), k * width);
  }
  return last;
}
