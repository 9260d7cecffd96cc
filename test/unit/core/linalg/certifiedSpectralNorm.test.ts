import assert from 'node:assert/strict';
import fc from 'fast-check';
import { certifiedSpectralNorm } from '../../../../src/core/linalg/certifiedSpectralNorm';
import type { Interval, Matrix } from '../../../../src/core/linalg/matrix';
import type { MatrixProduct } from '../../../../src/core/linalg/matrixProduct';
import { Problem } from '../../../../src/core/problem';
import { hardMatrices, seededNumbers } from '../../../fixtures/linalg/hardMatrices';
import peer from '../../../fixtures/linalg/spectral_norms.json';
import { encloses } from './exactComparison';

const matrix = (rows: number, columns: number, entry: (i: number, j: number) => number): Matrix => ({
  rows,
  columns,
  values: Float64Array.from({ length: rows * columns }, (_, k) => entry(Math.floor(k / columns), k % columns)),
});
const single = ({ rows, columns, values }: Matrix): Matrix => ({ rows, columns, values: Float32Array.from(values) });
const seeded = (seed: number, rows: number, columns: number): Matrix => {
  const next = seededNumbers(seed);
  return matrix(rows, columns, () => next());
};
const turned = ({ rows, columns, values }: Matrix): Matrix => matrix(columns, rows, (i, j) => values[j * columns + i]!);
const relativeWidth = ({ lower, upper }: Interval): number => (upper - lower) / upper;
const overlap = (a: Interval, b: Interval): boolean => a.lower <= b.upper && b.lower <= a.upper;
const holds = (interval: Interval, integer: number): boolean =>
  interval.lower <= integer && integer <= interval.upper && Number.isSafeInteger(integer);

/** Entries ±1 with orthogonal rows and columns, n a power of two: all singular values are √n. */
const hadamard = (i: number, j: number): number => {
  let bits = i & j;
  let sign = 1;
  for (; bits > 0; bits >>= 1) if (bits & 1) sign = -sign;
  return sign;
};
/** The p-fold Kronecker power of (3 −4; 4 3): dense integers, all singular values 5^p. */
const pythagorean =
  (power: number) =>
  (i: number, j: number): number => {
    let entry = 1;
    for (let bit = 0; bit < power; bit++) {
      const [a, b] = [(i >> bit) & 1, (j >> bit) & 1];
      entry *= a === b ? 3 : a ? 4 : -4;
    }
    return entry;
  };

