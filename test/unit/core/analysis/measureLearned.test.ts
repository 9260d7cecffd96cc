import assert from 'node:assert/strict';
import { convolutionNorms } from '../../../../src/core/analysis/convolutionNorms';
import { measureDense, measureLearned } from '../../../../src/core/analysis/measureLearned';
import type { MatrixNorms } from '../../../../src/core/analysis/matrixNorms';
import type { LinearMap, Structure } from '../../../../src/core/cells/linearMap';
import { appliedMatrix, storedMatrix } from '../../../../src/core/cells/storedMatrix';
import { certifiedSpectralNorm } from '../../../../src/core/linalg/certifiedSpectralNorm';
import { randomNumbers } from '../interpret/randomNumbers';

const mapOf = (structure: Structure, from: string, to: string): LinearMap => ({
  ...{ name: 'K', from, to, role: 'recurrent', structure },
});

function assertSameNorms(actual: MatrixNorms, expected: MatrixNorms): void {
  for (const key of Object.keys(expected) as (keyof MatrixNorms)[]) {
    assert.ok(
      Math.abs(actual[key] - expected[key]) <= 1e-12 * expected[key],
      `${key}: ${actual[key]} ${expected[key]}`,
    );
  }
}

/** The stored numbers, and the norms of the matrix they make, written out. */
async function writtenOut(map: LinearMap, sizes: Record<string, number> & { input: number; hidden: number }) {
  const { rows, columns, height, width } = storedMatrix(map, sizes);
  const values = Float64Array.from({ length: rows * columns }, randomNumbers(rows * 31 + columns));
  const dense = { rows: height, columns: width, values: appliedMatrix(map, sizes, values) };
  return { stored: { rows, columns, values }, expected: await measureDense(dense) };
}

describe('the norms of matrices with a structure', () => {
  for (const kind of ['spread', 'gather'] as const) {
    it(`are those of the matrix that is applied: ${kind}`, async () => {
      const sizes = { input: 1, hidden: 1, narrow: 4, wide: 12 };
      const map = kind === 'spread' ? mapOf({ kind }, 'narrow', 'wide') : mapOf({ kind }, 'wide', 'narrow');
      const { stored, expected } = await writtenOut(map, sizes);
      const { norms, spectral } = await measureLearned(map, sizes, stored);
      assertSameNorms(norms, expected.norms);
      assert.ok(spectral.lower <= expected.spectral.upper && expected.spectral.lower <= spectral.upper);
      assert.ok(spectral.upper - spectral.lower <= 1e-13 * spectral.upper);
    });
  }

  it('by hand: the largest row of what gathers', async () => {
    const stored = { rows: 2, columns: 2, values: Float64Array.of(3, 4, 0, 1) };
    const sizes = { input: 1, hidden: 1, narrow: 2, wide: 4 };
    const { norms, spectral } = await measureLearned(mapOf({ kind: 'gather' }, 'wide', 'narrow'), sizes, stored);
    assert.deepEqual([norms.infinity, norms.one, norms.norm21, norms.maxRow], [7, 4, 8, 5]);
    assert.ok(spectral.lower <= 5 && spectral.upper >= 5);
  });

  for (const [kernel, grid, incoming, outgoing] of [
    [[3, 3], [5, 6], 2, 3],
    [[1, 3], [1, 7], 1, 1],
    [[2, 4], [3, 3], 3, 2],
    [[5, 5], [2, 3], 1, 2],
    [[5, 1], [9, 1], 2, 2],
  ] as const) {
    it(`of a convolution ${kernel.join('×')} over ${grid.join('×')}, ${incoming} → ${outgoing}, written out or not`, async () => {
      const [rows, columns] = grid;
      const sizes = {
        ...{ input: rows * columns * incoming, hidden: rows * columns * outgoing },
        ...{ rows, columns, incoming, outgoing },
      };
      const structure: Structure = {
        kind: 'convolution',
        kernel,
        grid: ['rows', 'columns'],
        channels: ['incoming', 'outgoing'],
      };
      const map = mapOf(structure, 'input', 'hidden');
      const { stored, expected } = await writtenOut(map, sizes);
      assert.deepEqual(await measureLearned(map, sizes, stored), expected);
      const { norms, spectral } = await convolutionNorms(
        { kernel, grid, incoming, outgoing, stored },
        certifiedSpectralNorm,
      );
      assertSameNorms(norms, expected.norms);
      assert.ok(spectral.lower <= expected.spectral.upper && spectral.upper >= expected.spectral.lower);
      assert.ok(spectral.lower >= 0.25 * spectral.upper, `${spectral.lower} ${spectral.upper}`);
    });
  }

  it('are had for a grid that is too large to be written out', async () => {
    const sizes = { input: 512 * 512, hidden: 512 * 512, rows: 512, columns: 512, one: 1 };
    const structure: Structure = {
      kind: 'convolution',
      kernel: [3, 3],
      grid: ['rows', 'columns'],
      channels: ['one', 'one'],
    };
    const stored = { rows: 1, columns: 9, values: new Float64Array(9).fill(1) };
    const { norms, spectral } = await measureLearned(mapOf(structure, 'input', 'hidden'), sizes, stored);
    assert.equal(norms.infinity, 9);
    // On an endless grid the norm is 9, the sum of the kernel.
    assert.ok(spectral.lower >= 3 - 1e-6 && spectral.upper >= 9 - 1e-3 && spectral.upper < 9 + 1e-6);
    assert.equal(norms.norm11, (3 * 512 - 2) ** 2);
  });
});
