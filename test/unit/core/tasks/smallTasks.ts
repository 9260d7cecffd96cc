import { readFileSync } from 'node:fs';
import path from 'node:path';
import { madeTask } from '../../../../src/core/tasks/madeTask';
import type { TaskData, TaskSource, TaskValues } from '../../../../src/core/tasks/task';
import { tasks } from '../../../../src/core/tasks/tasks';

export const fixtures = path.resolve(import.meta.dirname, '../../../fixtures/tasks');

/** Pictures of 3 × 4 bytes, the k-th of 5 beginning with 20 k. */
const pictures = {
  arrays: new Map([
    [
      'images',
      { dims: [5, 3, 4], values: Uint8Array.from({ length: 60 }, (_, k) => 20 * Math.floor(k / 12) + (k % 12)) },
    ],
    ['labels', { dims: [5], values: Int32Array.of(2, 0, 0, 1, 0) }],
  ]),
};

/** Every task in a size that one can look at, by the name of its file in the fixtures. */
const cases: Readonly<Record<string, readonly [task: string, values: TaskValues, source?: () => TaskSource]>> = {
  adding: ['adding', { sequences: 12, length: 9 }],
  'adding-lengths': ['adding', { sequences: 12, length: 9, shortest: 2 }],
  copy: ['copy', { sequences: 6, blanks: 5, symbols: 3, letters: 4 }],
  'temporal-order': ['temporal-order', { sequences: 10, length: 40 }],
  'temporal-order-3': ['temporal-order', { sequences: 10, signs: 3 }],
  parity: ['parity', { sequences: 12, length: 6, shortest: 1 }],
  'parity-every': ['parity', { sequences: 12, length: 6, everyStep: 1, shortest: 2 }],
  noise: ['noise', { sequences: 40, length: 3, width: 2, classes: 3, noise: 0.25 }],
  'permuted-rows': ['permuted-rows', {}, () => pictures],
  'permuted-pixels': ['permuted-rows', { pixels: 1, heldOut: 0 }, () => pictures],
  characters: ['characters', { length: 11, heldOut: 0.25 }, text],
  'characters-indices': ['characters', { length: 11, heldOut: 0.25, indices: 1 }, text],
};

function text(): TaskSource {
  return { text: readFileSync(path.join(fixtures, 'text.txt'), 'utf8') };
}

export const smallTaskNames = Object.keys(cases);

export function smallTask(name: string): TaskData {
  const [task, values, source] = cases[name]!;
  return madeTask(
    tasks.find((one) => one.name === task)!,
    values,
    1,
    source?.(),
  );
}
