import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ModelInput } from '../../../../src/core/checkpoint';
import { Problem } from '../../../../src/core/problem';
import type { Tensor } from '../../../../src/core/sequences';
import { assembleSequences } from '../../../../src/formats/sequences/assembleSequences';
import { readJsonLines } from '../../../../src/formats/sequences/jsonLines';
import { readSequences } from '../../../../src/formats/sequences/readSequences';

const fixtures = join(process.cwd(), 'test/fixtures/sequences');
const input = (changes: Partial<ModelInput> = {}): ModelInput => ({
  name: 'x',
  elementType: 'float32',
  shape: [null, null, 2],
  role: 'sequence',
  batchAxis: 0,
  timeAxis: 1,
  ...changes,
});
const zeros = (...dims: number[]): Tensor => ({ dims, values: new Float32Array(dims.reduce((a, b) => a * b, 1)) });
const vector = (values: number[]): Tensor => ({ dims: [values.length], values: Int32Array.from(values) });
const assemble = (arrays: Record<string, Tensor>, inputs = [input()]) =>
  assembleSequences(new Map(Object.entries(arrays)), inputs, 'data.npz');
const refused = (work: () => unknown, message: RegExp) =>
  assert.throws(work, (error) => error instanceof Problem && message.test(error.message));

describe('readSequences', () => {
  let folder = '';
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'sequences-'))));
  after(() => rm(folder, { recursive: true }));

  async function readText(name: string, text: string, inputs = [input()]) {
    const path = join(folder, name);
    await writeFile(path, text);
    return readSequences(path, inputs);
  }

  it('reads an archive that NumPy wrote', async () => {
    const sequences = await readSequences(join(fixtures, 'plain.npz'), [
      input({ name: 'lstm_input', shape: [null, 3, 2] }),
    ]);
    assert.equal(sequences.count, 4);
    assert.deepEqual(sequences.inputs.get('lstm_input')?.dims, [4, 3, 2]);
    assert.deepEqual(sequences.labels, { kind: 'classes', steps: 1, values: Int32Array.of(0, 1, 1, 0) });
    assert.deepEqual(sequences.lengths, Int32Array.of(3, 2, 1, 3));
    assert.deepEqual(sequences.holdout, Uint8Array.of(0, 0, 1, 1));
  });

  it('reads JSON lines of several lengths, padded with zeros', async () => {
    const sequences = await readText(
      'a.jsonl',
      '{"input": [[1, 2]], "label": 0}\n\n{"input": [[3, 4], [5, 6]], "label": 2, "holdout": true}\n',
    );
    assert.deepEqual(sequences.inputs.get('x'), { dims: [2, 2, 2], values: Float32Array.of(1, 2, 0, 0, 3, 4, 5, 6) });
    assert.deepEqual(sequences.lengths, Int32Array.of(1, 2));
    assert.deepEqual(sequences.labels, { kind: 'classes', steps: 1, values: Int32Array.of(0, 2) });
    assert.deepEqual(sequences.holdout, Uint8Array.of(0, 1));
  });

  it('reads ids and a label a step from JSON lines', async () => {
    const ids = input({ shape: [null, null], elementType: 'int64' });
    const sequences = await readText('ids.jsonl', '{"input": [4, 5], "label": [0, 1]}\n{"input": [6], "label": [1]}', [
      ids,
    ]);
    assert.deepEqual(sequences.inputs.get('x'), { dims: [2, 2], values: BigInt64Array.of(4n, 5n, 6n, 0n) });
    assert.deepEqual(sequences.labels, { kind: 'classes', steps: 2, values: Int32Array.of(0, 1, 1, 0) });
  });

  it('reads a table, its rows in any order', async () => {
    const table = 'sequence,step,a,label,b,holdout\nq,2,3,1.5,4,0\nq,1,1,1.5,2,0\nr,0,5,-2,6,1\n';
    const sequences = await readText('a.csv', table);
    assert.deepEqual(sequences.inputs.get('x'), { dims: [2, 2, 2], values: Float32Array.of(1, 2, 3, 4, 5, 6, 0, 0) });
    assert.deepEqual(sequences.labels, { kind: 'values', steps: 1, width: 1, values: Float64Array.of(1.5, -2) });
    assert.deepEqual(sequences.holdout, Uint8Array.of(0, 1));
  });

  const textFiles: readonly (readonly [string, string, RegExp])[] = [
    ['a.jsonl', '{"input": [[1]]}', /has 1 number, but the input x takes 2/],
    ['b.jsonl', '{"input": [[1, 2]]}\n{"input"', /line 2 is not valid JSON/],
    ['c.jsonl', '{"input": [[1, 2]], "lable": 1}', /key "lable"; known are input, label and holdout/],
    ['d.jsonl', '{"input": [[1, 1e999]]}', /There is an infinite number at \[0, 0, 1\] in the array x/],
    ['e.jsonl', '{"input": []}', /line 1 of e.jsonl has no steps/],
    ['f.jsonl', '\n\n', /holds no sequences/],
    ['a.csv', 'sequence,time,a,b\n', /needs a header with the columns "sequence", "step"/],
    ['b.csv', 'sequence,step,a,b\nq,0,1,\n', /line 2 has "" in the column b/],
    ['c.csv', 'sequence,step,a,b\nq,0,1,2\nq,0,1,2\n', /line 3 repeats the step 0/],
    ['d.csv', 'sequence,step,a,b,label\nq,0,1,2,0\nq,1,1,2,1\n', /disagree on the column label: 0 and 1/],
    ['e.csv', 'sequence,step,a,b\nq,0\n', /not a proper CSV table/],
    ['a.txt', '', /use .npz, .csv or .jsonl/],
    ['b.npz', '', /is empty/],
    ['c.npz', 'not a zip file at all', /not a readable .npz archive/],
    ['d.npz', 'version https://git-lfs.github.com/spec/v1\n', /git lfs pull/],
  ];
  for (const [name, text, message] of textFiles) {
    it(`refuses ${JSON.stringify(text)} in ${name.slice(1)}`, async () => {
      await assert.rejects(readText(name, text), (error) => error instanceof Problem && message.test(error.message));
    });
  }

  it('refuses a file that is not there', async () => {
    await assert.rejects(
      readSequences(join(folder, 'none.npz'), [input()]),
      (error) => error instanceof Problem && /does not exist/.test(error.message),
    );
  });
});

