import { Problem } from '../problem';
import { room } from './room';
import { drawn, sequencesOption, task, whole } from './task';

/**
 * x_t = (a number, a marker): numbers are uniform in [0, 1), and two markers are 1, one in the first half of the sequence and
 * one in the second. The label is the sum of the two marked numbers. Guessing the mean, 1, has the squared error 2 · 1/12 = 1/6.
 */
export const adding = task({
  name: 'adding',
  description: 'add the two marked numbers of a long sequence (regression, last step)',
  source: 'Hochreiter & Schmidhuber 1997, experiment 4, as in Le, Jaitly & Hinton 2015',
  reads: null,
  options: {
    sequences: sequencesOption(10_000),
    length: whole(100, 2, 1_000_000, 'steps of the longest sequence'),
    shortest: whole(0, 0, 1_000_000, 'steps of the shortest sequence; 0: all are of one length'),
  },
  make({ sequences, length, shortest }, random) {
    if (shortest > length) throw new Problem('The shortest sequence is longer than the longest: give --shortest at most --length.'); // prettier-ignore
    if (shortest === 1) throw new Problem('Two numbers do not fit into one step: give --shortest at least 2.');
    const x = room(sequences, length, 2);
    const labels = new Float32Array(sequences);
    const lengths = new Int32Array(sequences);
    for (let k = 0; k < sequences; k++) {
      const own = shortest === 0 ? length : drawn(random, shortest, length);
      const half = Math.floor(own / 2);
      const start = 2 * k * length;
      for (let t = 0; t < own; t++) x[start + 2 * t] = random.uniform(0, 1);
      const marked = [drawn(random, 0, half - 1), drawn(random, half, own - 1)] as const;
      for (const t of marked) x[start + 2 * t + 1] = 1;
      lengths[k] = own;
      labels[k] = x[start + 2 * marked[0]]! + x[start + 2 * marked[1]]!;
    }
    return {
      count: sequences,
      arrays: new Map([
        ['x', { dims: [sequences, length, 2], values: x }],
        ['labels', { dims: [sequences], values: labels }],
        ...(shortest === 0 ? [] : ([['lengths', { dims: [sequences], values: lengths }]] as const)),
      ]),
      declared: {
        task: 'regression',
        independentSequences: true,
        inputDomain: { norm2: Math.SQRT2, normInf: 1, maxLength: length },
      },
      facts: ['Answering 1 every time has the mean squared error 1/6 = 0.1667.'],
    };
  },
});
