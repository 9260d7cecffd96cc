import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnalysisReport } from '../../../src/core/report';
import { assertValidReport } from '../validReport';
import { npz } from './npz';
import { program, recurscope, type Answer } from './recurscope';

const examples = path.resolve('examples');

const parsed = (text: string): AnalysisReport => JSON.parse(text) as AnalysisReport;

/** What is on stderr besides progress: the last line. */
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

/** One sentence, perhaps with a colon: no stack, no second line, a full stop at its end. */
function assertSentence(text: string): void {
  assert.match(text, /^\S.{15,600}\.$/u);
  assert.doesNotMatch(text, /\bat .*:\d+:\d+|This is a bug|undefined|\[object/);
}

describe('the command line', function () {
  this.timeout(60000);
  let folder = '';
  const at = (...parts: string[]): string => path.join(folder, ...parts);

  before(() => {
    assert.ok(existsSync(program), `${program} is missing: npm run build makes it`);
    folder = mkdtempSync(path.join(tmpdir(), 'recurscope-cli-'));
    // Without its sidecar, so that it has no data unless a test gives some.
    cpSync(path.join(examples, 'oscillators-vanilla.onnx'), at('model.onnx'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  describe('analyze', () => {
    it('prints one report and nothing else with --json, the same bytes twice, progress on stderr', async () => {
      const args = ['analyze', path.join(examples, 'temporal-order-lstm.onnx'), '--json'];
      const [first, second] = await Promise.all([recurscope(args), recurscope(args)]);
      assert.equal(first.code, 0);
      const report = parsed(first.stdout);
      assertValidReport(report);
      assert.equal(first.stdout, second.stdout);
      assert.equal(report.checkpoint.file, 'temporal-order-lstm.onnx');
      const bytes = readFileSync(path.join(examples, 'temporal-order-lstm.onnx'));
      assert.equal(report.checkpoint.sha256, createHash('sha256').update(bytes).digest('hex'));
      assert.match(first.stderr, /Running the model/);
      assert.ok(report.data!.heldOutSequences === 1000, 'the sidecar names the data');
    });

    it('answers first, then says why, as text and as Markdown', async () => {
      const args = ['analyze', path.join(examples, 'drift-gru.onnx')];
      const [markdown, text] = await Promise.all([recurscope([...args, '--markdown']), recurscope(args)]);
      assert.deepEqual([markdown.code, text.code], [0, 0]);
      assert.match(markdown.stdout, /^# drift-gru\.onnx\n\nWith probability 95 % .* at most 20\.6 % \(held-out\)\.\n/);
      assert.match(text.stdout, /^drift-gru\.onnx: gru-reset-after 8\nWith probability 95 % /);
      assert.match(text.stdout, /held-out +certified +0\.205354/);
      assert.match(
        text.stdout,
        /GRU-fixed-Dudley1, 2-norm; GRU-fixed-Dudley1, ∞-norm; CALC-Dudley1.*: The loss is a mean over steps/,
      );
    });

    it('writes both files with --save, whole, and leaves nothing else', async () => {
      mkdirSync(at('save'));
      cpSync(at('model.onnx'), at('save', 'model.onnx'));
      const json = await recurscope(['analyze', at('save', 'model.onnx'), '--json', '--save']);
      const markdown = await recurscope(['analyze', at('save', 'model.onnx'), '--markdown']);
      assert.deepEqual([json.code, markdown.code], [0, 0]);
      assert.deepEqual(readdirSync(at('save')).sort(), [
        'model.onnx',
        'model.onnx.bounds.json',
        'model.onnx.bounds.md',
      ]);
      assert.equal(readFileSync(at('save', 'model.onnx.bounds.json'), 'utf8'), json.stdout);
      assert.equal(readFileSync(at('save', 'model.onnx.bounds.md'), 'utf8'), markdown.stdout);
    });

    it('needs no data: gates are empty and each bound says what it waits for', async () => {
      const { code, stdout } = await recurscope(['analyze', at('model.onnx'), '--json']);
      assert.equal(code, 0);
      const { layers, data, bounds } = parsed(stdout);
      assert.deepEqual([layers[0]!.gates, data], [[], null]);
      for (const { id, status, value, reason } of bounds) {
        assert.equal(value, null, id);
        if (status === 'certified') assert.match(reason!, /Waits for/, id);
      }
    });
  });

  describe('exit codes', () => {
    const model = () => ['analyze', at('model.onnx')];
    for (const format of [[], ['--json']]) {
      it(`3 where a threshold is passed, 0 where not ${format.join('')}`, async () => {
        const answers = await Promise.all([
          recurscope([...model(), '--max-spectral-norm', '1.4', ...format]),
          recurscope([...model(), '--max-spectral-norm', '1.6', ...format]),
          recurscope([...model(), '--max-bound', '0.9', ...format]),
          recurscope(['analyze', path.join(examples, 'oscillators-vanilla.onnx'), '--max-bound', '0.05', ...format]),
          recurscope(['analyze', path.join(examples, 'oscillators-vanilla.onnx'), '--max-bound', '0.001', ...format]),
        ]);
        assert.deepEqual(
          answers.map(({ code }) => code),
          [3, 0, 3, 0, 3],
        );
        assert.match(lastLine(answers[0].stderr), /recurrent candidate matrix of \/rnn\/RNN, at most 1\.4999/);
        assert.match(lastLine(answers[2].stderr), /No certified bound has a number/);
        for (const { stdout } of answers) assert.ok(format.length === 0 ? stdout.length > 0 : parsed(stdout).bounds);
      });
    }

    it('2 for wrong usage, with nothing on stdout', async () => {
      const wrong = [
        [],
        ['analyse', at('model.onnx')],
        ['analyze'],
        ['analyze', at('model.onnx'), at('model.onnx')],
        ['analyze', at('model.onnx'), '--colour'],
        ['analyze', at('model.onnx'), '--json', '--markdown'],
        ['analyze', at('model.onnx'), '--max-bound', 'small'],
        ['analyze', at('model.onnx'), '--max-bound'],
        ['analyze', at('model.onnx'), '--max-spectral-norm', '-1'],
      ];
      for (const [k, { code, stdout, stderr }] of (
        await Promise.all(wrong.map((args) => recurscope(args)))
      ).entries()) {
        assert.equal(code, 2, wrong[k]!.join(' '));
        assert.equal(stdout, '');
        assert.notEqual(stderr, '');
      }
    });
  });

  describe('a checkpoint that cannot be used', () => {
    const whole = readFileSync(path.join(examples, 'oscillators-vanilla.onnx'));
    const tfjs = path.join(examples, 'pulses-tfjs-lstm');
    const written = (name: string, content: string | Uint8Array) => () => writeFileSync(at('bad', name), content);
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';

    /** The name of each file, what makes it, and a word that its message must have. */
    const cases: readonly (readonly [name: string, make: () => void, says: RegExp])[] = [
      ['model.pt', written('model.pt', 'x'), /torch\.onnx\.export/],
      ['model.h5', written('model.h5', 'x'), /tensorflowjs_converter/],
      ['model.keras', written('model.keras', 'x'), /tensorflowjs_converter/],
      ['model.safetensors', written('model.safetensors', 'x'), /torch\.onnx\.export/],
      ['pointer.onnx', written('pointer.onnx', pointer), /Git LFS pointer.*git lfs pull/],
      ['pointer.json', written('pointer.json', pointer), /Git LFS pointer/],
      ['cut.onnx', written('cut.onnx', whole.subarray(0, 800)), /not a whole ONNX file/],
      ['empty.onnx', written('empty.onnx', ''), /empty/],
      ['text.onnx', written('text.onnx', 'not a network at all'), /ONNX/],
      ['cut.json', written('cut.json', '{"modelTopology": {'), /not valid JSON/],
      ['other.json', written('other.json', '{"name": "package"}'), /layers-model/],
      ['graph.json', written('graph.json', '{"format":"graph-model","modelTopology":{"node":[]},"weightsManifest":[]}'), /graph-model/], // prettier-ignore
      ['noShard/model.json', () => cpSync(path.join(tfjs, 'model.json'), at('bad', 'noShard', 'model.json')), /"group1-shard1of1\.bin".*missing/], // prettier-ignore
      [
        'short/model.json',
        () => {
          cpSync(tfjs, at('bad', 'short'), { recursive: true });
          truncateSync(at('bad', 'short', 'group1-shard1of1.bin'), 100);
        },
        /1480 bytes.*100 bytes/,
      ],
      ['folder.onnx', () => mkdirSync(at('bad', 'folder.onnx')), /folder/],
      ['nowhere.onnx', () => {}, /does not exist/],
      // A path through a file: no one may read that, not even root.
      ['cut.onnx/model.onnx', () => {}, /could not be read/],
      [
        'huge.onnx',
        () => {
          writeFileSync(at('bad', 'huge.onnx'), '');
          truncateSync(at('bad', 'huge.onnx'), 2 ** 31);
        },
        /2 GB/,
      ],
      ['plain.onnx', () => cpSync('test/fixtures/onnx/no_recurrence.onnx', at('bad', 'plain.onnx')), /no recurrent layer/], // prettier-ignore
      ['loop.onnx', () => cpSync('test/fixtures/onnx/loop_only.onnx', at('bad', 'loop.onnx')), /1 Loop node/],
      ['nan.onnx', () => cpSync('test/fixtures/onnx/lstm_nan.onnx', at('bad', 'nan.onnx')), /"R".*NaN/],
    ];

    let before: string[] = [];
    const answers = new Map<string, Promise<Answer>>();
    const files = (): string[] => readdirSync(at('bad'), { recursive: true }).map(String).sort();

    it('exits with 1 each time', async () => {
      mkdirSync(at('bad'));
      for (const [, make] of cases) make();
      before = files();
      let waiting: Promise<unknown>[] = [];
      for (const [name] of cases) {
        const answer = recurscope(['analyze', at('bad', name), '--json', '--save']);
        answers.set(name, answer);
        waiting.push(answer);
        if (waiting.length === 4) waiting = (await Promise.all(waiting), []);
      }
      for (const [name, answer] of answers) assert.equal((await answer).code, 1, name);
    });

    for (const [name, , says] of cases) {
      it(`${name}: one clear sentence, and nothing on stdout`, async () => {
        const { stdout, stderr } = await answers.get(name)!;
        assert.equal(stdout, '');
        assert.match(lastLine(stderr), says);
        assertSentence(lastLine(stderr));
      });
    }

    it('writes nothing', () => assert.deepEqual(files(), before));
  });

  describe('data that do not fit', () => {
    const x = { shape: [3, 10, 1], values: Array.from({ length: 30 }, (_, k) => Math.sin(k)) };
    const labels = { shape: [3], values: [0, 1, 0], integers: true };
    const cases: readonly (readonly [name: string, arrays: Parameters<typeof npz>[0], says: RegExp])[] = [
      ['another name', { y: x, labels }, /"y".*no input of the model.*x/],
      ['an array too many', { x, labels, weights: x }, /"weights".*no input of the model/],
      ['another width', { x: { ...x, shape: [3, 5, 2] }, labels }, /\[3, 5, 2\].*\[sequences, steps, 1\]/],
      ['too few axes', { x: { ...x, shape: [3, 10] }, labels }, /\[3, 10\].*\[sequences, steps, 1\]/],
      ['too few labels', { x, labels: { ...labels, shape: [2], values: [0, 1] } }, /labels.*\[2\].*3 sequences/],
      ['a label out of range', { x, labels: { ...labels, values: [0, 1, 2] } }, /Label 2 of sequence 2.*0 to 1/],
      ['a negative label', { x, labels: { ...labels, values: [0, -1, 1] } }, /sequence 1.*-1/],
      ['labels a step for scores of the last step', { x, labels: { shape: [3, 10], values: Array<number>(30).fill(0), integers: true } }, /10 labels a sequence/], // prettier-ignore
      ['a NaN', { x: { ...x, values: x.values.map((value, k) => (k === 12 ? NaN : value)) }, labels }, /NaN at \[1, 2, 0\]/], // prettier-ignore
      ['a length beyond the end', { x, labels, lengths: { shape: [3], values: [10, 11, 1], integers: true } }, /length of sequence 1.*11/], // prettier-ignore
      ['a holdout that is no mask', { x, labels, holdout: { shape: [3], values: [0, 1, 2], integers: true } }, /holdout.*2.*0 or 1/], // prettier-ignore
    ];

    for (const [name, arrays, says] of cases) {
      it(`${name}: exit code 1 and one sentence`, async () => {
        const data = at(`${name.replaceAll(' ', '-')}.npz`);
        writeFileSync(data, npz(arrays));
        const { code, stdout, stderr } = await recurscope(['analyze', at('model.onnx'), '--data', data, '--json']);
        assert.deepEqual([code, stdout], [1, '']);
        assert.match(lastLine(stderr), says);
        assertSentence(lastLine(stderr));
      });
    }

    it('the same arrays without a fault are analyzed', async () => {
      writeFileSync(at('good.npz'), npz({ x, labels }));
      const { code, stdout } = await recurscope(['analyze', at('model.onnx'), '--data', at('good.npz'), '--json']);
      assert.equal(code, 0);
      assertValidReport(parsed(stdout));
      assert.equal(parsed(stdout).data!.sequences, 3);
    });

    it('a sidecar with an unknown key, or of missing data, is one sentence', async () => {
      for (const [content, says] of [
        ['{ "dat": "x.npz" }', /"dat" is not known/],
        ['{ "delta": 2 }', /"delta"/],
        ['{ "data": "nowhere.npz" }', /nowhere\.npz/],
      ] as const) {
        writeFileSync(at('config.json'), content);
        const { code, stdout, stderr } = await recurscope(['analyze', at('model.onnx'), '--config', at('config.json')]);
        assert.deepEqual([code, stdout], [1, '']);
        assert.match(lastLine(stderr), says);
        assertSentence(lastLine(stderr));
      }
    });
  });

  describe('theorem', () => {
    const { cases } = JSON.parse(readFileSync('test/fixtures/vectors.json', 'utf8')) as {
      cases: { id: string; expected: Record<string, unknown>; tol: { rel: number; abs: number } }[];
    };

    function assertAnswer(actual: unknown, expected: unknown, { rel, abs }: { rel: number; abs: number }): void {
      if (typeof expected === 'number')
        return assert.ok(Math.abs(Number(actual) - expected) <= Math.max(abs, rel * Math.abs(expected)), `${String(actual)} instead of ${expected}`); // prettier-ignore
      if (typeof expected !== 'object' || expected === null) return assert.equal(actual, expected);
      assert.deepEqual(Object.keys(actual as object).sort(), Object.keys(expected).sort());
      for (const [key, value] of Object.entries(expected))
        assertAnswer((actual as Record<string, unknown>)[key], value, { rel, abs });
    }

    it('answers every reference case to its tolerance, in order', async () => {
      const { code, stdout } = await recurscope(['theorem'], { stdin: JSON.stringify(cases) });
      assert.equal(code, 0);
      const answers = JSON.parse(stdout) as { id: string; outputs: unknown }[];
      assert.deepEqual(answers.map(({ id }) => id), cases.map(({ id }) => id)); // prettier-ignore
      answers.forEach(({ outputs }, k) => assertAnswer(outputs, cases[k]!.expected, cases[k]!.tol));
    });

    it('answers an unknown row with its error, the others with theirs, and exits with 1', async () => {
      const { code, stdout } = await recurscope(['theorem'], { stdin: JSON.stringify([{ id: 'a', row: 'T9', inputs: {} }, cases[0]]) }); // prettier-ignore
      assert.equal(code, 1);
      const [unknown, known] = JSON.parse(stdout) as { id: string; error?: string; outputs?: object }[];
      assert.match(unknown!.error!, /"T9"/);
      assert.deepEqual([unknown!.id, known!.id, known!.error], ['a', cases[0]!.id, undefined]);
    });

    it('refuses what is no array', async () => {
      for (const stdin of ['', '{}', 'nonsense']) {
        const { code, stdout, stderr } = await recurscope(['theorem'], { stdin });
        assert.deepEqual([code, stdout], [1, '']);
        assertSentence(lastLine(stderr));
      }
    });
  });
});
