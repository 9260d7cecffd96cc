import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optimizerState } from '../../../../src/core/training/optimizer';
import type { TrainingState } from '../../../../src/core/training/trainingState';
import { readSnapshot, removeSnapshot, writeSnapshot } from '../../../../src/runtime/training/snapshot';

describe('a snapshot of a training', () => {
  let folder: string;
  let path: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
    path = join(folder, 'new folder', 'training');
  });
  after(() => rmSync(folder, { recursive: true }));

  const state = (best: boolean): TrainingState => {
    const weights = [Float32Array.of(0.1, -2, 3), Float32Array.of(1 / 3)];
    const optimizer = optimizerState('adam', [3, 1]);
    optimizer.step = 17;
    optimizer.moments[1]![0]!.set([1e-9, 2, 3]);
    const record = { epoch: 1, trainingLoss: 0.1 + 0.2, validation: { loss: 1 / 3, error: null }, largestGradient: 2 };
    return {
      complexity: { complexity: 0.7, slopes: [{ two: 1 / 3, inf: 0, maxRow: 1e-300 }], directions: [[1 / 7, -1]] },
      ...{ epoch: 1, batch: 3, sums: { loss: 1 / 7, answers: 32, largestGradient: 0.5 }, weights, optimizer },
      ...{ best: best ? { epoch: 1, loss: 1 / 3, weights: [Float32Array.of(1, 2, 3), Float32Array.of(4)] } : null },
      ...{ history: [record], ended: null },
    };
  };

  it('is read as it was written, to the last bit', async () => {
    for (const best of [true, false]) {
      await writeSnapshot(path, { identity: 'the same data', state: state(best) });
      assert.deepEqual(await readSnapshot(path), { identity: 'the same data', state: state(best) });
    }
  });

  it('is none where it was cut off or changed anywhere', async () => {
    await writeSnapshot(path, { identity: 'data', state: state(true) });
    const bytes = readFileSync(path);
    for (let end = 0; end < bytes.length; end += 7) {
      writeFileSync(path, bytes.subarray(0, end));
      assert.equal(await readSnapshot(path), null);
    }
    for (let place = 0; place < bytes.length; place += 11) {
      const changed = Buffer.from(bytes);
      changed[place]! ^= 1;
      writeFileSync(path, changed);
      assert.equal(await readSnapshot(path), null);
    }
    await removeSnapshot(path);
    assert.equal(await readSnapshot(path), null);
  });
});
