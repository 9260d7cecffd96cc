import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exponentOf, largestMagnitude, timesPowerOfTwo } from '../../../../src/core/linalg/powerOfTwo';

describe('scaling by powers of two', () => {
  it('finds the exponent of every power of two and of its neighbours', () => {
    for (let exponent = -1074; exponent <= 1023; exponent++) {
      const power = exponent < -1022 ? Number.MIN_VALUE * 2 ** (exponent + 1074) : 2 ** exponent;
      assert.equal(exponentOf(power), exponent);
      assert.equal(exponentOf(-power), exponent);
      if (exponent > -1022) assert.equal(exponentOf(power * (1 - 2 ** -53)), exponent - 1);
      if (exponent >= -1022) assert.equal(exponentOf(power * (1 + 2 ** -52)), exponent);
    }
    assert.equal(exponentOf(Number.MAX_VALUE), 1023);
  });

  it('is undone by the opposite scaling where nothing underflows', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -1022, max: 1022 }), (x, exponent) => {
        assert.equal(timesPowerOfTwo(timesPowerOfTwo(x, exponent), -exponent), x);
      }),
    );
    assert.equal(timesPowerOfTwo(Number.MIN_VALUE, 1074), 1);
    assert.equal(timesPowerOfTwo(1, -1074), Number.MIN_VALUE);
  });

  it('finds the largest magnitude', () => {
    assert.equal(largestMagnitude(Float64Array.of(1, -7, 3)), 7);
    assert.equal(largestMagnitude(new Float32Array(0)), 0);
    for (let place = 0; place < 6; place++) {
      const values = new Float32Array(6).fill(3);
      values[place] = NaN;
      assert.ok(Number.isNaN(largestMagnitude(values)), 'a NaN must not hide');
      values[place] = -Infinity;
      assert.equal(largestMagnitude(values), Infinity);
    }
  });
});
