import assert from 'node:assert/strict';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { Problem } from '../../../../src/core/problem';
import { readNpy } from '../../../../src/formats/sequences/npy';
import { readNpz } from '../../../../src/formats/sequences/npz';

function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const prefix = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, text.length & 255, text.length >> 8);
  return Uint8Array.from([...prefix, ...text, ...data]);
}

/** Runs a reader that may answer or throw a Problem, and nothing else. */
function onlyProblems(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    assert.match(error.message, /^[^\n]{10,}\.$/);
  }
}

describe('npy, on anything', () => {
  it('gives back the floats that were written', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, maxLength: 20 }), (values) => {
        const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${values.length},), }\n`;
        const array = readNpy(
          npy(header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
          'a',
          Infinity,
        );
        assert.deepEqual(array, { dims: [values.length], values: Float32Array.from(values) });
      }),
    );
  });

  it('throws nothing but Problems for random headers and data', () => {
    const descr = fc.oneof(fc.constantFrom('<f4', '>i8', '|b1', '|O', '<U3', '<c16', '<M8[ns]', '<f16'), fc.string());
    const shape = fc.oneof(
      fc.array(fc.nat(4), { maxLength: 4 }).map((dims) => `(${dims.join(', ')},)`),
      fc.string(),
      fc.constant('(9007199254740993, 9)'),
    );
    fc.assert(
      fc.property(
        descr,
        shape,
        fc.boolean(),
        fc.uint8Array({ maxLength: 64 }),
        fc.nat(5),
        (type, dims, fortran, data, version) => {
          const header = `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${dims}, }\n`;
          onlyProblems(() => readNpy(npy(header, data, version), 'The array a', Infinity));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('throws nothing but Problems for a damaged archive', () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
    const whole = zipSync({ 'x.npy': npy(header, new Uint8Array(24)) });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const damaged = whole.slice(0, length);
        if (at < length) damaged[at] = byte;
        onlyProblems(() => readNpz(damaged, 'data.npz', () => undefined));
      }),
      { numRuns: 500 },
    );
  });
});
