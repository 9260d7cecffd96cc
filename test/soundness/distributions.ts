import type { Declarations } from '../../src/core/declarations';
import { seededRandom } from '../../src/core/linalg/seededRandom';
import { population, type Population, type PopulationRequest } from './population';

/** Half of all, so that each row's share is large enough for failures to be seen. */
export const delta = 0.5;

/** Everything known in advance: sequences of at most so many steps whose entries are at most 1. */
export const declared = (from: Population): Declarations => ({
  ...{ delta, independentSequences: true, architectureFixed: true },
  inputDomain: { norm2: Math.sqrt(from.inputSize), normInf: 1, maxLength: from.steps },
});

export const signs = [[-1], [1]];

/** Sequences of −1 and 1, all of one length. */
export const bits = (
  steps: number,
  labels: PopulationRequest['labels'],
  task: Population['task'] = 'classification',
): Population => population({ symbols: signs, lengths: [...new Array<number>(steps - 1).fill(0), 1], labels, task });

/** A class for each sequence, drawn once and for all; with the given probability a label is one of the others. */
export function concept(classes: number, noise: number, seed: number): PopulationRequest['labels'] {
  return (word) => {
    const code = word.reduce((number, symbol) => 64 * number + symbol + 1, 0);
    const right = Math.floor(seededRandom(1000 * code + seed).uniform(0, classes));
    const shares = Array.from({ length: classes }, (_, k) => (k === right ? 1 - noise : noise / (classes - 1)));
    return new Map(shares.map((share, k) => [k, share]));
  };
}

/** Whether more than half of the symbols are the second one, answered wrongly with the given probability. */
export const majority =
  (noise: number): PopulationRequest['labels'] =>
  (word) => {
    const right = 2 * word.reduce((total, symbol) => total + symbol, 0) > word.length ? 1 : 0;
    return new Map([[right, 1 - noise], [1 - right, noise]]); // prettier-ignore
  };

/** The mean of the numbers of the symbols, off by so much to either side; one time in a hundred by ten times as much. */
export const average =
  (noise: number): PopulationRequest['labels'] =>
  (word) => {
    const mean = word.reduce((total, symbol) => total + symbol, 0) / word.length;
    return new Map([[mean - noise, 0.495], [mean + noise, 0.495], [mean + 10 * noise, 0.01]]); // prettier-ignore
  };
