import assert from 'node:assert/strict';
import { certifiedSpectralNorm } from '../../../../src/core/linalg/certifiedSpectralNorm';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';
import { constraintText, parseConstraint } from '../../../../src/core/training/constraint';
import { orthogonality, pullTowards } from '../../../../src/core/training/penalties';
import {
  cap21Norm,
  capFrobeniusNorm,
  clipSpectralNorm,
  nearestOrthogonal,
  scaleSpectralNorm,
  type Projection,
} from '../../../../src/core/training/projections';
import { Problem } from '../../../../src/core/problem';

const shapes = [
  { rows: 3, columns: 5 },
  { rows: 5, columns: 3 },
  { rows: 40, columns: 40 },
  { rows: 1, columns: 4 },
];

const drawn = ({ rows, columns }: { rows: number; columns: number }, seed = 1): Float32Array => {
  const { normal } = seededRandom(seed);
  return Float32Array.from({ length: rows * columns }, normal);
};

const distance = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, k) => value - b[k]!));

const norm21 = (values: Float32Array, { rows, columns }: (typeof shapes)[number]): number => {
  let total = 0;
  for (let j = 0; j < columns; j++) {
    total += Math.hypot(...Array.from({ length: rows }, (_, i) => values[i * columns + j]!));
  }
  return total;
};

const projected = (project: Projection, values: Float32Array, shape: (typeof shapes)[number]): Float32Array => {
  const result = Float32Array.from(values);
  project(result, shape);
  return result;
};

describe('a projection', () => {
  it('keeps the cap of a spectral norm, as its certificate proves, also after rounding', async () => {
    for (const project of [clipSpectralNorm(0.7), scaleSpectralNorm(0.7)]) {
      for (const shape of shapes) {
        const values = projected(project, drawn(shape), shape);
        const { upper, lower } = await certifiedSpectralNorm({ ...shape, values });
        assert.ok(upper <= 0.7 && lower > 0.6999, `${lower} … ${upper}`);
      }
    }
  });

  it('clips singular values by hand', () => {
    const values = projected(clipSpectralNorm(1), Float32Array.of(3, 0, 0, 0.5), { rows: 2, columns: 2 });
    assert.ok(Math.abs(values[0]! - 1) < 1e-6 && values[3] === 0.5);
  });

  it('leaves alone what keeps to the limit', () => {
    for (const project of [clipSpectralNorm, scaleSpectralNorm, capFrobeniusNorm, cap21Norm]) {
      for (const shape of shapes) assert.deepEqual(projected(project(1000), drawn(shape), shape), drawn(shape));
    }
  });

  it('finds the nearest matrix: none of many others within the limit is nearer', () => {
    const limits: readonly [Projection, (values: Float32Array, shape: (typeof shapes)[number]) => number][] = [
      [capFrobeniusNorm(1), (values) => Math.hypot(...values)],
      [cap21Norm(1), norm21],
    ];
    for (const [project, norm] of limits) {
      for (const shape of shapes) {
        const values = drawn(shape);
        const nearest = projected(project, values, shape);
        assert.ok(norm(nearest, shape) <= 1 && norm(nearest, shape) > 0.999);
        for (let seed = 2; seed < 60; seed++) {
          // A step from the nearest towards another matrix, and back within the limit.
          const other = drawn(shape, seed);
          const moved = nearest.map((value, k) => value + 0.05 * other[k]!);
          const back = moved.map((value) => value / Math.max(1, norm(moved, shape)));
          assert.ok(distance(back, values) >= distance(nearest, values) - 1e-6);
        }
      }
    }
  });

  it('shortens the columns by the same length', () => {
    const values = projected(cap21Norm(3), Float32Array.of(3, 2, 0.1), { rows: 1, columns: 3 });
    assert.ok(
      [2, 1, 0].every((value, k) => Math.abs(values[k]! - value) < 1e-5),
      String(values),
    );
  });

  it('makes columns or rows orthonormal', () => {
    for (const { rows, columns } of shapes) {
      const values = projected(nearestOrthogonal, drawn({ rows, columns }), { rows, columns });
      const isWide = columns > rows;
      const n = isWide ? rows : columns;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let product = 0;
          for (let k = 0; k < (isWide ? columns : rows); k++) {
            const [a, b] = isWide ? [i * columns + k, j * columns + k] : [k * columns + i, k * columns + j];
            product += values[a]! * values[b]!;
          }
          assert.ok(Math.abs(product - (i === j ? 1 : 0)) < 1e-5);
        }
      }
    }
  });
});

describe('a penalty', () => {
  it('has the gradient that differences of it have', () => {
    for (const shape of shapes.filter(({ rows }) => rows < 10)) {
      const values = drawn(shape);
      const { rows, columns } = shape;
      const isWide = columns > rows;
      const n = isWide ? rows : columns;
      const orthogonalLoss = (a: Float64Array): number => {
        let sum = 0;
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let product = i === j ? -1 : 0;
            for (let k = 0; k < (isWide ? columns : rows); k++) {
              product += isWide ? a[i * columns + k]! * a[j * columns + k]! : a[k * columns + i]! * a[k * columns + j]!;
            }
            sum += product * product;
          }
        }
        return 0.3 * sum;
      };
      const start = drawn(shape, 9);
      const pullLoss = (a: Float64Array): number => 0.35 * a.reduce((sum, x, k) => sum + (x - start[k]!) ** 2, 0);
      for (const [penalty, loss] of [
        [orthogonality(shape, 0.3), orthogonalLoss],
        [pullTowards(start, 0.7), pullLoss],
      ] as const) {
        const gradient = new Float32Array(values.length);
        penalty(values, gradient);
        for (let k = 0; k < values.length; k++) {
          const [up, down] = [Float64Array.from(values), Float64Array.from(values)];
          up[k]! += 1e-5;
          down[k]! -= 1e-5;
          const difference = (loss(up) - loss(down)) / 2e-5;
          assert.ok(Math.abs(gradient[k]! - difference) < 1e-4 * (1 + Math.abs(difference)));
        }
      }
    }
  });
});

describe('a constraint', () => {
  it('is read and printed', () => {
    for (const text of ['spectral-norm=1', 'spectral-norm:U_f=0.5', 'orthogonal', 'orthogonal:layer1.U', 'pull=0.01']) {
      assert.equal(constraintText(parseConstraint(text)), text);
    }
    assert.deepEqual(parseConstraint('norm-21:W=3'), { kind: 'norm-21', at: 'W', value: 3 });
  });

  it('is refused with the reason', () => {
    for (const text of [
      '',
      'spectral=1',
      'spectral-norm',
      'spectral-norm=',
      'frobenius-norm=-1',
      'orthogonal=2',
      'bound:U=1',
      'pull=x',
    ]) {
      assert.throws(() => parseConstraint(text), Problem, text);
    }
  });
});
