import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tasks } from '../../../src/core/tasks/tasks';
import { readNpz } from '../../../src/formats/sequences/npz';
import { recurscope } from './recurscope';

describe('recurscope task', () => {
  let folder = '';
  before(() => (folder = fs.mkdtempSync(path.join(tmpdir(), 'recurscope-task-'))));
  after(() => fs.rmSync(folder, { recursive: true }));

  it('lists every task', async () => {
    const { code, stdout } = await recurscope(['task', '--list']);
    assert.equal(code, 0);
    assert.deepEqual(stdout.match(/^[a-z-]+(?=: )/gm), tasks.map(({ name }) => name)); // prettier-ignore
  });

  it('makes data and a sidecar that an analysis of a new network takes as they are', async () => {
    const network = ['--cell', 'gru', '--input-size', '2', '--hidden-size', '3', '--readout', '1', '--out', 'gru.onnx'];
    assert.equal((await recurscope(['new', ...network], { folder })).code, 0);
    const options = [
      '--out',
      'adding.npz',
      '--sequences',
      '40',
      '--length',
      '6',
      '--shortest',
      '3',
      '--for',
      'gru.onnx',
    ];
    const made = await recurscope(['task', 'adding', ...options], { folder });
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /40 sequences, seed 0: x \[40, 6, 2\], labels \[40\], lengths \[40\], holdout \[40\]/);
    const analysis = await recurscope(['analyze', 'gru.onnx', '--json'], { folder });
    assert.equal(analysis.code, 0, analysis.stderr);
    const { data } = JSON.parse(analysis.stdout) as { data: Record<string, unknown> };
    const { sequences, heldOutSequences, task, minLength, maxLength } = data;
    assert.deepEqual([sequences, heldOutSequences, task], [40, 8, 'regression']);
    assert.deepEqual([minLength, maxLength], [3, 6]);
  });

  it('makes the same file again for the same seed, and never writes over one', async () => {
    const make = (name: string, seed: string) =>
      recurscope(['task', 'parity', '--out', name, '--sequences', '20', '--every-step', '--seed', seed], { folder });
    for (const [name, seed] of [
      ['a.npz', '1'],
      ['b.npz', '1'],
      ['c.npz', '2'],
    ] as const)
      // prettier-ignore
      assert.equal((await make(name, seed)).code, 0);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => fs.readFileSync(path.join(folder, `${name}.npz`)));
    assert.ok(a!.equals(b!) && !a!.equals(c!));
    const again = await make('a.npz', '2');
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^a\.npz exists already, and nothing is overwritten: choose another name\.\n$/);
    assert.ok(fs.readFileSync(path.join(folder, 'a.npz')).equals(a!));
  });

  it('reads a text, and says that its pieces are not independent', async () => {
    fs.writeFileSync(path.join(folder, 'text.txt'), 'to be or not to be, that is the question. '.repeat(8));
    const options = [
      '--text',
      'text.txt',
      '--length',
      '20',
      '--held-out',
      '0.5',
      '--input',
      'letters',
      '--out',
      't.npz',
    ];
    const { code, stdout } = await recurscope(['task', 'characters', ...options], { folder });
    assert.equal(code, 0);
    assert.match(stdout, /"independentSequences": false/);
    assert.match(stdout, /Perplexity of the held-out part .*5-gram 1\.\d{3}\./);
    const arrays = readNpz(fs.readFileSync(path.join(folder, 't.npz')), 't.npz', () => undefined);
    assert.deepEqual([...arrays.keys()], ['letters', 'labels', 'holdout']);
  });

  for (const [args, sentence] of [
    [['adding'], /required option '--out <file>'/],
    [['addin', '--out', 'x.npz'], /There is no task "addin": adding, copy, /],
    [[], /^Name a task: adding, /],
    [['adding', '--out', 'x.npz', '--length', '1'], /must be a whole number from 2 to 1,000,000/],
    [['adding', '--out', 'x.npz', '--held-out', '1.5'], /must be a number from 0 to 1/],
    [['adding', '--out', 'x.npz', '--letters', '3'], /unknown option '--letters'/],
  ] as const) {
    it(`2 and nothing written for ${args.join(' ')}`, async () => {
      const { code, stderr } = await recurscope(['task', ...args], { folder });
      assert.equal(code, 2);
      assert.match(stderr, sentence);
      assert.ok(!fs.existsSync(path.join(folder, 'x.npz')));
    });
  }

  for (const [args, sentence] of [
    [['adding', '--out', 'x.csv'], /^x\.csv is no \.npz file/],
    [['adding', '--out', 'no/x.npz'], /there is no folder/],
    [['characters', '--out', 'x.npz', '--text', 'none.txt'], /^none\.txt cannot be read/],
    [['adding', '--out', 'x.npz', '--shortest', '200'], /shortest sequence is longer than the longest/],
  ] as const) {
    it(`1 and nothing written for ${args.join(' ')}`, async () => {
      const { code, stderr } = await recurscope(['task', ...args], { folder });
      assert.equal(code, 1);
      assert.match(stderr, sentence);
      assert.ok(!fs.existsSync(path.join(folder, 'x.npz')));
    });
  }
});
