import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cellNames } from '../../../src/core/cells/cells';
import type { AnalysisReport } from '../../../src/core/report';
import { version } from '../../../src/version';
import { npz } from './npz';
import { program, recurscope } from './recurscope';

const sized = (cell: string, size = 4): string[] => ['--cell', cell, '--input-size', `${size}`, '--hidden-size', `${size}`]; // prettier-ignore

describe('recurscope new', function () {
  this.timeout(60_000);
  let folder = '';
  const at = (name: string): string => path.join(folder, name);
  const files = (): string[] => fs.readdirSync(folder).sort();
  const run = (...args: string[]) => recurscope(['new', ...args], { folder });

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(tmpdir(), 'recurscope-new-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('writes a file that analyze reads as what it is, with data too', async () => {
    const made = await run(...sized('irc-lstm'), '--layers', '2', '--bidirectional', '--readout', '3', '--seed', '7');
    assert.equal(made.code, 0);
    assert.match(made.stderr, /^Making [\d,]+ weights\nWriting .*irc-lstm-4x4\.onnx\n$/);
    assert.match(made.stdout, /irc-lstm-4x4\.onnx: [\d,]+ weights, untrained, seed 7\n$/);
    assert.deepEqual(files(), ['irc-lstm-4x4.onnx']);
    const x = { shape: [10, 6, 4], values: Array.from({ length: 240 }, (_, k) => Math.sin(k)) };
    const labels = { shape: [10], values: Array.from({ length: 10 }, (_, k) => k % 3), integers: true };
    const holdout = { shape: [10], values: Array.from({ length: 10 }, (_, k) => k % 2), integers: true };
    fs.writeFileSync(at('data.npz'), npz({ X: x, labels, holdout }));
    const analyzed = await recurscope(['analyze', at('irc-lstm-4x4.onnx'), '--data', at('data.npz'), '--json']);
    assert.equal(analyzed.code, 0, analyzed.stderr);
    const report = JSON.parse(analyzed.stdout) as AnalysisReport;
    assert.deepEqual(report.layers.map(({ cell, direction }) => `${cell} ${direction}`), ['irc-lstm forward', 'irc-lstm reverse', 'irc-lstm forward', 'irc-lstm reverse']); // prettier-ignore
    assert.ok(report.agreement!.maxRelativeError < 1e-6);
    assert.ok(report.layers.every(({ gates, vectors }) => gates.length === 4 && vectors[0]!.name === 'alpha'));
    assert.equal(report.readout!.outputs, 3);
    assert.equal(typeof report.bounds.find(({ id }) => id === 'held-out')!.value, 'number');
  });

  it('makes every cell of the list', async () => {
    const made = await Promise.all(cellNames.map((cell) => run(...sized(cell))));
    for (const [k, { code, stderr }] of made.entries()) assert.equal(code, 0, `${cellNames[k]}: ${stderr}`);
    assert.deepEqual(files(), cellNames.map((cell) => `${cell}-4x4.onnx`).sort()); // prettier-ignore
  });

  it('writes the same bytes for the same seed, and others for another', async () => {
    const seeds = ['5', '5', '6'];
    const made = await Promise.all(seeds.map((seed, k) => run(...sized('gru'), '--seed', seed, '--out', `${k}.onnx`)));
    assert.ok(made.every(({ code }) => code === 0));
    const [first, second, third] = [0, 1, 2].map((k) => fs.readFileSync(at(`${k}.onnx`)));
    assert.ok(first!.equals(second!) && !first!.equals(third!));
  });

  it('understands options of the cell', async () => {
    const args = ['--option', 'bias=false', '--option', 'candidateActivation=relu', '--out', 'x.onnx'];
    assert.equal((await run(...sized('vanilla'), ...args)).code, 0);
    const { stdout } = await recurscope(['analyze', at('x.onnx'), '--json']);
    const [layer] = (JSON.parse(stdout) as AnalysisReport).layers;
    assert.deepEqual(layer!.equations, ['h = relu(W x + U h₋)']);
    // An IRNN starts at the identity.
    assert.ok(Math.abs(layer!.matrices.find(({ name }) => name === 'U')!.spectralNorm.upper - 1) < 1e-6);
  });

  it('never writes over a file, nor half of one', async () => {
    fs.writeFileSync(at('gru-4x4.onnx'), 'precious');
    const { code, stdout, stderr } = await run(...sized('gru'));
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^gru-4x4\.onnx exists already, and nothing is overwritten: choose another name\.\n$/);
    assert.equal(fs.readFileSync(at('gru-4x4.onnx'), 'utf8'), 'precious');
    const elsewhere = await run(...sized('gru'), '--out', 'no/such/folder/x.onnx');
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /x\.onnx cannot be written: there is no folder .*folder; make it first\.\n$/);
    const place = await run(...sized('gru'), '--out', '.');
    assert.equal(place.code, 1);
    assert.match(place.stderr, /is a folder: name the file to be written in it\.\n$/);
    assert.deepEqual(files(), ['gru-4x4.onnx']);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`leaves nothing behind when ${signal} comes while it writes`, async () => {
      // A hundred megabytes take long enough to be written for a signal to come in between.
      const size = ['--cell', 'gato', '--input-size', '60000', '--hidden-size', '600', '--out', 'x.onnx'];
      const child = spawn(process.execPath, [program, 'new', ...size], { cwd: folder });
      const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
      const seen = new Promise<void>((resolve) => {
        const watcher = fs.watch(folder, () => {
          watcher.close();
          resolve();
        });
      });
      await seen;
      child.kill(signal);
      assert.deepEqual(await ended, [null, signal]);
      assert.deepEqual(files(), []);
    });
  }

  it('says whose program made it', async () => {
    assert.equal((await run(...sized('gru'))).code, 0);
    const bytes = fs.readFileSync(at('gru-4x4.onnx'));
    // Fields 2 and 3 of ModelProto: producer_name and producer_version.
    const field = (number: number, text: string): Buffer => Buffer.concat([Buffer.of(number * 8 + 2, text.length), Buffer.from(text)]); // prettier-ignore
    assert.ok(bytes.includes(Buffer.concat([field(2, 'recurscope'), field(3, version)])));
  });

  it('counts equal layers in the first line of an analysis', async () => {
    assert.equal((await run(...sized('lstm'), '--layers', '5')).code, 0);
    const { stdout } = await recurscope(['analyze', at('lstm-4x4.onnx')]);
    assert.match(stdout, /^lstm-4x4\.onnx: 5 × lstm 4\n/);
  });

  const wrong: [string[], RegExp][] = [
    [[], /required option '--cell/],
    [['--cell', 'gru'], /required option '--input-size/],
    [[...sized('gru'), '--layers', '0'], /whole number from 1/],
    [[...sized('gru'), '--seed', '-1'], /whole number from 0/],
    [[...sized('gru'), '--readout-steps', 'first'], /Allowed choices are last, every/],
    [[...sized('gru'), '--option', 'bias'], /not of the form key=value/],
    [[...sized('grue')], /There is no cell grue; there are vanilla, /],
    [[...sized('gru'), '--option', 'tied=true'], /gru has no option tied; it has gateActivation, /],
    [[...sized('gru'), '--option', 'colour=red'], /The option colour is not known\./],
    [[...sized('gru'), '--option', 'bias=3'], /The option bias must be boolean\./],
    [[...sized('gru'), '--option', 'gateActivation=step'], /The option gateActivation must be sigmoid, tanh, /],
    [[...sized('eurnn', 3)], /choose an even hidden size/],
    [['--cell', 'sru', '--input-size', '3', '--hidden-size', '4'], /choose the same input size and hidden size/],
    [[...sized('gru'), '--residual'], /choose at least two/],
    [[...sized('gru', 20000)], /larger than 2 GB/],
    [[...sized('gru'), '--layers', '129'], /at most 128/],
    [[...sized('gru'), '--readout-steps', 'every'], /give --readout <outputs> too/],
    [[...sized('gru'), '--out', ''], /--out is empty: name the file/],
    [[...sized('gru'), '--out', 'some/'], /some\/ is a folder: name the file/],
    ...['[-1,2]', '[0,3]', '[1.5,2]', '[1000000,1000000]'].map((grid): [string[], RegExp] => [[...sized('conv-lstm'), '--option', `grid=${grid}`], /The grid of the cell conv-lstm must be two whole numbers/]), // prettier-ignore
    [[...sized('conv-lstm'), '--option', 'grid=[30000,30000]'], /numbers side by side, more than 16,777,216/],
    [[...sized('gato'), '--option', 'lambda=1e400'], /The option lambda must be a finite number\./],
    [[...sized('gato'), '--option', 'lambda=1e300'], /The option lambda is too large a number for float32/],
  ];
  for (const [args, pattern] of wrong) {
    it(`2 and nothing written for ${args.join(' ') || 'no options'}`, async () => {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, pattern);
      assert.doesNotMatch(stderr, /\bat .*:\d+:\d+/);
      assert.deepEqual(files(), []);
    });
  }
});
