import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Sequences, Tensor } from '../../../src/core/sequences';
import { loadCheckpoint } from '../../../src/formats/loadCheckpoint';
import { observe } from '../../../src/runtime/observe';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/onnx');
const load = (name: string) => loadCheckpoint(path.join(fixtures, `${name}.onnx`));
const plain = { scoresOutput: null, clip: null, progress: () => undefined };

interface Statistics {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly leftSaturated: number;
  readonly rightSaturated: number;
}

interface Expected {
  readonly x: number[];
  readonly dims: number[];
  readonly scores: number[];
  readonly lengths: number[];
  readonly inputNorm: { two: number; inf: number };
  readonly gates: Record<string, Statistics>;
}

/** Computed by numpy in float64; the script is beside the models. */
const expected = JSON.parse(readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as Record<string, Expected>;

function sequencesOf(inputs: Record<string, Tensor>, lengths: number[] | null = null): Sequences {
  const count = Object.values(inputs)[0]!.dims[0]!;
  const given = lengths && Int32Array.from(lengths);
  return {
    count,
    inputs: new Map(Object.entries(inputs)),
    fixed: new Map(),
    lengths: given,
    labels: null,
    holdout: null,
  };
}

const close = (actual: number, wanted: number, tolerance: number, what: string): void =>
  assert.ok(Math.abs(actual - wanted) <= tolerance, `${what}: ${actual} instead of ${wanted}`);

describe('observe', () => {
  it('gives the scores before softmax, statistics and norms that numpy gives, sequences of different lengths included', async () => {
    const { x, dims, lengths, scores, inputNorm, gates } = expected['lstm_last']!;
    const seen = await observe(
      await load('lstm_last'),
      sequencesOf({ x: { dims, values: Float32Array.from(x) } }, lengths),
      plain,
    );
    assert.deepEqual([...seen.lengths], lengths);
    assert.deepEqual([seen.scores?.steps, seen.scores?.width], [1, 2]);
    scores.forEach((score, k) => close(seen.scores!.values[k]!, score, 1e-6, `score ${k}`));
    close(seen.inputNorm!.two, inputNorm.two, 1e-6, 'two');
    close(seen.inputNorm!.inf, inputNorm.inf, 1e-6, 'inf');
    assert.equal(seen.agreement?.peer, 'onnxruntime');
    assert.ok(seen.agreement.maxRelativeError < 1e-6);
    // Hidden states of every step, and two scores of each sequence.
    assert.equal(seen.agreement.compared, (7 + 3 + 7 + 1 + 3) * 4 + 5 * 2);
    assert.equal(seen.gates[0]!.length, 4);
    for (const statistics of seen.gates[0]!) {
      const wanted = gates[statistics.gate]!;
      for (const key of ['mean', 'standardDeviation', 'leftSaturated', 'rightSaturated'] as const) {
        close(statistics[key]!, wanted[key], 1e-6, `${key} of ${statistics.gate}`);
      }
    }
    assert.deepEqual(seen.notes, []);
  });

  it('compares what several dense layers with normalizations between them give, as numpy does node by node', async () => {
    const { x, dims, lengths, scores } = expected['readout_dense']!;
    const loaded = await load('readout_dense');
    const inputs = { x: { dims, values: Float32Array.from(x) } };
    const seen = await observe(loaded, sequencesOf(inputs, lengths), plain);
    scores.forEach((score, k) => close(seen.scores!.values[k]!, score, 1e-6, `score ${k}`));
    assert.ok(seen.readoutCompared && seen.agreement!.maxRelativeError < 1e-6);
    // What was read of the readout and is not what the model computes shows.
    const { readout } = loaded.checkpoint;
    const [first, second] = readout!.hidden!;
    const other = { ...loaded.checkpoint, readout: { ...readout!, hidden: [{ ...first!, activation: 'tanh' as const }, second!] } }; // prettier-ignore
    const misread = await observe({ ...loaded, checkpoint: other }, sequencesOf(inputs, lengths), plain);
    assert.ok(misread.agreement!.maxRelativeError > 1e-2);
  });

  it('compares means over all steps through dense layers with normalizations of TensorFlow.js, behind an embedding', async () => {
    const loaded = await loadCheckpoint(path.join(fixtures, '../tfjs/pooled.json'));
    const { layers, readout, inputs } = loaded.checkpoint;
    assert.deepEqual([readout?.steps, readout?.linear, readout?.reason], ['mean', false, null]);
    assert.deepEqual(readout?.hidden?.map(({ weights, activation }) => [weights.rows, weights.columns, activation]), [[5, 4, 'relu'], [4, 5, 'tanh']]); // prettier-ignore
    assert.ok(layers[0]!.input.kind === 'frontEnd');
    assert.deepEqual([layers[0]!.input.embedding?.rows, layers[0]!.input.embedding?.columns], [7, 3]);
    const tokens = { dims: [3, 4], values: Float32Array.of(1, 0, 6, 3, 2, 2, 5, 4, 4, 1, 0, 6) };
    const seen = await observe(loaded, sequencesOf({ [inputs[0]!.name]: tokens }), plain);
    assert.ok(seen.readoutCompared && seen.agreement!.maxRelativeError < 1e-5, `${seen.agreement?.maxRelativeError}`);
  });

  it('runs a layer from the states that it has learned to start from, and notices where others were read', async () => {
    const { x, dims, lengths, scores } = expected['lstm_learned_states']!;
    const loaded = await load('lstm_learned_states');
    const inputs = { x: { dims, values: Float32Array.from(x) } };
    const seen = await observe(loaded, sequencesOf(inputs, lengths), plain);
    scores.forEach((score, k) => close(seen.scores!.values[k]!, score, 1e-6, `score ${k}`));
    assert.ok(seen.readoutCompared && seen.agreement!.maxRelativeError < 1e-6);
    const [layer] = loaded.checkpoint.layers;
    assert.deepEqual(layer!.learnedStates?.map(({ rows, tensor }) => [rows, tensor]), [[4, 'h0'], [4, 'c0']]); // prettier-ignore
    const other = { ...layer!, learnedStates: layer!.learnedStates.toReversed() };
    const misread = await observe({ ...loaded, checkpoint: { ...loaded.checkpoint, layers: [other] } }, sequencesOf(inputs, lengths), plain); // prettier-ignore
    assert.equal(misread.scores, null);
    assert.match(misread.notes.join(), /did not start from the states that the file was read to hold/);
  });

  it('answers scores sequence by sequence where the graph is time-major, for every step of both directions', async () => {
    const { x, dims, scores } = expected['gru_bidirectional']!;
    const seen = await observe(
      await load('gru_bidirectional'),
      sequencesOf({ x: { dims, values: Float32Array.from(x) } }),
      plain,
    );
    assert.deepEqual([seen.scores?.steps, seen.scores?.width], [5, 2]);
    scores.forEach((score, k) => close(seen.scores!.values[k]!, score, 1e-6, `score ${k}`));
    assert.equal(seen.gates.length, 2);
    assert.ok(seen.agreement!.maxRelativeError < 1e-6);
  });

  it('fills a frozen batch with copies that are counted nowhere', async () => {
    const { x, dims, scores } = expected['rnn_frozen']!;
    const seen = await observe(
      await load('rnn_frozen'),
      sequencesOf({ x: { dims, values: Float64Array.from(x) } }),
      plain,
    );
    scores.forEach((score, k) => close(seen.scores!.values[k]!, score, 1e-6, `score ${k}`));
    const alone = await observe(
      await load('rnn_frozen'),
      sequencesOf({ x: { dims: [1, 6, 2], values: Float32Array.from(x.slice(24)) } }),
      plain,
    );
    const twice = await observe(
      await load('rnn_frozen'),
      sequencesOf({ x: { dims: [2, 6, 2], values: Float32Array.from([...x.slice(24), ...x.slice(24)]) } }),
      plain,
    );
    close(alone.gates[0]![0]!.mean, twice.gates[0]![0]!.mean, 1e-9, 'mean');
  });

  it('leaves padding out of the statistics where the model fixes the number of steps, and says that it was read', async () => {
    const { x, dims } = expected['rnn_frozen']!;
    const whole = await observe(
      await load('rnn_frozen'),
      sequencesOf({ x: { dims, values: Float32Array.from(x) } }, [6, 6, 6]),
      plain,
    );
    const first = await observe(
      await load('rnn_frozen'),
      sequencesOf({ x: { dims, values: Float32Array.from(x) } }, [1, 1, 1]),
      plain,
    );
    assert.notEqual(whole.gates[0]![0]!.mean, first.gates[0]![0]!.mean);
    assert.deepEqual(first.inputNorm, whole.inputNorm, 'the layer reads the padding, so its size counts');
    assert.match(first.notes.join(), /padding/);
    assert.equal(whole.notes.length, 0);
  });

  it('compares the scores with V h + c as read: rows of V that are exchanged do not go unnoticed', async () => {
    const { x, dims } = expected['lstm_last']!;
    const sequences = sequencesOf({ x: { dims, values: Float32Array.from(x) } });
    const loaded = await load('lstm_last');
    const right = await observe(loaded, sequences, plain);
    assert.ok(right.readoutCompared && right.agreement!.maxRelativeError < 1e-5);
    const { checkpoint, program } = loaded;
    const readout = checkpoint.readout!;
    const weights = { ...readout.weights!, values: Float32Array.from(readout.weights!.values).reverse() };
    const wrong = { checkpoint: { ...checkpoint, readout: { ...readout, weights } }, program };
    assert.ok((await observe(wrong, sequences, plain)).agreement!.maxRelativeError > 1e-4);
  });

  it('starts states that are not given at zero, and from the given ones otherwise', async () => {
    const x: Tensor = { dims: [3, 4, 3], values: Float32Array.from({ length: 36 }, (_, k) => Math.sin(k)) };
    const states: Tensor = { dims: [3, 2, 4], values: Float32Array.from({ length: 24 }, (_, k) => Math.cos(k)) };
    const zero: Tensor = { dims: [3, 2, 4], values: new Float32Array(24) };
    const loaded = await load('lstm_states');
    const without = await observe(loaded, sequencesOf({ x }), plain);
    const withZeros = await observe(loaded, sequencesOf({ x, h0: zero, c0: zero }), plain);
    const withStates = await observe(loaded, sequencesOf({ x, h0: states, c0: states }), plain);
    assert.deepEqual(without.scores, withZeros.scores);
    assert.notDeepEqual(without.scores, withStates.scores);
    for (const seen of [without, withStates]) assert.ok(seen.agreement!.maxRelativeError < 1e-6);
    assert.deepEqual(without.gates, withZeros.gates);
  });

  it('runs a network on tokens and a learned initial state', async () => {
    const tokens: Tensor = { dims: [2, 4], values: Int32Array.from([0, 1, 2, 3, 4, 0, 1, 1]) };
    const seen = await observe(await load('gru_embedding'), sequencesOf({ tokens }), plain);
    assert.ok(seen.agreement!.maxRelativeError < 1e-6 && seen.agreement!.compared === 2 * 3 + 2 * 3);
    assert.equal(seen.scores?.width, 3);
  });

  it('counts only the steps that the model itself takes for the sequence', async () => {
    const x: Tensor = { dims: [2, 4, 2], values: Float32Array.from({ length: 16 }, (_, k) => Math.sin(3 * k)) };
    const lengths: Tensor = { dims: [2], values: Int32Array.from([2, 4]) };
    const seen = await observe(await load('rnn_lengths'), sequencesOf({ x, lengths }), plain);
    assert.deepEqual([...seen.lengths], [2, 4]);
    assert.ok(seen.agreement!.maxRelativeError < 1e-6);
  });

  it('feeds a packed model the lengths of its sequences, whichever array they come from', async () => {
    const x: Tensor = { dims: [5, 4, 2], values: Float32Array.from({ length: 40 }, (_, k) => Math.sin(3 * k)) };
    const lengths = [2, 4, 1, 4, 2];
    const l: Tensor = { dims: [5], values: BigInt64Array.from(lengths, BigInt) };
    const packed = await load('packed');
    const fed = await observe(packed, sequencesOf({ x }, lengths), plain);
    assert.deepEqual(fed, await observe(packed, sequencesOf({ x, l }, lengths), plain));
    assert.deepEqual([[...fed.lengths], fed.notes], [lengths, []]);
    // Hidden states of the steps that count, and zeros behind them, are compared.
    assert.ok(fed.agreement!.maxRelativeError < 1e-6 && fed.agreement!.compared === 13 * 2);
    for (const [i, length] of lengths.entries()) {
      const one: Tensor = { dims: [1, 4, 2], values: x.values.subarray(8 * i, 8 * i + 8) };
      const alone = await observe(packed, sequencesOf({ x: one }, [length]), plain);
      close(alone.scores!.values[0]!, fed.scores!.values[3 * i]!, 1e-6, `score of sequence ${i}`);
    }
    const whole = await observe(packed, sequencesOf({ x }), plain);
    assert.deepEqual([...whole.lengths], [4, 4, 4, 4, 4]);
  });

  it('names the gate whose activations overflow, and compares what is finite', async () => {
    const x: Tensor = { dims: [2, 40, 2], values: new Float32Array(160).fill(1) };
    const seen = await observe(await load('rnn_overflow'), sequencesOf({ x }), plain);
    assert.deepEqual(seen.gates, [[]]);
    assert.match(seen.notes.join(), /layer "vanilla" the candidate activation is not finite.*its statistics/);
    assert.ok(seen.agreement!.maxRelativeError < 1e-6);
    assert.ok(seen.agreement!.compared > 2 * 2 * 10 && seen.agreement!.compared < 2 * 2 * 20, 'the first steps');
    assert.ok(seen.scores!.values.every((score) => !Number.isFinite(score)));
    const short: Tensor = { dims: [2, 4, 2], values: new Float32Array(16).fill(1) };
    const finite = await observe(await load('rnn_overflow'), sequencesOf({ x: short }), plain);
    assert.deepEqual([finite.gates[0]!.length, finite.notes], [1, []]);
  });

  it('clips coordinates before the model reads them', async () => {
    const { x, dims } = expected['rnn_frozen']!;
    const seen = await observe(await load('rnn_frozen'), sequencesOf({ x: { dims, values: Float32Array.from(x) } }), {
      ...plain,
      clip: 0.25,
    });
    assert.equal(seen.inputNorm?.inf, 0.25);
    const outside = x.filter((value) => Math.abs(value) > 0.25).length;
    assert.ok(outside > 1);
    assert.deepEqual(seen.notes, [
      `Every coordinate was clipped to [−0.25, 0.25] before the model read it, as the sidecar declares; ${outside} coordinates were outside.`,
    ]);
  });

  it('takes the scores from the output that is asked for', async () => {
    const x: Tensor = { dims: [3, 4, 3], values: new Float32Array(36).fill(0.5) };
    const seen = await observe(await load('lstm_states'), sequencesOf({ x }), { ...plain, scoresOutput: 'hn' });
    assert.deepEqual([seen.scores?.steps, seen.scores?.width], [1, 8]);
    await assert.rejects(observe(await load('lstm_states'), sequencesOf({ x }), { ...plain, scoresOutput: 'nope' }), {
      name: 'Problem',
      message: /"nope".*"hn", "scores"/,
    });
  });

  it('takes an output that is not that of the readout as the model answers it', async () => {
    const x: Tensor = { dims: [3, 4, 3], values: new Float32Array(36).fill(0.5) };
    const loaded = await load('lstm_last');
    const declared = { ...plain, scoresOutput: 'probabilities' };
    const sums = async (of: typeof loaded): Promise<number[]> => {
      const { values, width } = (await observe(of, sequencesOf({ x }), declared)).scores!;
      const all = Array.from(values);
      return Array.from({ length: 3 }, (_, k) => all.slice(k * width, (k + 1) * width).reduce((a, b) => a + b));
    };
    const isOne = (sum: number): boolean => Math.abs(sum - 1) < 1e-6;
    assert.ok(!(await sums(loaded)).some(isOne), 'the scores before the softmax');
    const { checkpoint } = loaded;
    assert.ok((await sums({ ...loaded, checkpoint: { ...checkpoint, readout: null } })).every(isOne), 'probabilities');
  });

  it('names a model that the runtime refuses', async () => {
    const x: Tensor = { dims: [2, 3, 2], values: new Float32Array(12).fill(0.5) };
    const batchwise = await observe(await load('lstm_batchwise'), sequencesOf({ x }), plain);
    assert.match(batchwise.notes.join(), /onnxruntime cannot (load|run) lstm_batchwise.onnx/);
    assert.equal(batchwise.scores, null);
  });

  it('runs the equations of clipped activations', async () => {
    const x: Tensor = { dims: [2, 3, 2], values: Float32Array.from({ length: 12 }, (_, k) => 9 * Math.sin(k)) };
    const clipped = await observe(await load('lstm_clip'), sequencesOf({ x }), plain);
    assert.ok(clipped.agreement!.maxRelativeError < 1e-6 && clipped.scores?.width === 2);
  });

  it('runs a model whose weights lie in a file beside it', async () => {
    const x: Tensor = { dims: [2, 3, 2], values: new Float32Array(12).fill(0.5) };
    const seen = await observe(await load('lstm_external'), sequencesOf({ x }), plain);
    assert.deepEqual(seen.notes, []);
    assert.ok(seen.agreement!.maxRelativeError < 1e-6);
  });

  it('supports hard sigmoid with its own slope, softsign and relu', async () => {
    const x: Tensor = { dims: [2, 3, 2], values: Float32Array.from({ length: 12 }, (_, k) => 3 * Math.sin(k)) };
    const seen = await observe(await load('lstm_hard'), sequencesOf({ x }), plain);
    assert.ok(seen.agreement!.maxRelativeError < 1e-6);
  });

  it('says which input does not fit, what it takes and what was given', async () => {
    const loaded = await load('lstm_last');
    const wrong = sequencesOf({ x: { dims: [2, 4, 5], values: new Float32Array(40) } });
    await assert.rejects(observe(loaded, wrong, plain), {
      name: 'Problem',
      message: /"x" of lstm_last.onnx takes \[any, 3\] for each sequence, but the data have \[4, 5\]/,
    });
    const unknown = sequencesOf({ y: { dims: [2, 4, 3], values: new Float32Array(24) } });
    await assert.rejects(observe(loaded, unknown, plain), {
      name: 'Problem',
      message: /"y", which is no input of lstm_last.onnx/,
    });
    const none = { ...sequencesOf({ x: { dims: [0, 4, 3], values: new Float32Array(0) } }), inputs: new Map() };
    await assert.rejects(observe(loaded, none, plain), {
      name: 'Problem',
      message: /"x" of lstm_last.onnx was not given/,
    });
  });

  it('sees that gates were read in the wrong order, although the network still runs', async () => {
    const { x, dims, lengths } = expected['lstm_last']!;
    const right = await load('lstm_last');
    const [layer] = right.checkpoint.layers;
    const other: Readonly<Record<string, string>> = { W_f: 'W_o', W_o: 'W_f', U_f: 'U_o', U_o: 'U_f', b_f: 'b_o', b_o: 'b_f' }; // prettier-ignore
    const misnamed = <T extends { readonly name: string }>(all: readonly T[]): T[] =>
      all.map((parameter) => ({ ...parameter, name: other[parameter.name] ?? parameter.name }));
    const wrong = { ...layer!, matrices: misnamed(layer!.matrices), biases: misnamed(layer!.biases) };
    const misread = { ...right, checkpoint: { ...right.checkpoint, layers: [wrong] } };
    const sequences = sequencesOf({ x: { dims, values: Float32Array.from(x) } }, lengths);
    assert.ok((await observe(misread, sequences, plain)).agreement!.maxRelativeError > 1e-2);
  });

  it('gives the same numbers every time', async () => {
    const { x, dims, lengths } = expected['lstm_last']!;
    const once = () =>
      load('lstm_last').then((loaded) =>
        observe(loaded, sequencesOf({ x: { dims, values: Float32Array.from(x) } }, lengths), plain),
      );
    assert.deepEqual(await once(), await once());
  });

  describe('on models whose answer to a sequence is not its own', () => {
    /** 8 sequences of 6 steps, time first in the model. */
    const x: Tensor = { dims: [8, 6, 2], values: Float32Array.from({ length: 96 }, (_, i) => Math.sin(i * i)) };
    const seenBy = async (name: string) => {
      const loaded = await load(`doubtful/${name}`);
      // Behind some of these front ends the axes cannot be followed, which is not what is tested here.
      const inputs = loaded.checkpoint.inputs.map((input) => ({ ...input, batchAxis: 1, timeAxis: 0 }));
      return observe({ ...loaded, checkpoint: { ...loaded.checkpoint, inputs } }, sequencesOf({ x }), plain);
    };

    for (const name of ['front_mean', 'front_noise', 'front_dropout', 'softmax_over_batch']) {
      it(`${name}: gives no scores`, async () => {
        const { scores, notes } = await seenBy(name);
        assert.equal(scores, null);
        assert.match(notes.join(), /answers differently for the same sequence/);
      });
    }

    it('gives the scores of one that answers each sequence by itself', async () => {
      const { scores, notes } = await seenBy('front_fixed');
      assert.deepEqual([scores?.steps, scores?.width, scores?.values.length, notes], [1, 2, 16, []]);
    });

    it('gives no scores when a layer starts elsewhere than the file was read to say', async () => {
      const loaded = await load('gru_embedding');
      const layers = loaded.checkpoint.layers.map((layer) => ({ ...layer, initialState: 'zero' as const }));
      const tokens: Tensor = { dims: [2, 3], values: BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 0n) };
      const claimed = { ...loaded, checkpoint: { ...loaded.checkpoint, layers } };
      const { scores, notes } = await observe(claimed, sequencesOf({ tokens }), plain);
      assert.equal(scores, null);
      assert.match(notes.join(), /"gru" did not start from zero/);
      assert.notEqual((await observe(loaded, sequencesOf({ tokens }), plain)).scores, null);
    });
  });
});
