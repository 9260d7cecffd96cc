import assert from 'node:assert/strict';
import { numberTypes } from '../../../src/formats/storedNumber';

describe('numbers as files store them', () => {
  const view = new DataView(new ArrayBuffer(8));

  for (const name of ['float16', 'bfloat16'] as const) {
    const { read, write, nearest } = numberTypes[name];
    const numberOf = (bits: number): number => {
      view.setUint16(0, bits, true);
      return read(view, 0);
    };

    it(`${name}: every pattern of bits that is a number is written as it was read`, () => {
      for (let bits = 0; bits < 2 ** 16; bits++) {
        const value = numberOf(bits);
        if (Number.isNaN(value)) continue;
        assert.ok(Object.is(nearest(value), value));
        write(view, 0, value);
        assert.equal(view.getUint16(0, true), bits);
      }
    });

    it(`${name}: between two neighbours the nearer is taken, and in the middle the even one`, () => {
      for (let bits = 0; Number.isFinite(numberOf(bits + 1)); bits++) {
        const [low, high] = [numberOf(bits), numberOf(bits + 1)];
        const step = high - low;
        const even = bits % 2 === 0 ? low : high;
        for (const sign of [1, -1]) {
          assert.ok(Object.is(nearest(sign * (low + step / 2)), sign * even));
          assert.ok(Object.is(nearest(sign * (low + 0.499 * step)), sign * low));
          assert.ok(Object.is(nearest(sign * (low + 0.501 * step)), sign * high));
        }
      }
    });
  }

  it('too large a number is infinite', () => {
    assert.equal(numberTypes.float16.nearest(65_519), 65_504);
    assert.equal(numberTypes.float16.nearest(65_520), Infinity);
    assert.equal(numberTypes.bfloat16.nearest(-3.4e38), -Infinity);
    assert.equal(numberTypes.float32.nearest(3.5e38), Infinity);
  });

  it('whole numbers up to exactUpTo are kept, and the one after it is not', () => {
    for (const { exactUpTo, nearest } of Object.values(numberTypes)) {
      for (const n of [1, 2, 3, exactUpTo / 2 + 1, exactUpTo - 1, exactUpTo]) assert.equal(nearest(n), n);
      assert.notEqual(nearest(exactUpTo + 1) - exactUpTo, 1);
    }
  });
});
