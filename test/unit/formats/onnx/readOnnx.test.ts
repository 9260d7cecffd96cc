import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { readModel } from '../../../../src/formats/onnx/readModel';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { parametersOf } from '../../../../src/core/cells/parametersOf';
import { readOnnx } from '../../../../src/formats/onnx/readOnnx';
import { tensorNumbers } from '../../../../src/formats/onnx/tensorNumbers';

const fixtures = path.resolve(import.meta.dirname, '../../../fixtures/onnx');
const bytesOf = (name: string): Uint8Array => readFileSync(path.join(fixtures, `${name}.onnx`));
const noExternalData = (): never => assert.fail('there are no external data');
const read = (name: string) => readOnnx(bytesOf(name), `${name}.onnx`, noExternalData);
const expected = JSON.parse(readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as {
  numbers: Record<string, number[]>;
  lstm_last: { matrices: Record<string, number[]> };
};

describe('readOnnx', () => {
  it('decodes every way a number can be stored', () => {
    const { initializers } = readModel(bytesOf('numbers'), 'numbers.onnx').graph;
    for (const [name, wanted] of Object.entries(expected.numbers)) {
      const numbers = tensorNumbers(initializers.get(name)!, 'numbers.onnx', noExternalData);
      assert.deepEqual([...numbers!.values], wanted, name);
    }
    assert.equal(Object.keys(expected.numbers).length, initializers.size);
  });

  it('splits the weights of an LSTM into gates in the order i o f c, and keeps both biases', () => {
    const [layer] = read('lstm_last').checkpoint.layers;
    const names = layer!.matrices.map(({ name, gate, role }) => [name, gate, role]);
    assert.deepEqual(names.slice(0, 2), [['W_i', 'input', 'input'], ['U_i', 'input', 'recurrent']]); // prettier-ignore
    assert.deepEqual(names.map(([, gate]) => gate), ['input', 'input', 'output', 'output', 'forget', 'forget', 'candidate', 'candidate']); // prettier-ignore
    for (const [name, wanted] of Object.entries(expected.lstm_last.matrices)) {
      const matrix = layer!.matrices.find((parameter) => parameter.name === name)!;
      assert.deepEqual([...matrix.values], wanted);
    }
    assert.deepEqual(layer!.biases.map(({ role }) => role), Array.from({ length: 4 }, () => ['inputBias', 'recurrentBias']).flat()); // prettier-ignore
    assert.deepEqual(layer!.biases.map(({ rows, columns }) => [rows, columns]), Array.from({ length: 8 }, () => [4, 1])); // prettier-ignore
  });

  it('follows the data from a model input to the last step, and through a Gemm with alpha, beta and transB', () => {
    const { checkpoint, program } = read('lstm_last');
    assert.deepEqual(checkpoint.layers[0]!.input, { kind: 'model', input: 'x' });
    assert.equal(checkpoint.layers[0]!.initialState, 'zero');
    const { readout } = checkpoint;
    assert.deepEqual([readout?.linear, readout?.steps, readout?.finalActivation, readout?.outputs], [true, 'last', 'softmax', 2]); // prettier-ignore
    assert.deepEqual(readout?.chain.map(({ operation }) => operation), ['Squeeze', 'Transpose', 'Gather', 'Gemm', 'Softmax']); // prettier-ignore
    const { initializers } = readModel(bytesOf('lstm_last'), 'x').graph;
    const stored = (name: string) => [...tensorNumbers(initializers.get(name)!, 'x', noExternalData)!.values];
    assert.deepEqual([...readout.weights!.values], stored('V').map((value) => 0.5 * value)); // prettier-ignore
    assert.deepEqual([...readout.bias!.values], stored('c').map((value) => 2 * value)); // prettier-ignore
    assert.equal(program.scores, 'logits');
  });

  it('reads weights behind Identity, Transpose, Cast, Unsqueeze, Slice, Reshape and Concat', () => {
    const { checkpoint } = read('gru_bidirectional');
    assert.deepEqual(checkpoint.layers.map(({ name, direction }) => [name, direction]), [['both', 'forward'], ['both (reverse)', 'reverse']]); // prettier-ignore
    const [forward] = checkpoint.layers;
    assert.equal(forward?.cellName, 'gru-reset-after');
    assert.deepEqual(forward?.biases.map(({ name }) => name), ['b_z', 'b_z', 'b_r', 'b_r', 'b_a', 'b_u']); // prettier-ignore
    assert.deepEqual(checkpoint.inputs[0], { name: 'x', elementType: 'float32', shape: [null, null, 2], role: 'sequence', batchAxis: 1, timeAxis: 0 }); // prettier-ignore
    assert.deepEqual([checkpoint.readout?.layers, checkpoint.readout?.steps, checkpoint.readout?.linear], [[0, 1], 'every', true]); // prettier-ignore
  });

  it('tells states, sequences and fixed inputs apart', () => {
    const { checkpoint } = read('lstm_states');
    assert.deepEqual(checkpoint.inputs.map(({ name, role, batchAxis, timeAxis }) => [name, role, batchAxis, timeAxis]), [['x', 'sequence', 0, 1], ['h0', 'state', 1, null], ['c0', 'state', 1, null]]); // prettier-ignore
    assert.deepEqual(checkpoint.layers.map(({ initialState }) => initialState), ['given', 'given']); // prettier-ignore
    assert.equal(checkpoint.readout?.output, 'scores');
    assert.deepEqual([checkpoint.readout?.linear, checkpoint.readout?.reason], [false, null]);
    assert.deepEqual(checkpoint.readout?.hidden?.map(({ weights, activation }) => [weights.rows, weights.columns, activation]), [[3, 4, 'relu']]); // prettier-ignore
    const inside = read('inside_if').checkpoint;
    assert.deepEqual(inside.inputs.map(({ role }) => role), ['sequence', 'fixed']); // prettier-ignore
  });

  it('knows the lengths of packed sequences, which also sort the batch', () => {
    const roles = (name: string) => read(name).checkpoint.inputs.map(({ name: input, role, batchAxis, timeAxis }) => [input, role, batchAxis, timeAxis]); // prettier-ignore
    assert.deepEqual(roles('packed'), [['x', 'sequence', 0, 1], ['l', 'lengths', 0, null]]); // prettier-ignore
    assert.deepEqual(roles('rnn_lengths'), [['x', 'sequence', 1, 0], ['lengths', 'lengths', 0, null]]); // prettier-ignore
  });

  it('calls an embedding a trained front end, and a stored initial state learned', () => {
    const [layer] = read('gru_embedding').checkpoint.layers;
    assert.ok(layer?.input.kind === 'frontEnd' && layer.input.trained);
    assert.equal(layer.input.description, 'the input "tokens" through Gather');
    const { embedding } = layer.input;
    assert.deepEqual([embedding?.rows, embedding?.columns, embedding?.tensor], [5, 2, 'table']);
    assert.equal(layer.initialState, 'learned');
    assert.deepEqual(layer.learnedStates?.map(({ rows, columns }) => [rows, columns]), [[layer.hiddenSize, 1]]); // prettier-ignore
    assert.equal(layer.cellName, 'gru');
  });

  it('lists the matrices of operators with options that are not supported, and says which option', () => {
    const { checkpoint } = read('lstm_batchwise');
    const [layer] = checkpoint.layers;
    assert.equal(layer?.cell, null);
    assert.match(layer?.withheld ?? '', /layout = 1/);
    assert.equal(layer?.matrices.length, 8);
    assert.match(checkpoint.notes.join('\n'), /layout = 1/);
  });

  it('reads clipping, coupled gates, peepholes and the activations of ONNX as options of the cell', () => {
    const cases: Readonly<Record<string, CellOptions>> = {
      lstm_clip: { clip: 0.5 },
      lstm_coupled: { coupled: true },
      lstm_peepholes: { peepholes: true },
      lstm_elu: { candidateActivation: { kind: 'elu', alpha: 1 } },
    };
    for (const [name, options] of Object.entries(cases)) {
      const [layer] = read(name).checkpoint.layers;
      assert.equal(layer?.withheld, null);
      for (const [option, value] of Object.entries(options)) {
        assert.deepEqual(layer?.cell?.options[option as keyof CellOptions], value);
      }
      const { matrices, biases, cell } = layer;
      const found = new Set([...matrices, ...biases].map((parameter) => parameter.name));
      assert.deepEqual([...found].sort(), parametersOf(cell!).map((parameter) => parameter.name).sort()); // prettier-ignore
    }
  });

  it('lists layers inside subgraphs, and names loops that it does not understand', () => {
    const { checkpoint, program } = read('inside_if');
    assert.deepEqual(checkpoint.layers.map(({ name }) => name).sort(), ['hidden away', 'other']); // prettier-ignore
    assert.deepEqual(program.taps, [null, null]);
    for (const layer of checkpoint.layers) assert.match(layer.withheld ?? '', /inside If "choice"/);
    assert.match(checkpoint.notes.join('\n'), /1 Loop node was not recognised as a recurrent cell \("repeat"\)/);
  });

  it('names an operator that looks recurrent and is none of the standard, and says what to do', () => {
    assert.throws(() => read('lstm_quantized'), {
      name: 'Problem',
      message: /"cell" \(DynamicQuantizeLSTM of com.microsoft\) is no RNN, GRU or LSTM.*before quantization\.$/,
    });
  });

  it('says so where the readout is of the mean or the largest of all steps', () => {
    const reasonOf = (name: string) => read(name).checkpoint.readout?.reason;
    assert.deepEqual([read('rnn_reducemean').checkpoint.readout?.steps, reasonOf('rnn_reducemean')], ['mean', null]);
    const padded = read('readout_mean_padded').checkpoint.readout;
    assert.deepEqual([padded?.steps, /over padding too/.test(padded?.reason ?? '')], ['other', true]);
    assert.equal(reasonOf('rnn_reducemax'), 'ReduceMax "pool" takes the largest of the hidden states over all steps.');
  });

  it('gives every reason as a whole sentence', () => {
    for (const file of readdirSync(fixtures).filter((name) => name.endsWith('.onnx'))) {
      const name = path.basename(file, '.onnx');
      let checkpoint;
      try {
        checkpoint = readOnnx(bytesOf(name), file, () =>
          readFileSync(path.join(fixtures, 'lstm_external.bin')),
        ).checkpoint;
      } catch (error) {
        assert.match(String(error), /^Problem: .*\.$/, file);
        continue;
      }
      const told = [
        checkpoint.readout?.reason,
        ...checkpoint.layers.map(({ withheld }) => withheld),
        ...checkpoint.notes,
      ];
      for (const text of told) if (text) assert.match(text, /^[A-Z0-9].*\.$/, file);
    }
  });

  it('says at which byte a file is damaged or cut off', () => {
    const whole = bytesOf('lstm_last');
    const fails = (bytes: Uint8Array, message: RegExp) =>
      assert.throws(() => readModel(bytes, 'm.onnx'), { name: 'Problem', message });
    fails(
      whole.subarray(0, whole.length - 30),
      /^m\.onnx is not a whole ONNX file \(the field at byte \d+ is cut off\):/,
    );
    fails(Uint8Array.of(8, 8, 0xfc, 1), /\(damaged at byte 2\)/);
    fails(Buffer.from('not a model'), /\(damaged at byte \d+\)/);
  });

  it('finds readouts of both last states, of every step through rows, and says why one of all steps at once is none', () => {
    const ends = read('both_ends').checkpoint.readout;
    assert.deepEqual([ends?.layers, ends?.steps, ends?.linear, ends?.weights?.columns], [[0, 1], 'last', true, 4]); // prettier-ignore
    const every = read('time_distributed');
    const { readout } = every.checkpoint;
    assert.deepEqual([readout?.steps, readout?.linear, readout?.finalActivation, readout?.bias?.rows], ['every', true, 'logSoftmax', 4]); // prettier-ignore
    assert.deepEqual(every.program.scoreTensors, [{ output: 'logs', tensor: 'scores', axes: { batch: 0, time: 1 } }]); // prettier-ignore
    const flat = read('flattened').checkpoint.readout;
    assert.deepEqual([flat?.steps, flat?.linear, flat?.reason], ['other', false, 'Gemm "dense" reads all steps at once.']); // prettier-ignore
  });

  it('reads a file whose axes claim impossible sizes', () => {
    assert.equal(read('huge_axis').checkpoint.layers[0]?.input.kind, 'frontEnd');
  });

  it('counts the floating numbers of the file', () => {
    assert.equal(read('lstm_last').checkpoint.parameters, 16 * 3 + 16 * 4 + 32 + 8 + 2);
    assert.equal(read('inside_if').checkpoint.parameters, 32);
  });

  it('opens a large file in the time of its structure', () => {
    const size = 200 * 2 ** 20;
    const unused = new BinaryWriter().tag(1, WireType.Varint).int64(size / 4).tag(2, WireType.Varint).int32(1).tag(8, WireType.LengthDelimited).string('big'); // prettier-ignore
    const head = unused.tag(9, WireType.LengthDelimited).uint32(size).finish();
    const tensor = new BinaryWriter()
      .tag(5, WireType.LengthDelimited)
      .uint32(head.length + size)
      .finish();
    const graph = new BinaryWriter().tag(7, WireType.LengthDelimited).uint32(tensor.length + head.length + size).finish(); // prettier-ignore
    const original = bytesOf('lstm_last');
    const large = new Uint8Array(original.length + graph.length + tensor.length + head.length + size);
    large.set(Buffer.concat([original, graph, tensor, head]));
    // The best of three, because other programs may be using the machine.
    const times = [1, 2, 3].map(() => {
      const before = performance.now();
      const { checkpoint } = readOnnx(large, 'large.onnx', noExternalData);
      assert.equal(checkpoint.parameters, 154 + size / 4);
      return performance.now() - before;
    });
    assert.ok(Math.min(...times) < 50, `${times.join(', ')} ms`);
  });

  describe('on damaged files', function () {
    this.timeout(20_000);

    /** Whatever the bytes are, the answer is a checkpoint or one sentence. */
    const survives = (bytes: Uint8Array): boolean => {
      try {
        readOnnx(bytes, 'damaged.onnx', () => new Uint8Array(0));
        return true;
      } catch (error) {
        return error instanceof Error && error.name === 'Problem';
      }
    };
    const models = ['lstm_last', 'gru_bidirectional', 'lstm_states', 'gru_embedding', 'inside_if', 'numbers'].map(
      bytesOf,
    );

    it('every truncation', () => {
      for (const model of models) for (let length = 0; length < model.length; length += 3) assert.ok(survives(model.subarray(0, length)), `${length}`); // prettier-ignore
    });

    it('random bytes', () => {
      fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), survives), { numRuns: 1000 });
    });

    it('flipped bits', () => {
      const flips = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 6 });
      const damage = fc.property(fc.constantFrom(...models), flips, (model, places) => {
        const bytes = Uint8Array.from(model);
        for (const [place, bit] of places) bytes[place % bytes.length]! ^= 1 << bit;
        return survives(bytes);
      });
      fc.assert(damage, { numRuns: 1500 });
    });

    it('subgraphs nested without end', () => {
      let graph = new Uint8Array(0);
      for (let depth = 0; depth < 2000; depth++) {
        const attribute = new BinaryWriter().tag(6, WireType.LengthDelimited).bytes(graph).finish();
        const node = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(attribute).finish();
        graph = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(node).finish();
      }
      const model = new BinaryWriter().tag(1, WireType.Varint).int32(8).tag(7, WireType.LengthDelimited).bytes(graph).finish(); // prettier-ignore
      assert.throws(() => readOnnx(model, 'deep.onnx', noExternalData), {
        name: 'Problem',
        message: /nests subgraphs/,
      });
    });
  });
});
