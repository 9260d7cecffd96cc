import { room } from './room';
import { drawn, sequencesOption, task, whole } from './task';

/**
 * One-hot inputs: `symbols` letters out of `letters`, blanks, at the end of the blanks a sign to begin, and blanks while the
 * network answers. Labels, one a step, are 0 (blank) until the sign, and then the letters 1 … in their order. The sequence has
 * blanks + 2 · symbols steps. Without memory, the best cross-entropy is symbols · ln(letters) / steps.
 */
export const copying = task({
  name: 'copy',
  description: 'repeat a few letters after many blanks (classification, every step)',
  source: 'Hochreiter & Schmidhuber 1997, as in Arjovsky, Shah & Bengio 2016, section 5.1',
  reads: null,
  options: {
    sequences: sequencesOption(10_000),
    blanks: whole(100, 1, 1_000_000, 'steps between the last letter and the first answer'),
    symbols: whole(10, 1, 1000, 'letters to be remembered'),
    letters: whole(8, 1, 1000, 'different letters'),
  },
  make({ sequences, blanks, symbols, letters }, random) {
    const steps = blanks + 2 * symbols;
    const width = letters + 2;
    const x = room(sequences, steps, width);
    const labels = new Int32Array(sequences * steps);
    for (let k = 0; k < sequences; k++) {
      for (let t = 0; t < steps; t++) {
        const isSign = t === symbols + blanks - 1;
        const letter = t < symbols ? drawn(random, 1, letters) : 0;
        x[(k * steps + t) * width + (isSign ? letters + 1 : letter)] = 1;
        if (letter > 0) labels[k * steps + blanks + symbols + t] = letter;
      }
    }
    const blind = (symbols * Math.log(letters)) / steps;
    return {
      count: sequences,
      arrays: new Map([
        ['x', { dims: [sequences, steps, width], values: x }],
        ['labels', { dims: [sequences, steps], values: labels }],
      ]),
      declared: {
        task: 'classification',
        independentSequences: true,
        inputDomain: { norm2: 1, normInf: 1, maxLength: steps },
      },
      facts: [
        `Without memory, the best mean cross-entropy is ${symbols} ln ${letters} / ${steps} = ${blind.toFixed(4)} nats a step.`,
        `Answering blank every time errs at ${((100 * symbols) / steps).toFixed(1)} % of the steps.`,
      ],
    };
  },
});
