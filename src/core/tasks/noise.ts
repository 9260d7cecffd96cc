import { room } from './room';
import { drawn, sequencesOption, share, task, whole } from './task';

/**
 * Inputs are independent standard normal numbers. The true class is the one of `classes` random directions along which the sum
 * of the steps lies furthest; with the probability `noise` the label is drawn from all classes instead, regardless of the
 * inputs. What no network can learn is then known: an error of at least noise · (1 − 1/classes) on new sequences. With
 * noise = 1 there is nothing to learn at all, and a certified bound below 1 − 1/classes would be wrong.
 */
export const noise = task({
  name: 'noise',
  description: 'random sequences, and labels of which a share is random too (classification, last step)',
  source: 'after Zhang, Bengio, Hardt, Recht & Vinyals 2017, section 2',
  reads: null,
  options: {
    sequences: sequencesOption(10_000),
    length: whole(20, 1, 1_000_000, 'steps'),
    width: whole(4, 1, 100_000, 'numbers a step'),
    classes: whole(2, 2, 1000, 'classes'),
    noise: share(1, 'the probability that a label is drawn regardless of the inputs'),
  },
  make({ sequences, length, width, classes, noise: level }, random) {
    const directions = Float64Array.from({ length: classes * width }, random.normal);
    const x = room(sequences, length, width);
    const labels = new Int32Array(sequences);
    let wrong = 0;
    for (let k = 0; k < sequences; k++) {
      const sums = new Float64Array(width);
      for (let t = 0; t < length; t++) {
        for (let i = 0; i < width; i++) {
          const place = (k * length + t) * width + i;
          x[place] = random.normal();
          sums[i]! += x[place];
        }
      }
      const truth = furthest(directions, sums);
      const isNoisy = random.uniform(0, 1) < level;
      labels[k] = isNoisy ? drawn(random, 0, classes - 1) : truth;
      if (labels[k] !== truth) wrong++;
    }
    const least = level * (1 - 1 / classes);
    return {
      count: sequences,
      arrays: new Map([
        ['x', { dims: [sequences, length, width], values: x }],
        ['labels', { dims: [sequences], values: labels }],
      ]),
      declared: { task: 'classification', independentSequences: true },
      facts: [
        `No network can err in less than ${(100 * least).toFixed(1)} % of new sequences: a bound below that would be wrong.`,
        `Of these labels, ${wrong.toLocaleString('en-US')} are not the class of their sequence.`,
      ],
    };
  },
});

/** The direction with the largest inner product. */
function furthest(directions: Float64Array, sums: Float64Array): number {
  let best = 0;
  let most = -Infinity;
  for (let c = 0; c * sums.length < directions.length; c++) {
    let product = 0;
    for (const [i, sum] of sums.entries()) product += directions[c * sums.length + i]! * sum;
    if (product > most) [best, most] = [c, product];
  }
  return best;
}
