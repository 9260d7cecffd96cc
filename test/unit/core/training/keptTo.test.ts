import assert from 'node:assert/strict';
import { vanilla } from '../../../../src/core/cells/vanilla';
import type { Network } from '../../../../src/core/cells/network';
import { withSingularValues } from '../../../../src/core/linalg/singularValues';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';
import { parseConstraint } from '../../../../src/core/training/constraint';
import { keptTo } from '../../../../src/core/training/keptTo';

const network: Network = {
  inputSize: 2,
  layers: [
    {
      ...{ name: 'rnn', cell: vanilla(), inputSize: 2, hiddenSize: 4, direction: 'forward' },
      ...{ reads: 'input', residual: false },
    },
  ],
  readout: { layers: [0], steps: 'last', outputs: 3, bias: true },
};
const list = [
  { name: 'rnn.W', dims: [4, 2] },
  { name: 'rnn.U', dims: [4, 4] },
  { name: 'rnn.b', dims: [4] },
  { name: 'V', dims: [3, 4] },
  { name: 'c', dims: [3] },
];

const drawn = (seed: number): Float32Array[] => {
  const { normal } = seededRandom(seed);
  return list.map(({ dims }) => Float32Array.from({ length: dims.reduce((n, d) => n * d) }, normal));
};
const start = drawn(8);

/** What a constraint makes of random weights, and which gradients it adds to zero. */
function kept(text: string): { before: Float32Array[]; after: Float32Array[]; gradients: Float32Array[] } {
  const [before, after] = [drawn(7), drawn(7)];
  const gradients = before.map(({ length }) => new Float32Array(length));
  const constrained = keptTo([parseConstraint(text)], network, list, start);
  constrained.penalise(after, gradients);
  constrained.project(after, 1);
  return { before, after, gradients };
}

const singularValues = (U: Float32Array): number[] => {
  const values: number[] = [];
  withSingularValues({ rows: 4, columns: 4, values: U }, (value) => {
    values.push(value);
    return value;
  });
  return values;
};
const frobenius = (values: Float32Array): number => Math.hypot(...values);
const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);
const isZero = (gradients: readonly Float32Array[]): boolean => gradients.every((own) => own.every((g) => g === 0));
/** Which weights are not as they were. */
const changed = ({ before, after }: { before: Float32Array[]; after: Float32Array[] }): string[] =>
  list.flatMap(({ name }, k) => (before[k]!.every((value, j) => value === after[k]![j]) ? [] : [name]));

describe('what a training keeps to', () => {
  it('is a limit of the recurrent matrix, which moves nothing else', () => {
    const cut: readonly [string, (U: Float32Array, before: Float32Array) => boolean][] = [
      ['spectral-norm=0.5', (U) => singularValues(U).every((value) => value < 0.5 + 1e-6 && value > 0.2)],
      [
        'spectral-scaling=0.5',
        (U, before) => {
          const factor = 0.5 / largest(singularValues(before));
          return U.every((value, k) => Math.abs(value - factor * before[k]!) < 1e-5);
        },
      ],
      ['frobenius-norm=1', (U) => Math.abs(frobenius(U) - 1) < 1e-5],
      [
        'norm-21=1',
        (U) => {
          const columns = [0, 1, 2, 3].map((j) => Math.hypot(...[0, 1, 2, 3].map((i) => U[4 * i + j]!)));
          return Math.abs(columns.reduce((sum, column) => sum + column, 0) - 1) < 1e-5;
        },
      ],
      ['orthogonal', (U) => singularValues(U).every((value) => Math.abs(value - 1) < 1e-5)],
    ];
    for (const [text, holds] of cut) {
      const result = kept(text);
      assert.deepEqual(changed(result), ['rnn.U'], text);
      assert.ok(holds(result.after[1]!, result.before[1]!), text);
      assert.ok(isZero(result.gradients), text);
    }
  });

  it('is a penalty, which moves gradients and no weights', () => {
    const penalised: readonly [string, readonly string[]][] = [
      ['orthogonal-penalty=0.3', ['rnn.U']],
      ['orthogonal-penalty:V=0.3', ['V']],
      ['pull=0.3', ['rnn.W', 'rnn.U', 'rnn.b', 'V', 'c']],
      ['pull:b=0.3', ['rnn.b']],
    ];
    for (const [text, names] of penalised) {
      const { gradients, ...result } = kept(text);
      assert.deepEqual(changed(result), [], text);
      assert.deepEqual(
        list.flatMap(({ name }, k) => (isZero([gradients[k]!]) ? [] : [name])),
        names,
        text,
      );
    }
    const { before, gradients } = kept('pull=0.3');
    for (const [k, own] of gradients.entries()) {
      for (const [j, g] of own.entries()) assert.ok(Math.abs(g - 0.3 * (before[k]![j]! - start[k]![j]!)) < 1e-6);
    }
  });

  it('leaves the bound alone, which is no matter of one weight', () => {
    const { gradients, ...result } = kept('bound=0.1');
    assert.deepEqual(changed(result), []);
    assert.ok(isZero(gradients));
  });
});
