import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seededRandom } from '../../../src/core/linalg/seededRandom';
import type { RetrainResult, TrainingProgress } from '../../../src/protocol/trainingApi';
import { program, recurscope, type Answer } from './recurscope';

const examples = path.resolve('examples');

/** How often the training is killed; more by hand: KILLS=50 npx mocha … */
const kills = Number(process.env['KILLS'] ?? 4);

describe('retrain', function () {
  this.timeout(120000 + kills * 10000);
  let folder = '';
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  const bytes = (name: string): string => readFileSync(at(name)).toString('base64');

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'recurscope-retrain-'));
    for (const name of ['drift-gru.onnx', 'drift-gru.npz', 'drift-gru.onnx.recurscope.json']) {
      cpSync(path.join(examples, name), at(name));
    }
    process.env['XDG_CACHE_HOME'] = at('cache');
  });
  after(() => {
    delete process.env['XDG_CACHE_HOME'];
    rmSync(folder, { recursive: true, force: true });
  });

  const retrain = (...args: string[]): Promise<Answer> => recurscope(['retrain', at('drift-gru.onnx'), ...args]);

  it('writes a new checkpoint and its sidecar, leaves the original alone, and says what changed', async () => {
    const before = bytes('drift-gru.onnx');
    const { code, stdout, stderr } = await retrain('--epochs', '3', '--constraint', 'spectral-norm=0.8');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Wrote .*drift-gru\.retrained-1\.onnx \(epoch \d; /);
    assert.match(stdout, / U_r +[\d.]+ {2}→ {2}0\.\d+/);
    assert.match(stdout, /With probability 95 %/);
    assert.match(stderr, /epoch 0, validation [\d.]+, error/);
    assert.match(stderr, /epoch 3, loss [\d.]+, validation/);
    assert.equal(bytes('drift-gru.onnx'), before);
    const text = readFileSync(at('drift-gru.retrained-1.onnx.retrained.md'), 'utf8');
    assert.match(text, /^# drift-gru\.onnx → drift-gru\.retrained-1\.onnx\n\nWith probability 95 %/);
    assert.match(text, /constraints: `spectral-norm=0\.8`/);
    assert.match(text, /\| U\\_z \| [\d.]+ \| 0\.8 \|/);
    assert.match(text, /## Certified bounds\n/);
    const { code: again, stdout: report } = await recurscope(['analyze', at('drift-gru.retrained-1.onnx'), '--json']);
    assert.equal(again, 0);
    const { layers, data } = JSON.parse(report) as RetrainResult['after'];
    assert.ok(data!.heldOutSequences > 0);
    for (const { role, spectralNorm } of layers[0]!.matrices)
      if (role === 'recurrent') assert.ok(spectralNorm.upper <= 0.8);
  });

  it('tells everything as lines of JSON, the result last', async () => {
    const { code, stdout } = await retrain('--epochs', '2', '--json');
    assert.equal(code, 0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as TrainingProgress | ({ kind: 'result' } & RetrainResult));
    const result = lines.at(-1)!;
    assert.ok(result.kind === 'result' && result.history.length === 3 && result.ended === 'epochs');
    assert.match(result.path, /drift-gru\.retrained-2\.onnx$/);
    assert.equal(lines.filter(({ kind }) => kind === 'epoch').length, 3);
    assert.ok(result.before.checkpoint.sha256 !== result.after.checkpoint.sha256);
  });

  it('ends at the same file however often it is killed', async () => {
    const args = ['--epochs', String(11 + kills), '--batch-size', '8', '--seed', '3'];
    const whole = await retrain(...args, '--out', at('whole.onnx'));
    assert.equal(whole.code, 0, whole.stderr);
    const { uniform } = seededRandom(kills);
    let killed = 0;
    for (let k = 0; k < kills; k++) {
      const ended = await killedAfter(uniform(0, 700), [
        ...args,
        '--out',
        at('pieces.onnx'),
        '--resume',
        '--snapshot-every',
        '0',
      ]);
      if (ended) break;
      killed++;
    }
    assert.ok(killed > 0);
    if (!readdirSync(folder).includes('pieces.onnx')) {
      const { code, stderr } = await retrain(...args, '--out', at('pieces.onnx'), '--resume');
      assert.equal(code, 0, stderr);
    }
    assert.equal(bytes('pieces.onnx'), bytes('whole.onnx'));
    assert.deepEqual(readdirSync(at('cache', 'recurscope')), []);
    assert.ok(!readdirSync(folder).some((name) => name.endsWith('.part')));
  });

  /**
   * Starts a training in a process group of its own and kills all of it, so long after its first epoch; answers whether it had
   * come to its end before.
   */
  function killedAfter(milliseconds: number, args: readonly string[]): Promise<boolean> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [program, 'retrain', at('drift-gru.onnx'), ...args], {
        ...{ detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
      });
      let timer: NodeJS.Timeout | null = null;
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (!/^epoch/m.test(text)) return;
        timer ??= setTimeout(() => child.exitCode === null && process.kill(-child.pid!, 'SIGKILL'), milliseconds);
      });
      child.once('close', (code) => {
        if (timer) clearTimeout(timer);
        resolve(code === 0);
      });
    });
  }

  it('begins anew where the settings are others than those of the snapshot', async () => {
    await killedAfter(200, ['--epochs', '500', '--resume', '--snapshot-every', '0']);
    const { code, stderr } = await retrain('--epochs', '1', '--resume', '--out', at('anew.onnx'));
    assert.equal(code, 0);
    assert.match(stderr, /The snapshot is of another training/);
  });

  it('says what is wrong in one sentence, and writes nothing', async () => {
    writeFileSync(at('settings.json'), '{"epoch": 3}');
    const files = readdirSync(folder).length;
    for (const [args, said] of [
      [['--constraint', 'spectral=1'], /"spectral=1" is no constraint/],
      [['--constraint', 'spectral-norm:U_q=1'], /there is no such weight; the weights are/],
      [['--config', at('settings.json')], /the key "epoch" is not known/],
      [['--out', at('drift-gru.onnx')], /exists already/],
      [['--data', at('nothing.npz')], /does not exist/],
      [['--learning-rate', '1e39', '--epochs', '2'], /not finite any more: lower the learning rate/],
    ] as const) {
      const { code, stderr } = await retrain(...args);
      assert.notEqual(code, 0);
      assert.match(stderr.trimEnd().split('\n').at(-1)!, said);
    }
    assert.equal(
      readdirSync(folder).filter((name) => name !== 'cache').length,
      files - (readdirSync(folder).includes('cache') ? 1 : 0),
    );
  });
});
