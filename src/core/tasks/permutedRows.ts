import { Problem } from '../problem';
import type { Tensor } from '../sequences';
import { shuffled } from '../training/epochOrder';
import { room } from './room';
import { off, task } from './task';

/**
 * Pictures as sequences: one row a step, or one pixel a step, in an order that is drawn once for all of them. The array is
 * `x` or `images`, (pictures, rows, columns); bytes become numbers from 0 to 1. `labels`, and `holdout` if there is one, are
 * handed on.
 */
export const permutedRows = task({
  name: 'permuted-rows',
  description: 'pictures of a data file, row by row in a random order (classification, last step)',
  source: 'Le, Jaitly & Hinton 2015, section 4.2, where each step is a pixel',
  reads: 'arrays',
  options: {
    pixels: off('one pixel a step instead of one row'),
    inOrder: off('keep the order of the rows or pixels'),
  },
  make({ pixels, inOrder }, random, { arrays }) {
    const images = arrays?.get('x') ?? arrays?.get('images');
    const labels = arrays?.get('labels');
    const holdout = arrays?.get('holdout');
    if (!images || !labels) throw new Problem('The data file needs the arrays "x" (or "images") and "labels".');
    const [count = 0, rows = 0, columns = 0] = images.dims;
    if (images.dims.length !== 3 || images.values.length === 0)
      throw new Problem(`Pictures are needed as (pictures, rows, columns), but the array has the shape [${images.dims.join(', ')}].`); // prettier-ignore
    if (labels.dims[0] !== count) throw new Problem(`There are ${count} pictures, but ${labels.dims[0] ?? 0} labels.`);
    const [steps, width] = pixels ? [rows * columns, 1] : [rows, columns];
    const places = Array.from({ length: steps }, (_, t) => t);
    const order = inOrder ? places : shuffled(places, random);
    const x = room(count, steps, width);
    const scale = images.values instanceof Uint8Array ? 255 : 1;
    for (let k = 0; k < count; k++) {
      for (const [t, from] of order.entries()) {
        for (let i = 0; i < width; i++)
          x[(k * steps + t) * width + i] = Number(images.values[(k * steps + from) * width + i]!) / scale;
      }
    }
    return {
      count,
      arrays: new Map([
        ['x', { dims: [count, steps, width], values: x }],
        ['labels', labels],
        ...(holdout ? ([['holdout', holdout]] as const) : []),
      ]),
      declared: {
        inputDomain: {
          ...(images.values instanceof Uint8Array ? { norm2: Math.sqrt(width), normInf: 1 } : {}),
          maxLength: steps,
        },
      },
      facts: [
        inOrder ? 'The order was kept.' : `The order of the ${pixels ? 'pixels' : 'rows'}: ${told(order)}.`,
        ...guessing(labels),
      ],
    };
  },
});

const mostTold = 64;
const told = (order: readonly number[]): string =>
  order.length <= mostTold ? order.join(' ') : `${order.slice(0, mostTold).join(' ')} …`;

/** How often answering the most frequent class is wrong. */
function guessing({ dims, values }: Tensor): string[] {
  if (dims.length !== 1 || values instanceof Float32Array || values instanceof Float64Array) return [];
  const counts = new Map<number, number>();
  for (const value of values) counts.set(Number(value), (counts.get(Number(value)) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [
    `Answering the most frequent class errs in ${(100 * (1 - most / values.length)).toFixed(1)} % of the pictures.`,
  ];
}
