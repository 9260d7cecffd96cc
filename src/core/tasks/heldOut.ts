import type { SeededRandom } from '../linalg/seededRandom';
import { shuffled } from '../training/epochOrder';
import type { TaskData } from './task';

/** The data with a random share of the sequences held out, unless the task has said which are. */
export function withHoldout(data: TaskData, share: number, random: SeededRandom): TaskData {
  const { count, arrays } = data;
  const held = Math.floor(count * share);
  if (arrays.has('holdout') || held === 0) return data;
  const holdout = new Uint8Array(count);
  const order = shuffled(Array.from(holdout.keys()), random);
  for (const k of order.slice(0, held)) holdout[k] = 1;
  return { ...data, arrays: new Map([...arrays, ['holdout', { dims: [count], values: holdout }]]) };
}
