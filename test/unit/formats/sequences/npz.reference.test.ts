import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../../../src/core/problem';
import { readNpz } from '../../../../src/formats/sequences/npz';

const read = (name: string) =>
  readNpz(readFileSync(join(process.cwd(), 'test/fixtures/sequences', name)), name, () => undefined);
const numbers = (array: { values: ArrayLike<number | bigint> } | undefined) => Array.from(array?.values ?? [], Number);

describe('npz, against what NumPy writes', () => {
  const types = read('types.npz');

  for (const type of ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8']) {
    it(`reads ${type} in both byte orders`, () => {
      assert.deepEqual(types.get(type)?.dims, [2, 3]);
      assert.deepEqual(numbers(types.get(type)), [0, 1, 2, 3, 4, 5]);
      const big = types.get(`big_${type}`);
      if (big) assert.deepEqual(numbers(big), [0, 1, 2, 3, 4, 5]);
    });
  }

  it('keeps integers and floats apart', () => {
    assert.ok(types.get('i8')?.values instanceof BigInt64Array);
    assert.ok(types.get('i4')?.values instanceof Int32Array);
    assert.ok(types.get('f2')?.values instanceof Float32Array);
    assert.ok(types.get('f8')?.values instanceof Float64Array);
    assert.ok(types.get('bool')?.values instanceof Uint8Array);
  });

  it('turns Fortran order into C order', () => {
    assert.deepEqual(numbers(types.get('fortran')), [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(
      numbers(types.get('fortran3')),
      Array.from({ length: 24 }, (_, k) => k),
    );
  });

  it('reads booleans, scalars, signs and the extremes of half precision', () => {
    assert.deepEqual(numbers(types.get('bool')), [0, 1, 0, 1, 0, 1]);
    assert.deepEqual(types.get('scalar'), { dims: [], values: new Float64Array([2.5]) });
    assert.deepEqual(numbers(types.get('negative')), [-1, -128]);
    assert.deepEqual(numbers(types.get('special')), [Infinity, -Infinity, 2 ** -24, -65504, 0.0999755859375]);
  });

  it('reads format versions 1, 2 and 3', () => {
    for (const [, array] of read('versions.npz')) assert.deepEqual(numbers(array), [0, 1, 2, 3, 4, 5]);
    assert.equal(read('versions.npz').size, 3);
  });

  for (const [name, message] of [
    ['objects.npz', /Python objects.*lengths/],
    ['texts.npz', /NumPy type <U1/],
    ['records.npz', /records/],
  ] as const) {
    it(`refuses ${name} with a reason`, () => {
      assert.throws(
        () => read(name),
        (error) => error instanceof Problem && message.test(error.message),
      );
    });
  }
});
