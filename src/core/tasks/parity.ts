import { Problem } from '../problem';
import { room } from './room';
import { drawn, off, sequencesOption, task, whole } from './task';

/** Fair bits, one a step. The label is whether an odd number of them was 1 so far: after the last step, or after every step. */
export const parity = task({
  name: 'parity',
  description: 'tell whether an odd number of bits was 1 (classification, last or every step)',
  source: 'Minsky & Papert 1969; for recurrent networks Hochreiter & Schmidhuber 1996',
  reads: null,
  options: {
    sequences: sequencesOption(10_000),
    length: whole(50, 1, 1_000_000, 'steps of the longest sequence'),
    shortest: whole(0, 0, 1_000_000, 'steps of the shortest sequence; 0: all are of one length'),
    everyStep: off('label every step instead of the last'),
  },
  make({ sequences, length, shortest, everyStep }, random) {
    if (shortest > length) throw new Problem('The shortest sequence is longer than the longest: give --shortest at most --length.'); // prettier-ignore
    const x = room(sequences, length, 1);
    const lengths = new Int32Array(sequences);
    const everyLabel = new Int32Array(sequences * length).fill(everyStep ? -1 : 0);
    const lastLabel = new Int32Array(sequences);
    for (let k = 0; k < sequences; k++) {
      lengths[k] = shortest === 0 ? length : drawn(random, shortest, length);
      let odd = 0;
      for (let t = 0; t < lengths[k]!; t++) {
        const bit = drawn(random, 0, 1);
        x[k * length + t] = bit;
        odd ^= bit;
        everyLabel[k * length + t] = odd;
      }
      lastLabel[k] = odd;
    }
    return {
      count: sequences,
      arrays: new Map([
        ['x', { dims: [sequences, length, 1], values: x }],
        ['labels', everyStep ? { dims: [sequences, length], values: everyLabel } : { dims: [sequences], values: lastLabel }], // prettier-ignore
        ...(shortest === 0 ? [] : ([['lengths', { dims: [sequences], values: lengths }]] as const)),
      ]),
      declared: {
        task: 'classification',
        independentSequences: true,
        inputDomain: { norm2: 1, normInf: 1, maxLength: length },
      },
      facts: ['Guessing errs in 50 % of the answers.'],
    };
  },
});
