import assert from 'node:assert/strict';
import { nonFiniteEntry, requireFinite } from '../../../../src/core/linalg/nonFiniteEntry';
import { Problem } from '../../../../src/core/problem';

describe('the search for entries that are not finite', () => {
  it('finds nothing in finite matrices, however large or small their entries', () => {
    const values = Float64Array.of(Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, -0, 0, 1);
    assert.equal(nonFiniteEntry({ rows: 2, columns: 3, values }), null);
    assert.equal(nonFiniteEntry({ rows: 0, columns: 3, values: new Float32Array(0) }), null);
  });

  it('finds the first one, row by row', () => {
    const values = Float32Array.of(1, 2, 3, 4, -Infinity, NaN);
    assert.deepEqual(nonFiniteEntry({ rows: 2, columns: 3, values }), { row: 1, column: 1, value: -Infinity });
    assert.throws(() => requireFinite({ rows: 3, columns: 2, values }), Problem);
  });
});
