import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '../../../../src/core/problem';
import type { Tensor } from '../../../../src/core/sequences';
import { madeTask } from '../../../../src/core/tasks/madeTask';
import { ngramPerplexity } from '../../../../src/core/tasks/ngram';
import type { TaskData, TaskSource, TaskValues } from '../../../../src/core/tasks/task';
import { tasks } from '../../../../src/core/tasks/tasks';
import { readNpz } from '../../../../src/formats/sequences/npz';
import { writeNpz } from '../../../../src/formats/sequences/writeNpz';
import { fixtures, smallTask, smallTaskNames } from './smallTasks';

// read_tasks.py beside the archives has worked out every label again from the inputs before it wrote this.
const reference = JSON.parse(readFileSync(path.join(fixtures, 'tasks.json'), 'utf8')) as {
  readonly archives: Readonly<Record<string, Readonly<Record<string, { dtype: string; dims: number[]; values: number[] }>>>>; // prettier-ignore
  readonly perplexities: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

function make(name: string, values: TaskValues = {}, seed = 0, source: TaskSource = {}): TaskData {
  return madeTask(
    tasks.find((task) => task.name === name)!,
    values,
    seed,
    source,
  );
}

const dtypeOf = ({ values }: Tensor): string =>
  values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'uint8';

const numbers = ({ arrays }: TaskData, name: string): number[] =>
  Array.from<number | bigint, number>(arrays.get(name)!.values, Number);

const refuses = (sentence: RegExp, make: () => unknown): void =>
  assert.throws(make, (error) => error instanceof Problem && sentence.test(error.message));

describe('tasks', () => {
  for (const name of smallTaskNames) {
    it(`${name}: the bytes are always the same, and NumPy reads in them what was meant`, () => {
      const { arrays } = smallTask(name);
      assert.ok(readFileSync(path.join(fixtures, `${name}.npz`)).equals(writeNpz(arrays)));
      const read = reference.archives[name]!;
      assert.deepEqual(Object.keys(read), [...arrays.keys()]);
      for (const [key, array] of arrays) {
        const { dims, values } = array;
        assert.deepEqual(read[key], { dtype: dtypeOf(array), dims: [...dims], values: Array.from(values, Number) });
      }
    });
  }

  it('a seed gives other numbers, and the share that is held out is as large as asked', () => {
    for (const { name, reads } of tasks) {
      if (reads !== null) continue;
      const [first, second] = [make(name, { sequences: 50 }, 1), make(name, { sequences: 50, heldOut: 0.3 }, 2)];
      assert.notDeepEqual(first.arrays.get('x'), second.arrays.get('x'));
      const held = (data: TaskData): number => numbers(data, 'holdout').reduce((p, q) => p + q, 0);
      assert.deepEqual([held(first), held(second)], [10, 15]);
    }
  });

  it('adding: answering 1 has the mean squared error 1/6', () => {
    const labels = numbers(make('adding', { sequences: 20_000, length: 2 }), 'labels');
    const error = labels.map((label) => (label - 1) ** 2).reduce((p, q) => p + q, 0) / labels.length;
    assert.ok(Math.abs(error - 1 / 6) < 0.005, `${error}`);
  });

  it('noise: labels differ from the class of the sequence as often as they should', () => {
    const [, fact] = make('noise', { sequences: 20_000, length: 2, classes: 4, noise: 0.4 }).facts;
    const wrong = Number(/Of these labels, ([\d,]+) are/.exec(fact!)![1]!.replace(',', ''));
    assert.ok(Math.abs(wrong / 20_000 - 0.4 * 0.75) < 0.01, `${wrong}`);
  });

  it('noise: without noise the labels are a function of the sum of the steps', () => {
    const data = make('noise', { sequences: 300, length: 4, width: 2, noise: 0 });
    const [x, labels] = [numbers(data, 'x'), numbers(data, 'labels')];
    const sum = (k: number, i: number): number => [0, 1, 2, 3].reduce((total, t) => total + x[(4 * k + t) * 2 + i]!, 0);
    const sums = labels.map((_, k) => [sum(k, 0), sum(k, 1)] as const);
    // Of two classes each is a half plane, in the middle of which the mean of its sums lies.
    const mean = [0, 1].map((i) => sums.reduce((total, v, k) => total + (labels[k] === 0 ? v[i]! : 0), 0));
    const agree = sums.filter(([p, q], k) => p * mean[0]! + q * mean[1]! > 0 === (labels[k] === 0)).length;
    assert.ok(agree > 285, `${agree}`);
  });

  it('characters: nothing but the order tells windows apart, so they are not independent', () => {
    const { declared, facts } = smallTask('characters');
    assert.equal(declared.independentSequences, false);
    assert.match(facts[1]!, /^Perplexity of the held-out part .* 1-gram \d+\.\d{3}, 2-gram .* 5-gram/);
  });

  it('characters: perplexities of n-gram models are those of exact fractions', () => {
    const text = [...readFileSync(path.join(fixtures, 'text.txt'), 'utf8')];
    const alphabet = [...new Set(text)].sort();
    const symbols = text.map((letter) => alphabet.indexOf(letter));
    for (const [n, wanted] of Object.entries(reference.perplexities)) {
      for (const [from, perplexity] of Object.entries(wanted)) {
        const ours = ngramPerplexity(symbols, Number(from), alphabet.length, Number(n));
        assert.ok(Math.abs(ours / perplexity - 1) < 1e-12, `${n}-gram from ${from}: ${ours}`);
      }
    }
  });

  it('n-grams by hand: after "aab", with two symbols', () => {
    // p(a) = (2 + 2 · 1/2) / (3 + 2) = 3/5, where "aab" has been seen.
    assert.ok(Math.abs(ngramPerplexity([0, 0, 1, 0], 3, 2, 1) - 5 / 3) < 1e-12);
    // After b nothing was seen, so b · gives way to the empty context.
    assert.ok(Math.abs(ngramPerplexity([0, 0, 1, 0], 3, 2, 2) - 5 / 3) < 1e-12);
    // After a: a and b once each; p(b | a) = (1 + 2 · 2/5) / (2 + 2) = 9/20.
    assert.ok(
      Math.abs(ngramPerplexity([0, 0, 1, 0, 1], 4, 2, 2) - 1 / ((1 + 2 * ((1 + 2 * 0.5) / (4 + 2))) / 4)) < 1e-12,
    );
  });

  it('what does not go together is refused in a sentence', () => {
    refuses(/shortest sequence is longer/, () => make('adding', { length: 5, shortest: 6 }));
    refuses(/Two numbers do not fit into one step/, () => make('adding', { shortest: 1 }));
    refuses(/"length" of the task parity is 0, but it must be a whole number from 1/, () =>
      make('parity', { length: 0 }),
    );
    refuses(/"sequences" of the task copy is 1.5/, () => make('copy', { sequences: 1.5 }));
    refuses(/"heldOut" .* is 2, but it must be a number from 0 to 1/, () => make('noise', { heldOut: 2 }));
    refuses(/has no option "letters"/, () => make('adding', { letters: 3 }));
    refuses(/10,000,000 × 1,000,000 × 2 numbers, more than the 1 GB/, () =>
      make('adding', { sequences: 1e7, length: 1e6 }),
    );
    refuses(/text has 3 characters, too few for a piece of 100/, () => make('characters', {}, 0, { text: 'abc' }));
    refuses(/needs the arrays "x"/, () => make('permuted-rows', {}, 0, { arrays: new Map() }));
    const flat = new Map([['x', { dims: [2, 4], values: new Float32Array(8) }], ['labels', { dims: [2], values: new Int32Array(2) }]]); // prettier-ignore
    refuses(/\(pictures, rows, columns\), but the array has the shape \[2, 4\]/, () =>
      make('permuted-rows', {}, 0, { arrays: flat }),
    );
  });

  it('an archive is read as it was written, every type of number', () => {
    const arrays = new Map<string, Tensor>([
      ['a', { dims: [2, 3], values: Float32Array.of(0, -0, 1.5, 2 ** -149, 3e38, -7) }],
      ['b', { dims: [2], values: Float64Array.of(Math.PI, -1e300) }],
      ['c', { dims: [1, 1, 3], values: Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1) }],
      ['d', { dims: [1], values: BigInt64Array.of(-(2n ** 63n)) }],
      ['e', { dims: [0, 4], values: new Uint8Array(0) }],
    ]);
    assert.deepEqual(
      readNpz(writeNpz(arrays), 'x.npz', () => undefined),
      arrays,
    );
  });
});