describe('the certified spectral norm', () => {
  describe('by hand', () => {
    it('is exactly zero for a zero matrix, of either precision, and for one without entries', async () => {
      for (const [rows, columns] of [
        [3, 5],
        [1, 1],
        [0, 4],
        [4, 0],
      ] as const) {
        const zero = matrix(rows, columns, () => 0);
        assert.deepEqual(await certifiedSpectralNorm(zero), { lower: 0, upper: 0 });
        assert.deepEqual(await certifiedSpectralNorm(single(zero)), { lower: 0, upper: 0 });
      }
    });

    it('encloses small integer norms closely', async () => {
      const cases: [Matrix, number][] = [
        [matrix(1, 1, () => -2.5), 2.5],
        [matrix(2, 2, (i, j) => (i === 0 ? [3, 4][j]! : 0)), 5],
        [matrix(3, 3, (i, j) => (i === j ? [7, -7, 7][i]! : 0)), 7],
        [matrix(4, 9, () => 1), 6],
        [matrix(2, 2, (i, j) => [2, -1, -1, 2][2 * i + j]!), 3],
      ];
      for (const [a, norm] of cases) {
        const interval = await certifiedSpectralNorm(a);
        assert.ok(interval.lower <= norm && norm <= interval.upper, JSON.stringify({ interval, norm }));
        assert.ok(relativeWidth(interval) < 1e-11);
      }
    });

    it('encloses the norms of single rows and columns, which are their Euclidean norms', async () => {
      for (const a of [matrix(1, 16, () => 0.75), matrix(16, 1, () => 0.75)]) {
        const interval = await certifiedSpectralNorm(a);
        assert.ok(interval.lower <= 3 && 3 <= interval.upper);
        assert.ok(relativeWidth(interval) < 1e-11);
      }
    });

    it('keeps both ends at the edges of the doubles', async () => {
      const smallest = await certifiedSpectralNorm(matrix(1, 1, () => Number.MIN_VALUE));
      assert.ok(smallest.lower >= 0 && smallest.lower <= Number.MIN_VALUE && smallest.upper >= Number.MIN_VALUE);
      assert.ok(smallest.upper <= 4 * Number.MIN_VALUE);
      const beyond = await certifiedSpectralNorm(matrix(2, 2, () => Number.MAX_VALUE));
      assert.deepEqual(beyond, { lower: Number.MAX_VALUE, upper: Infinity });
      const largest = await certifiedSpectralNorm(matrix(1, 1, () => -(2 ** 1023)));
      assert.ok(largest.lower <= 2 ** 1023 && 2 ** 1023 <= largest.upper && Number.isFinite(largest.upper));
    });

    it('refuses NaN and infinity with a problem that says where they are', async () => {
      for (const bad of [NaN, Infinity, -Infinity]) {
        const a = matrix(3, 4, (i, j) => (i === 1 && j === 2 ? bad : 1));
        for (const kind of [a, single(a)]) {
          await assert.rejects(
            certifiedSpectralNorm(kind),
            (error: unknown) => error instanceof Problem && /row 1, column 2/.test(error.message),
          );
        }
      }
    });
  });

  describe('against 110-digit arithmetic (spectral_norms.py)', () => {
    const cases = hardMatrices();
    it('is asked about the same matrices', () => {
      assert.deepEqual(
        cases.map(({ name, matrix: { values } }) => ({ name, first: values[0], last: values.at(-1) })),
        peer.map(({ name, first, last }) => ({ name, first, last })),
      );
    });
    cases.forEach(({ name, matrix: a }, k) => {
      it(`encloses the norm: ${name}`, async () => {
        const interval = await certifiedSpectralNorm(a);
        const { integer, exponent } = peer[k]!.norm;
        assert.ok(encloses(interval, { integer: BigInt(integer), exponent }), JSON.stringify(interval));
        // Subnormal ends are as close as subnormal numbers allow: a few steps.
        const steps = (interval.upper - interval.lower) / Number.MIN_VALUE;
        assert.ok(relativeWidth(interval) <= 1e-11 || steps <= 4, `${relativeWidth(interval)}`);
      });
    });
  });

  describe('where the norm is known exactly', () => {
    it('encloses √n · max d for Hadamard matrices with columns scaled by integers d, however close these are', async () => {
      for (const [size, top] of [
        [16, 3],
        [64, 2 ** 24],
        [64, 2 ** 40],
        [256, 2 ** 23 + 1],
      ] as const) {
        for (const rule of ['all', 'one less', 'spread', 'half'] as const) {
          const d = (j: number): number => {
            if (j === 5 || rule === 'all') return top;
            if (rule === 'one less') return top - 1;
            if (rule === 'half') return j % 2 ? top : Math.floor(top / 2);
            return Math.max(0, top - j);
          };
          const norm = Math.sqrt(size) * top;
          const a = matrix(size, size, (i, j) => hadamard(i, j) * d(j));
          for (const kind of [a, turned(a), ...(top <= 2 ** 24 ? [single(a)] : [])]) {
            const interval = await certifiedSpectralNorm(kind);
            assert.ok(holds(interval, norm), JSON.stringify({ size, top, rule, interval, norm }));
            assert.ok(relativeWidth(interval) <= 1e-10);
          }
        }
      }
    });

    it('encloses 5^p for dense integer matrices whose singular values all agree, up to 512 wide', async () => {
      for (const power of [1, 3, 6, 9]) {
        const interval = await certifiedSpectralNorm(matrix(2 ** power, 2 ** power, pythagorean(power)));
        assert.ok(holds(interval, 5 ** power), JSON.stringify(interval));
        assert.ok(relativeWidth(interval) <= 1e-9);
      }
    });

    it('encloses the norm for every product whose errors the theory allows, also when all point the same way', async () => {
      // Inner products of 60,000 equal numbers: the bound on their errors is attained, and far above the search's accuracy.
      const long = 250 * 240;
      for (const direction of [-1, 1]) {
        const erring: MatrixProduct = (left, right, { rows, columns, inner }) => {
          const product = new Float64Array(rows * columns);
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              let exact = 0;
              let absolute = 0;
              for (let k = 0; k < inner; k++) {
                const term = left[i * inner + k]! * right[j * inner + k]!;
                exact += term;
                absolute += Math.abs(term);
              }
              product[i * columns + j] = exact + direction * inner * 2 ** -53 * absolute;
            }
          }
          return Promise.resolve(product);
        };
        for (const n of [1, 4]) {
          const interval = await certifiedSpectralNorm(
            matrix(long, n, () => 1),
            erring,
          );
          const square = long * n;
          assert.ok(interval.lower ** 2 <= square * (1 + 2 ** -50) && interval.upper ** 2 >= square * (1 - 2 ** -50));
          // Without the allowance for the Gram matrix the upper end would miss by more than 1e-12.
          assert.ok(interval.upper ** 2 >= square, JSON.stringify({ direction, n, interval }));
        }
      }
    });
  });

  describe('laws', () => {
    const shapes = fc.record({
      seed: fc.integer({ min: 0, max: 2 ** 31 }),
      rows: fc.integer({ min: 1, max: 14 }),
      columns: fc.integer({ min: 1, max: 14 }),
    });

    it('ignores signs and scales exactly with powers of two', async () => {
      await fc.assert(
        fc.asyncProperty(shapes, fc.integer({ min: -900, max: 900 }), async ({ seed, rows, columns }, exponent) => {
          const a = seeded(seed, rows, columns);
          const interval = await certifiedSpectralNorm(a);
          assert.deepEqual(
            await certifiedSpectralNorm(matrix(rows, columns, (i, j) => -a.values[i * columns + j]!)),
            interval,
          );
          const factor = 2 ** exponent;
          assert.deepEqual(
            await certifiedSpectralNorm(matrix(rows, columns, (i, j) => factor * a.values[i * columns + j]!)),
            { lower: factor * interval.lower, upper: factor * interval.upper },
          );
        }),
        { numRuns: 60 },
      );
    });

    it('agrees with itself after transposition and after permutations of rows and columns', async () => {
      await fc.assert(
        fc.asyncProperty(shapes, async ({ seed, rows, columns }) => {
          const a = seeded(seed, rows, columns);
          const interval = await certifiedSpectralNorm(a);
          assert.ok(overlap(interval, await certifiedSpectralNorm(turned(a))));
          const permuted = matrix(
            rows,
            columns,
            (i, j) => a.values[((i * 3 + 1) % rows) * columns + (columns - 1 - j)]!,
          );
          if (rows % 3 !== 0) assert.ok(overlap(interval, await certifiedSpectralNorm(permuted)));
        }),
        { numRuns: 60 },
      );
    });

    it('multiplies over Kronecker products', async () => {
      await fc.assert(
        fc.asyncProperty(shapes, fc.integer({ min: 1, max: 5 }), async ({ seed, rows, columns }, other) => {
          // Entries with 20 bits, so that the products of entries are exact.
          const coarse = (m: Matrix): Matrix => ({
            ...m,
            values: m.values.map((x: number) => Math.round(x * 2 ** 20)),
          });
          const a = coarse(seeded(seed, rows, columns));
          const b = coarse(seeded(seed + 1, other, 3));
          const both = matrix(
            rows * other,
            columns * 3,
            (i, j) =>
              a.values[Math.floor(i / other) * columns + Math.floor(j / 3)]! * b.values[(i % other) * 3 + (j % 3)]!,
          );
          const [x, y, z] = [
            await certifiedSpectralNorm(a),
            await certifiedSpectralNorm(b),
            await certifiedSpectralNorm(both),
          ];
          const rounding = 1e-15;
          const product = { lower: x.lower * y.lower * (1 - rounding), upper: x.upper * y.upper * (1 + rounding) };
          assert.ok(overlap(product, z), JSON.stringify({ product, z }));
        }),
        { numRuns: 40 },
      );
    });

    it('lies between the norms that bound it', async () => {
      await fc.assert(
        fc.asyncProperty(shapes, async ({ seed, rows, columns }) => {
          const a = single(seeded(seed, rows, columns));
          const { lower, upper } = await certifiedSpectralNorm(a);
          let squares = 0;
          let largest = 0;
          for (const x of a.values) {
            squares += x * x;
            largest = Math.max(largest, Math.abs(x));
          }
          assert.ok(lower <= Math.sqrt(squares) * (1 + 1e-14) && upper >= largest && lower <= upper);
        }),
        { numRuns: 60 },
      );
    });
  });
});
