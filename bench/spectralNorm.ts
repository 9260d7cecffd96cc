import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { certifiedSpectralNorm } from '../src/core/linalg/certifiedSpectralNorm';
import type { Interval } from '../src/core/linalg/matrix';
import { nativeMatrixProduct } from '../src/runtime/matrixProduct';

/*
 * Certified spectral norms against LAPACK (numpy.linalg.norm(A, 2) in float64), side by side: both get the same float32
 * matrix, both may use THREADS threads, and they take turns, so that whatever else the machine does meets both alike.
 * Medians of all turns after one that warms up. `--large` adds 4096 × 4096, where LAPACK takes a minute or so a turn.
 *
 *     npx tsx bench/spectralNorm.ts [--large]      (numpy's Python from PYTHON, otherwise python3)
 */

const THREADS = 2;
const SIZES = [
  { rows: 256, columns: 128, turns: 25 },
  { rows: 1024, columns: 256, turns: 15 },
  { rows: 2048, columns: 512, turns: 9 },
  { rows: 4096, columns: 1024, turns: 5 },
  ...(process.argv.includes('--large') ? [{ rows: 4096, columns: 4096, turns: 1 }] : []),
];

function openPeer() {
  const python = process.env['PYTHON'] ?? 'python3';
  const threads = String(THREADS);
  const child = spawn(python, [fileURLToPath(new URL('spectralNormPeer.py', import.meta.url))], {
    env: { ...process.env, OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads, MKL_NUM_THREADS: threads },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (!done) return value;
    throw new Error(
      `The LAPACK peer does not answer: ${python} must be a Python 3 with numpy. ` +
        'Install it with "python3 -m venv peer && peer/bin/pip install numpy" and set PYTHON=peer/bin/python.',
    );
  };
  return {
    ready: read,
    give: (rows: number, columns: number, values: Float32Array) => {
      child.stdin.write(`${rows} ${columns}\n`);
      child.stdin.write(new Uint8Array(values.buffer));
    },
    turn: async () => {
      child.stdin.write('go\n');
      const [milliseconds, norm] = (await read()).split(' ').map(Number);
      return { milliseconds: milliseconds!, norm: norm! };
    },
    nextMatrix: () => child.stdin.write('\n'),
    close: () => child.stdin.end(),
  };
}

/** Approximately Gaussian weights, as an initialiser makes them; seeded. */
function weights(count: number): Float32Array {
  let state = 12345;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  return Float32Array.from({ length: count }, () => 0.1 * (next() + next() + next() + next()));
}

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

async function main(): Promise<void> {
  const peer = openPeer();
  await peer.ready();
  const multiply = nativeMatrixProduct(THREADS);
  console.log(`Spectral norm of a float32 matrix, ${THREADS} threads, medians in ms`);
  console.log('      matrix    LAPACK    certified   ratio   relative width   LAPACK inside');
  for (const { rows, columns, turns } of SIZES) {
    const values = weights(rows * columns);
    peer.give(rows, columns, values);
    const ours: number[] = [];
    const theirs: number[] = [];
    let interval: Interval = { lower: 0, upper: 0 };
    let norm = 0;
    for (let turn = turns === 1 ? 1 : 0; turn <= turns; turn++) {
      const reply = await peer.turn();
      const start = performance.now();
      interval = await certifiedSpectralNorm({ rows, columns, values }, multiply);
      const milliseconds = performance.now() - start;
      norm = reply.norm;
      if (turn === 0) continue;
      ours.push(milliseconds);
      theirs.push(reply.milliseconds);
    }
    peer.nextMatrix();
    const [own, other] = [median(ours), median(theirs)];
    // LAPACK's own rounding, about n·2⁻⁵³, may put its number just outside an interval that is narrower than that.
    const slack = columns * Number.EPSILON * norm;
    const inside = interval.lower - slack <= norm && norm <= interval.upper + slack;
    if (!inside) process.exitCode = 1;
    const width = ((interval.upper - interval.lower) / interval.upper).toExponential(1);
    console.log(
      `${rows}×${columns}`.padStart(12) +
        other.toFixed(1).padStart(10) +
        own.toFixed(1).padStart(13) +
        (own / other).toFixed(2).padStart(8) +
        width.padStart(17) +
        (inside ? 'yes' : 'NO').padStart(16),
    );
  }
  peer.close();
  await multiply.dispose();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
