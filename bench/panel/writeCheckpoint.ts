import fs from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import { modelFile, tensorTypes, type Initializer } from '../../src/runtime/graph/modelFile';

const inputSize = 256;
const hiddenSize = 384;
const classes = 4;
const sequences = 200;
const steps = 20;

/**
 * Writes an LSTM classifier of about 4 MB, 200 labelled sequences for it and its sidecar into this folder; answers the
 * name of the checkpoint. The numbers are random but the same in every run: how long the work takes does not depend on
 * what was learned.
 */
export function writeCheckpoint(folder: string): string {
  const random = seededRandom(1);
  const weights = (name: string, ...dims: number[]): Initializer => ({
    name,
    dims,
    type: tensorTypes.float32,
    bytes: bytesOf(randomNumbers(dims, 1 / Math.sqrt(dims.at(-1) ?? 1), random)),
  });
  const axis: Initializer = {
    name: 'directions',
    dims: [1],
    type: tensorTypes.int64,
    bytes: new Uint8Array(new BigInt64Array([0n]).buffer),
  };
  const model = modelFile({
    name: 'classifier',
    nodes: [
      { operator: 'Transpose', inputs: ['x'], outputs: ['steps'], attributes: { perm: [1, 0, 2] } },
      {
        operator: 'LSTM',
        inputs: ['steps', 'W', 'R', 'B'],
        outputs: ['', 'last'],
        attributes: { hidden_size: hiddenSize },
      },
      { operator: 'Squeeze', inputs: ['last', 'directions'], outputs: ['hidden'], attributes: {} },
      { operator: 'MatMul', inputs: ['hidden', 'readout'], outputs: ['scores'], attributes: {} },
    ],
    initializers: [
      weights('W', 1, 4 * hiddenSize, inputSize),
      weights('R', 1, 4 * hiddenSize, hiddenSize),
      weights('B', 1, 8 * hiddenSize),
      weights('readout', hiddenSize, classes),
      axis,
    ],
    inputs: [{ name: 'x', type: tensorTypes.float32, dims: ['batch', 'time', inputSize] }],
    outputs: [{ name: 'scores', type: tensorTypes.float32, dims: ['batch', classes] }],
  });
  const labels = new Int32Array(sequences).map((_, index) => index % classes);
  const file = 'lstm-4mb.onnx';
  fs.writeFileSync(path.join(folder, file), model);
  fs.writeFileSync(
    path.join(folder, 'lstm-4mb.npz'),
    zipSync(
      {
        'x.npy': array('<f4', [sequences, steps, inputSize], randomNumbers([sequences, steps, inputSize], 1, random)),
        'labels.npy': array('<i4', [sequences], labels),
      },
      { level: 0 },
    ),
  );
  fs.writeFileSync(
    path.join(folder, `${file}.recurscope.json`),
    JSON.stringify({ data: 'lstm-4mb.npz', independentSequences: true }),
  );
  return file;
}

/** An array as an .npy file, version 1.0. */
function array(type: string, shape: readonly number[], values: Float32Array | Int32Array): Uint8Array {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  // Magic, version and the length of the header are 10 bytes; the numbers start at a multiple of 64.
  const header = `${text}${' '.repeat(63 - ((10 + text.length) % 64))}\n`;
  const bytes = bytesOf(values);
  const file = new Uint8Array(10 + header.length + bytes.length);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 0xff, header.length >> 8]);
  file.set(new TextEncoder().encode(header), 10);
  file.set(bytes, 10 + header.length);
  return file;
}

/** Uniform between −scale and scale. */
function randomNumbers(dims: readonly number[], scale: number, random: () => number): Float32Array {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return new Float32Array(size).map(() => (2 * random() - 1) * scale);
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Uniform between 0 and 1: Marsaglia's xorshift generator with 32 bits of state. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
