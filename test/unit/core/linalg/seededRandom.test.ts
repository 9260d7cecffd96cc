import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';

const file = new URL('../../../fixtures/linalg/seeded_random.json', import.meta.url);
const references = JSON.parse(readFileSync(file, 'utf8')) as readonly { seed: number; uniform: number[] }[];

describe('seeded random numbers', () => {
  for (const { seed, uniform } of references) {
    it(`are those of an independent program for the seed ${seed}`, () => {
      const random = seededRandom(seed);
      assert.deepEqual(
        uniform.map(() => random.uniform(0, 1)),
        uniform,
      );
    });
  }

  it('have the moments of their distributions', () => {
    const random = seededRandom(7);
    const moments = (draw: () => number): number[] => {
      const values = Float64Array.from({ length: 200_000 }, draw);
      return [1, 2, 4].map((power) => values.reduce((sum, value) => sum + value ** power, 0) / values.length);
    };
    const near = (actual: number[], expected: number[]): void =>
      actual.forEach((value, k) => assert.ok(Math.abs(value - expected[k]!) < 0.04, `${value}, not ${expected[k]}`));
    near(moments(random.normal), [0, 1, 3]);
    near(
      moments(() => random.uniform(-1, 1)),
      [0, 1 / 3, 1 / 5],
    );
  });
});