describe('assembleSequences', () => {
  it('removes the batch axis wherever it is', () => {
    const timeMajor = input({ shape: [null, 1, 2], batchAxis: 1, timeAxis: 0 });
    assert.deepEqual(assemble({ x: zeros(3, 5, 2) }, [timeMajor]).inputs.get('x')?.dims, [3, 5, 2]);
  });

  it('takes inputs without a batch axis once, and states or not', () => {
    const inputs = [
      input(),
      input({ name: 'rate', shape: [1], role: 'fixed', batchAxis: null, timeAxis: null }),
      input({ name: 'h0', role: 'state', shape: [1, null, 3], batchAxis: 1, timeAxis: null }),
    ];
    const sequences = assemble({ x: zeros(3, 4, 2), rate: zeros(1) }, inputs);
    assert.deepEqual([...sequences.fixed.keys()], ['rate']);
    assert.deepEqual(
      [...assemble({ x: zeros(3, 4, 2), rate: zeros(1), h0: zeros(3, 1, 3) }, inputs).inputs.keys()],
      ['x', 'h0'],
    );
  });

  it('takes the lengths from the input that the model calls so, or that input from the lengths, or neither', () => {
    const inputs = [
      input(),
      input({ name: 'l', role: 'lengths', shape: [null], timeAxis: null, elementType: 'int64' }),
    ];
    const own = assemble({ x: zeros(3, 4, 2), l: vector([4, 1, 2]) }, inputs);
    assert.deepEqual(own.lengths, Int32Array.of(4, 1, 2));
    assert.deepEqual(own.inputs.get('l')?.values, BigInt64Array.of(4n, 1n, 2n));
    const side = assemble({ input: zeros(3, 4, 2), lengths: vector([4, 1, 2]) }, inputs);
    assert.deepEqual([side.lengths, [...side.inputs.keys()]], [Int32Array.of(4, 1, 2), ['x']]);
    assert.equal(assemble({ x: zeros(3, 4, 2) }, inputs).lengths, null);
    refused(() => assemble({ x: zeros(3, 4, 2), l: vector([4, 5, 2]) }, inputs), /length of sequence 1 .* is 5/);
    refused(() => assemble({ x: zeros(3, 4, 2), l: zeros(3, 1) }, inputs), /shape \[3, 1\].*shape \[sequences\]/);
  });

  it('says what labels hold that are no numbers', () => {
    const labels = (value: number): Tensor => ({ dims: [1], values: Float64Array.of(value) });
    refused(() => assemble({ x: zeros(1, 2, 2), labels: labels(Infinity) }), /holds an infinite number;/);
    refused(() => assemble({ x: zeros(1, 2, 2), labels: labels(NaN) }), /holds a NaN;/);
  });

  it('does not look at float labels of padded steps', () => {
    const labels = (values: readonly number[]): Tensor => ({ dims: [2, 3], values: Float64Array.from(values) });
    const data = { x: zeros(2, 3, 2), lengths: vector([3, 2]) };
    const read = assemble({ ...data, labels: labels([1, 2, 3, 4, 5, NaN]) }).labels;
    assert.deepEqual(read, { kind: 'values', steps: 3, width: 1, values: Float64Array.of(1, 2, 3, 4, 5, 0) });
    refused(() => assemble({ ...data, labels: labels([1, 2, 3, 4, NaN, 6]) }), /holds a NaN;/);
  });

  it('reads float labels as one vector a sequence, or one value a step', () => {
    assert.deepEqual(assemble({ x: zeros(3, 4, 2), labels: zeros(3, 5) }).labels, {
      kind: 'values',
      steps: 1,
      width: 5,
      values: new Float64Array(15),
    });
    assert.deepEqual(assemble({ x: zeros(3, 4, 2), labels: zeros(3, 4) }).labels, {
      kind: 'values',
      steps: 4,
      width: 1,
      values: new Float64Array(12),
    });
  });

  it('allows any class at padded steps', () => {
    const labels: Tensor = { dims: [2, 2], values: Int32Array.of(0, -100, 1, 1) };
    assert.deepEqual(assemble({ x: zeros(2, 2, 2), labels, lengths: vector([1, 2]) }).labels, {
      kind: 'classes',
      steps: 2,
      values: Int32Array.of(0, -1, 1, 1),
    });
  });

  const cases: readonly (readonly [string, Record<string, Tensor>, RegExp])[] = [
    [
      'a wrong rank',
      { x: zeros(3, 2) },
      /has the shape \[3, 2\], but it should have the shape \[sequences, steps, 2\]/,
    ],
    ['a wrong width', { x: zeros(3, 4, 5) }, /\[3, 4, 5\]/],
    [
      'an unknown array',
      { x: zeros(3, 4, 2), y: zeros(3) },
      /an array "y".*expected are x, and optionally labels, lengths, holdout/,
    ],
    ['a missing input', { labels: vector([1]) }, /no array for the model's input x.*it has labels/],
    ['no arrays', {}, /it has no arrays/],
    ['no sequences', { x: zeros(0, 4, 2) }, /holds no sequences/],
    ['no steps', { x: zeros(3, 0, 2) }, /holds no sequences/],
    ['a NaN', { x: { dims: [1, 2, 2], values: Float32Array.of(0, 0, NaN, 0) } }, /There is a NaN at \[0, 1, 0\]/],
    [
      'a number beyond float32',
      { x: { dims: [1, 1, 2], values: Float64Array.of(1e300, 0) } },
      /There is an infinite number at \[0, 0, 0\]/,
    ],
    ['a negative class', { x: zeros(2, 4, 2), labels: vector([0, -1]) }, /label of sequence 1 .* is -1/],
    [
      'too few labels',
      { x: zeros(2, 4, 2), labels: vector([0]) },
      /labels .* has the shape \[1\], but the other arrays hold 2 sequences/,
    ],
    ['a length of 0', { x: zeros(2, 4, 2), lengths: vector([0, 1]) }, /length of sequence 0 .* is 0; .* from 1 to 4/],
    ['a length above T', { x: zeros(2, 4, 2), lengths: vector([4, 5]) }, /length of sequence 1 .* is 5/],
    ['too many lengths', { x: zeros(2, 4, 2), lengths: vector([4, 4, 4]) }, /lengths .* \[3\]/],
    ['a strange holdout', { x: zeros(2, 4, 2), holdout: vector([0, 2]) }, /says 2 for sequence 1/],
    ['a short holdout', { x: zeros(2, 4, 2), holdout: vector([0]) }, /holdout .* \[1\]/],
  ];
  for (const [name, arrays, message] of cases) it(`refuses ${name}`, () => refused(() => assemble(arrays), message));

  it('refuses inputs of different numbers of sequences', () => {
    refused(
      () => assemble({ x: zeros(3, 4, 2), y: zeros(2, 4, 2) }, [input(), input({ name: 'y' })]),
      /3 sequences in x but 2 in y/,
    );
  });

  it('refuses fractions where the model takes ids', () => {
    refused(
      () =>
        assemble({ x: { dims: [1, 1], values: Float32Array.of(0.5) } }, [
          input({ shape: [null, null], elementType: 'int64' }),
        ]),
      /^The array x .* holds the number 0\.5, but/,
    );
  });
});

describe('readJsonLines, on anything', () => {
  it('throws nothing but Problems', () => {
    const line = fc.oneof(
      fc.json(),
      fc.string(),
      fc.record({ input: fc.jsonValue(), label: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        try {
          readJsonLines(lines.join('\n'), 'a.jsonl');
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
        }
      }),
    );
  });
});
