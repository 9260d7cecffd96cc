import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { ModelInput } from '../../../../src/core/checkpoint';
import { Problem } from '../../../../src/core/problem';
import { readNpy } from '../../../../src/formats/sequences/npy';
import { readSequences } from '../../../../src/formats/sequences/readSequences';

const x: ModelInput = {
  name: 'x',
  elementType: 'float32',
  shape: [null, null, 2],
  role: 'sequence',
  batchAxis: 0,
  timeAxis: 1,
};

/** A NumPy array of zeros, whose header may say something else than its data. */
function zeros(type: string, shape: string, bytes: number): Uint8Array {
  const header = strToU8(`{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }\n`);
  const start = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0];
  return Uint8Array.from([...start, ...header, ...new Uint8Array(bytes)]);
}
const good = zeros('<f4', '(1, 1, 2)', 8);

/** Makes the archive declare another unpacked size for its first entry, in the local and the central header. */
function declaring(size: number, archive: Uint8Array): Uint8Array {
  const view = new DataView(archive.buffer, archive.byteOffset);
  for (let at = 0; at + 28 < archive.length; at++) {
    const signature = view.getUint32(at, true);
    if (signature === 0x04034b50) view.setUint32(at + 22, size, true);
    if (signature === 0x02014b50) view.setUint32(at + 24, size, true);
  }
  return archive;
}

describe('hostile data files', () => {
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'hostile-'))));
  afterEach(() => rm(folder, { recursive: true }));

  async function refuses(archive: Uint8Array, message: RegExp, inputs = [x]) {
    const path = join(folder, 'd.npz');
    await writeFile(path, archive);
    await assert.rejects(
      () => readSequences(path, inputs),
      (error) => error instanceof Problem && message.test(error.message),
    );
  }

  it('refuses an archive that would unpack to more than 2 GB, without unpacking it', async () => {
    await refuses(declaring(3 * 2 ** 30, zipSync({ 'x.npy': good })), /unpacks to 3\.0 GB, and at most 2 GB/);
  });

  it('names an unknown array without unpacking anything', async () => {
    // Unpacking either of them would fail with another message.
    const archive = zipSync({ 'x.npy': strToU8('no array'), 'bomb.npy': strToU8('no array') });
    await refuses(declaring(3 * 2 ** 30, archive), /holds an array "bomb"/);
  });

  for (const entry of ['__proto__.npy', '__proto__', 'constructor.npy']) {
    it(`names an unknown array that is stored as ${entry}`, async () => {
      // The archive is made under a harmless name of the same length, which is then replaced in it.
      const harmless = entry.replace(/^../, 'zz');
      const archive = Buffer.from(zipSync({ 'x.npy': good, [harmless]: good })).toString('latin1');
      const hostile = Buffer.from(archive.replaceAll(harmless, entry), 'latin1');
      await refuses(hostile, new RegExp(`holds an array "${entry.replace('.npy', '')}"`));
    });
  }

  it('refuses two arrays of one name', async () => {
    await refuses(zipSync({ 'x.npy': good, x: good }), /holds two arrays "x"/);
  });

  for (const [shape, bytes, message] of [
    ['(1, 1, 2)', 12, /has bytes left over/],
    ['(1000000000, 1000, 2)', 8, /is cut off/],
    ['(9007199254740991, 1, 0)', 0, /holds no sequences/],
  ] as const) {
    it(`refuses the shape ${shape} with ${bytes} bytes of numbers`, () =>
      refuses(zipSync({ 'x.npy': zeros('<f4', shape, bytes) }), message, [{ ...x, shape: [null, null, null] }]));
  }

  it('refuses more numbers than the caller has room for, before it makes any', () => {
    assert.equal(readNpy(zeros('|i1', '(8,)', 8), 'a', 8).values.length, 8);
    assert.throws(() => readNpy(zeros('|i1', '(8,)', 8), 'a', 7), /more numbers than can be read/);
  });

  it('reads an array where it lies, whether or not it is aligned', () => {
    const bytes = zeros('<f4', '(2,)', 8);
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, 1.5, true);
    for (let shift = 0; shift < 4; shift++) {
      const moved = new Uint8Array(shift + bytes.length);
      moved.set(bytes, shift);
      assert.deepEqual(readNpy(moved.subarray(shift), 'a', 2).values, Float32Array.of(0, 1.5));
    }
  });

  it('refuses labels that hold nothing for a sequence', async () => {
    const labels = zeros('<f4', '(1, 0)', 0);
    await refuses(zipSync({ 'x.npy': good, 'labels.npy': labels }), /array labels .* has the shape \[1, 0\]/);
  });

  it('refuses a folder, and a pipe instead of waiting for it', async function () {
    const refusesFile = (name: string, message: RegExp) =>
      assert.rejects(
        () => readSequences(join(folder, name), [x]),
        (error) => error instanceof Problem && message.test(error.message),
      );
    await mkdir(join(folder, 'folder.npz'));
    await refusesFile('folder.npz', /folder\.npz is a folder/);
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(folder, 'pipe.npz')]);
    await refusesFile('pipe.npz', /pipe\.npz is not a regular file/);
  });
});
