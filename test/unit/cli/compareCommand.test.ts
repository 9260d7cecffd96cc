import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Comparison } from '../../../src/core/compare/comparison';
import { program, recurscope } from './recurscope';

const examples = path.resolve('examples');

/** One sentence at the end of stderr, after the progress. */
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

describe('recurscope compare', function () {
  this.timeout(60000);
  let folder = '';
  const at = (name: string): string => path.join(folder, name);

  before(() => {
    assert.ok(existsSync(program), `${program} is missing: npm run build makes it`);
    folder = mkdtempSync(path.join(tmpdir(), 'recurscope-compare-'));
    const model = path.join(examples, 'oscillators-vanilla.onnx');
    for (const name of ['one.onnx', 'two.onnx']) {
      cpSync(model, at(name));
      const sidecar = {
        data: path.join(examples, 'oscillators-vanilla.npz'),
        delta: name === 'one.onnx' ? 0.05 : 1e-6,
      };
      writeFileSync(at(`${name}.recurscope.json`), JSON.stringify(sidecar));
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('analyzes each with its own sidecar, and prints data and nothing else with --json', async () => {
    const { code, stdout, stderr } = await recurscope(['compare', at('one.onnx'), at('two.onnx'), '--json']);
    assert.equal(code, 0, stderr);
    const { task, checkpoints, measures, notes } = JSON.parse(stdout) as Comparison;
    assert.equal(task, 'classification');
    assert.deepEqual(checkpoints.map(({ letter, heldOutError }) => `${letter} ${heldOutError}`), ['A 0.0002', 'B 0.0002']); // prettier-ignore
    // The same network: norms are equal, and a smaller δ makes every bound larger.
    assert.equal(measures.find(({ name }) => name === 'Σ ‖A‖_F²')!.order, 'A = B');
    assert.equal(measures.find(({ name }) => name === 'log10 of T2-Occam, 2-norm')!.order, 'A B');
    assert.ok(notes.some((note) => note.includes('too few')));
    assert.match(stderr, /one\.onnx: Running the model/);
    assert.match(stderr, /two\.onnx: Running the model/);
  });

  it('prints tables, as text and as Markdown', async () => {
    const both = [at('one.onnx'), at('two.onnx')];
    const [text, markdown] = await Promise.all([recurscope(['compare', ...both]), recurscope(['compare', ...both, '--markdown'])]); // prettier-ignore
    assert.deepEqual([text.code, markdown.code], [0, 0]);
    assert.match(text.stdout, /^Checkpoints\n.*held-out error/);
    assert.match(text.stdout, /Σ ‖A‖_F² +norm +A = B\n/);
    assert.match(markdown.stdout, /^# Comparison of checkpoints\n/);
  });

  it('says what is wrong in one sentence', async () => {
    const lstm = path.join(examples, 'temporal-order-lstm.onnx');
    const [one, twice, missing, other] = await Promise.all([
      recurscope(['compare', at('one.onnx')]),
      recurscope(['compare', at('one.onnx'), at('one.onnx')]),
      recurscope(['compare', at('one.onnx'), at('none.onnx')]),
      recurscope(['compare', at('one.onnx'), lstm]),
    ]);
    assert.deepEqual([one.code, twice.code, missing.code, other.code], [2, 2, 1, 1]);
    for (const { stdout } of [one, twice, missing, other]) assert.equal(stdout, '');
    assert.match(lastLine(one.stderr), /^A comparison needs at least two checkpoints: .*\.$/);
    assert.equal(lastLine(twice.stderr), lastLine(one.stderr));
    assert.match(lastLine(missing.stderr), /none\.onnx/);
    assert.match(lastLine(other.stderr), /into 2 classes, and .* into 4 classes: compare checkpoints of one task/);
  });
});
