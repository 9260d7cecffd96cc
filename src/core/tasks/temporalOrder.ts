import { Problem } from '../problem';
import { room } from './room';
import { drawn, sequencesOption, task, whole } from './task';

/** The inputs, one-hot: a start, an end, four distractors, and the two signs whose order is asked for. */
export const temporalOrderSymbols = ['E', 'B', 'a', 'b', 'c', 'd', 'X', 'Y'] as const;

/** Where the signs stand in a sequence of 100 to 110 steps, first and last place of each. */
const places: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  2: [
    [10, 20],
    [50, 60],
  ],
  3: [
    [10, 20],
    [33, 43],
    [66, 76],
  ],
};

/**
 * Sequences begin with E and end with B; between them are a, b, c, d at random, but for two or three places, where X or Y
 * stands. The class is which of them stood where: with X for 0 and Y for 1, the binary number that they make.
 */
export const temporalOrder = task({
  name: 'temporal-order',
  description: 'tell in which order two or three signs came in a long sequence (classification, last step)',
  source: 'Hochreiter & Schmidhuber 1997, experiments 6a (two signs) and 6b (three)',
  reads: null,
  options: {
    sequences: sequencesOption(10_000),
    length: whole(100, 20, 1_000_000, 'steps of the shortest sequence; the longest has a tenth more'),
    signs: whole(2, 2, 3, 'signs in a sequence: four classes with 2, eight with 3'),
  },
  make({ sequences, length, signs }, random) {
    const own = places[signs];
    if (!own) throw new Problem('There are two or three signs in a sequence: give --signs 2 or 3.');
    const longest = length + Math.round(length / 10);
    const width = temporalOrderSymbols.length;
    const at = (place: number): number => Math.round((place * length) / 100);
    const x = room(sequences, longest, width);
    const labels = new Int32Array(sequences);
    const lengths = new Int32Array(sequences);
    for (let k = 0; k < sequences; k++) {
      const steps = drawn(random, length, longest);
      const signAt = new Map(own.map(([from, to]) => [drawn(random, at(from), at(to)), drawn(random, 0, 1)]));
      for (let t = 0; t < steps; t++) {
        const sign = signAt.get(t);
        const symbol = t === 0 ? 0 : t === steps - 1 ? 1 : sign === undefined ? drawn(random, 2, 5) : 6 + sign;
        x[(k * longest + t) * width + symbol] = 1;
      }
      lengths[k] = steps;
      labels[k] = [...signAt.values()].reduce((number, sign) => 2 * number + sign, 0);
    }
    return {
      count: sequences,
      arrays: new Map([
        ['x', { dims: [sequences, longest, width], values: x }],
        ['labels', { dims: [sequences], values: labels }],
        ['lengths', { dims: [sequences], values: lengths }],
      ]),
      declared: {
        task: 'classification',
        independentSequences: true,
        inputDomain: { norm2: 1, normInf: 1, maxLength: longest },
      },
      facts: [`Guessing errs in ${100 * (1 - 2 ** -signs)} % of the sequences.`],
    };
  },
});
