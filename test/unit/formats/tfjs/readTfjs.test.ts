import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layerWeights } from '../../../../src/core/cells/layerWeights';
import { Problem } from '../../../../src/core/problem';
import { readTfjs } from '../../../../src/formats/tfjs/readTfjs';

type Json = Record<string, unknown>;

/** LSTM(2) on sequences of width 1, and Dense(1); the weights are 0, 1, 2, … in the order of the manifest. */
function lstmModel(
  changes: { lstm?: Json; dense?: Json; model?: Json; names?: (name: string) => string; dtype?: Json } = {},
): Json {
  const { names = (name) => name, dtype = {} } = changes;
  const lstm = {
    name: 'lstm_1',
    units: 2,
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    batch_input_shape: [null, 3, 1],
    ...changes.lstm,
  };
  const dense = { name: 'dense_1', units: 1, activation: 'linear', ...changes.dense };
  const weight = (name: string, shape: number[]) => ({ name: names(name), shape, dtype: 'float32', ...dtype });
  return {
    modelTopology: {
      class_name: 'Sequential',
      config: {
        name: 'm',
        layers: [
          { class_name: 'LSTM', config: lstm },
          { class_name: 'Dense', config: dense },
        ],
      },
    },
    weightsManifest: [
      {
        paths: ['a.bin', 'b.bin'],
        weights: [
          weight('lstm_1/kernel', [1, 8]),
          weight('lstm_1/recurrent_kernel', [2, 8]),
          weight('lstm_1/bias', [8]),
          weight('dense_1/kernel', [2, 1]),
          weight('dense_1/bias', [1]),
        ],
      },
    ],
    ...changes.model,
  };
}

const count = 8 + 16 + 8 + 2 + 1;
const counting = Float32Array.from({ length: count }, (_, k) => k);

/** The weights in two shards, cut in the middle of a number. */
const shards = (path: string): Promise<Uint8Array> => {
  const bytes = new Uint8Array(counting.buffer);
  return Promise.resolve(path === 'a.bin' ? bytes.subarray(0, 50) : bytes.subarray(50));
};

const read = (model: unknown, files = shards) =>
  readTfjs(new TextEncoder().encode(JSON.stringify(model)), 'model.json', files);

async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(work, (error) => error instanceof Problem && message.test(error.message));
}

describe('readTfjs', () => {
  it('names the gates in the order i f c o, with rows for outputs', async () => {
    const { checkpoint } = await read(lstmModel());
    const [layer] = checkpoint.layers;
    assert.ok(layer);
    const weights = layerWeights(layer);
    // The kernel is one row of i0 i1 f0 f1 c0 c1 o0 o1; the recurrent kernel two such rows, from 8 on.
    assert.deepEqual(weights.get('W_i'), Float64Array.of(0, 1));
    assert.deepEqual(weights.get('W_f'), Float64Array.of(2, 3));
    assert.deepEqual(weights.get('W_a'), Float64Array.of(4, 5));
    assert.deepEqual(weights.get('W_o'), Float64Array.of(6, 7));
    assert.deepEqual(weights.get('U_i'), Float64Array.of(8, 16, 9, 17));
    assert.deepEqual(weights.get('b_o'), Float64Array.of(30, 31));
    assert.equal(checkpoint.parameters, count);
    assert.deepEqual(layer.input, { kind: 'model', input: 'lstm_1_input' });
    assert.deepEqual(checkpoint.inputs, [
      {
        name: 'lstm_1_input',
        elementType: 'float32',
        shape: [null, 3, 1],
        role: 'sequence',
        batchAxis: 0,
        timeAxis: 1,
      },
    ]);
    assert.deepEqual(checkpoint.outputs, [{ name: 'dense_1', shape: [null, 1] }]);
    assert.deepEqual(checkpoint.notes, []);
  });

  it('finds a linear readout', async () => {
    const { readout } = (await read(lstmModel({ dense: { activation: 'sigmoid' } }))).checkpoint;
    assert.ok(readout);
    assert.deepEqual(readout.weights, {
      rows: 1,
      columns: 2,
      values: Float32Array.of(32, 33),
      tensor: 'dense_1/kernel',
    });
    assert.deepEqual(readout.bias, { rows: 1, columns: 1, values: Float32Array.of(34), tensor: 'dense_1/bias' });
    assert.deepEqual(
      [readout.linear, readout.steps, readout.finalActivation, readout.outputs],
      [true, 'last', 'sigmoid', 1],
    );
  });

  it('says why a readout is not linear', async () => {
    const { readout } = (await read(lstmModel({ dense: { activation: 'tanh' } }))).checkpoint;
    assert.deepEqual(
      [readout?.linear, readout?.reason, readout?.weights],
      [false, 'dense_1 applies tanh on the way to the scores.', null],
    );
  });

  for (const [label, names] of [
    ['lstm_1/lstm_1/kernel', (name: string) => name.replace(/^(\w+)\//, '$1/$1/')],
    ['lstm_1/lstm_cell/kernel', (name: string) => name.replace('lstm_1/', 'lstm_1/lstm_cell/')],
    ['model/lstm_1/kernel:0', (name: string) => `model/${name}:0`],
  ] as const) {
    it(`finds weights named like ${label}, and gives them the names TensorFlow.js knows`, async () => {
      const { checkpoint, program } = await read(lstmModel({ names }));
      assert.deepEqual(layerWeights(checkpoint.layers[0]!).get('W_f'), Float64Array.of(2, 3));
      assert.deepEqual(
        program.weightSpecs.map(({ name }) => name),
        ['lstm_1/kernel', 'lstm_1/recurrent_kernel', 'lstm_1/bias', 'dense_1/kernel', 'dense_1/bias'],
      );
    });
  }

  it('reads the topology in model_config, layers as a list, and camelCase options', async () => {
    const model = lstmModel({ lstm: { recurrent_activation: undefined, recurrentActivation: 'hardSigmoid' } });
    const { class_name: className, config } = model['modelTopology'] as {
      class_name: string;
      config: { layers: unknown };
    };
    const wrapped = {
      ...model,
      modelTopology: { keras_version: '2.1.5', model_config: { class_name: className, config: config.layers } },
    };
    const [layer] = (await read(wrapped)).checkpoint.layers;
    assert.deepEqual(layer?.cell?.options.gateActivation, { kind: 'hardSigmoid', slope: 0.2, offset: 0.5 });
  });

  it('lists a layer with an unsupported activation without its equations', async () => {
    const [layer] = (await read(lstmModel({ lstm: { activation: 'selu' } }))).checkpoint.layers;
    assert.equal(layer?.cell, null);
    assert.equal(layer.withheld, 'The activation selu is not supported yet.');
    assert.equal(layer.matrices.length, 8);
  });

  it('decodes quantized weights', async () => {
    const bytes = Uint8Array.from({ length: count }, (_, k) => 2 * k);
    const quantized = lstmModel({ dtype: { quantization: { dtype: 'uint8', scale: 0.5, min: -1 } }, model: {} });
    const { checkpoint, program } = await read(quantized, (path) =>
      Promise.resolve(path === 'a.bin' ? bytes : new Uint8Array()),
    );
    assert.deepEqual(layerWeights(checkpoint.layers[0]!).get('W_f'), Float64Array.of(1, 2));
    assert.equal(program.weightData.byteLength, 4 * count);
    const wide = lstmModel({ dtype: { quantization: { dtype: 'uint16', scale: 2, min: 0.5 } } });
    const sixteen = await read(wide, (path) =>
      Promise.resolve(path === 'a.bin' ? new Uint8Array(Uint16Array.from(counting).buffer) : new Uint8Array()),
    );
    assert.deepEqual(layerWeights(sixteen.checkpoint.layers[0]!).get('W_f'), Float64Array.of(4.5, 6.5));
    const half = lstmModel({ dtype: { quantization: { dtype: 'float16' } } });
    const halves = await read(half, (path) =>
      Promise.resolve(path === 'a.bin' ? new Uint8Array(new Uint16Array(count).fill(0x3e00).buffer) : new Uint8Array()),
    );
    assert.deepEqual(layerWeights(halves.checkpoint.layers[0]!).get('W_f'), Float64Array.of(1.5, 1.5));
  });

  it('withholds a layer whose steps are masked, and names the mask', async () => {
    const model = lstmModel();
    const { config } = model['modelTopology'] as { config: { layers: unknown[] } };
    config.layers.unshift({
      class_name: 'Masking',
      config: { name: 'masking_1', mask_value: 0, batch_input_shape: [null, 3, 1] },
    });
    const { checkpoint } = await read(model);
    assert.match(checkpoint.layers[0]?.withheld ?? '', /masked by masking_1/);
    assert.deepEqual(checkpoint.notes, ['1 Masking layer was not understood: masking_1.']);
  });

  it('reads the two biases of a GRU that resets after the recurrent matrix', async () => {
    const gru = {
      name: 'gru',
      units: 1,
      reset_after: true,
      recurrent_activation: 'sigmoid',
      batch_input_shape: [null, 2, 1],
    };
    const weights = [
      ['gru/kernel', [1, 3]],
      ['gru/recurrent_kernel', [1, 3]],
      ['gru/bias', [2, 3]],
    ].map(([name, shape]) => ({ name, shape, dtype: 'float32' }));
    const model = {
      modelTopology: { class_name: 'Sequential', config: [{ class_name: 'GRU', config: gru }] },
      weightsManifest: [{ paths: ['a.bin'], weights }],
    };
    const { checkpoint } = await read(model, () => Promise.resolve(new Uint8Array(counting.buffer)));
    const named = layerWeights(checkpoint.layers[0]!);
    // z r h; the biases are [6 7 8] on the input side and [9 10 11] on the recurrent side.
    assert.deepEqual(
      ['W_z', 'W_r', 'W_a', 'U_z', 'U_r', 'U_a', 'b_z', 'b_r', 'b_a', 'b_u'].map((name) => named.get(name)?.[0]),
      [0, 1, 2, 3, 4, 5, 15, 17, 8, 11],
    );
    assert.equal(checkpoint.layers[0]?.cell?.options.updateKeeps, true);
    assert.match(checkpoint.readout?.reason ?? '', /No dense layer/);
  });
});

describe('readTfjs refuses', () => {
  const short = (path: string) => Promise.resolve(new Uint8Array(path === 'a.bin' ? 50 : 3));
  const missing = (path: string) =>
    path === 'b.bin' ? Promise.reject(new Error('ENOENT: no such file')) : shards(path);
  const pointer = () =>
    Promise.resolve(new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:0'));
  const manifest = (paths: unknown) => ({
    weightsManifest: [{ paths, weights: [{ name: 'a', shape: [1], dtype: 'float32' }] }],
  });
  const dense = { class_name: 'Sequential', config: [{ class_name: 'Dense', config: { name: 'd', units: 1 } }] };

  const cases: readonly (readonly [string, unknown, RegExp, typeof shards?])[] = [
    ['a missing shard', lstmModel(), /^The weight file b.bin of model.json cannot be read/, missing],
    ['short shards', lstmModel(), /^model.json needs 140 bytes of weights, but a.bin, b.bin hold 53 bytes/, short],
    [
      'a shard that Git LFS has not fetched',
      lstmModel(),
      /a.bin of model.json is a Git LFS pointer.*git lfs pull/,
      pointer,
    ],
    [
      'a shard outside the folder',
      lstmModel({ model: manifest(['../secret.bin']) }),
      /"\.\.\/secret.bin", which is not inside its folder/,
    ],
    ['an absolute shard', lstmModel({ model: manifest(['/etc/passwd']) }), /not inside its folder/],
    ['a shard on the web', lstmModel({ model: manifest(['https://example.org/a.bin']) }), /not inside its folder/],
    ['a model without weights', lstmModel({ model: { weightsManifest: undefined } }), /architecture without weights/],
    ['a graph-model', { format: 'graph-model', modelTopology: { node: [] } }, /graph-model.*tfjs_layers_model/],
    [
      'a Keras 3 model',
      { modelTopology: { keras_version: '3.4.1', model_config: { class_name: 'Sequential', config: {} } } },
      /Keras 3 \(3.4.1\)/,
    ],
    [
      'a Keras 3 model that does not say so',
      {
        modelTopology: {
          class_name: 'Functional',
          config: { layers: [{ class_name: 'InputLayer', config: { name: 'x', batch_shape: [null, 3, 1] } }] },
        },
      },
      /written by Keras 3, which/,
    ],
    [
      'a deeplearn.js manifest',
      { a: { filename: 'a', shape: [1] }, b: { filename: 'b', shape: [] } },
      /deeplearn.js manifest/,
    ],
    ['some other JSON', { name: 'package', version: '1.0.0' }, /JSON but not a model/],
    ['a list', [1, 2], /JSON but not a model/],
    [
      'no recurrent layer',
      { modelTopology: dense, weightsManifest: [] },
      /no SimpleRNN, GRU or LSTM layer \(it has InputLayer, Dense\)/,
    ],
    [
      'a kernel of the wrong shape',
      lstmModel({ lstm: { units: 3 } }),
      /lstm_1\/kernel in model.json has the shape \[1, 8\], but lstm_1 needs \[any, 12\]/,
    ],
    ['weights under another name', lstmModel({ names: (name) => `x${name}` }), /lists no weight "kernel" for lstm_1/],
    [
      'units that are no number',
      lstmModel({ lstm: { units: 'two' } }),
      /lstm_1 in model.json does not say how many units/,
    ],
    ['complex weights', lstmModel({ dtype: { dtype: 'complex64' } }), /has the type complex64/],
  ];
  for (const [name, model, message, files] of cases) it(name, () => refused(read(model, files), message));

  it('a file that is cut off', () =>
    refused(readTfjs(new TextEncoder().encode('{"modelTopology": {'), 'model.json', shards), /not valid JSON/));

  it('nothing in any other way than by a Problem', async () => {
    const text = JSON.stringify(lstmModel());
    const damaged = fc
      .tuple(fc.nat(text.length - 1), fc.constantFrom('null', '[]', '{}', '-1', '"x"', '0', '1e9'))
      .map(([at, value]) => {
        // Replaces one value somewhere in the model by another one.
        const places = [...text.matchAll(/(?<=[:[,])(?:null|\d+|"[^"]*"|\[[^[\]]*\])(?=[,\]}])/g)];
        const place = places[at % places.length]!;
        return text.slice(0, place.index) + value + text.slice(place.index + place[0].length);
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.json(), fc.string()), async (json) => {
        try {
          await readTfjs(new TextEncoder().encode(json), 'model.json', shards);
        } catch (error) {
          assert.ok(error instanceof Problem, String(error instanceof Error ? error.stack : error));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('readTfjs on functional models', () => {
  const rnn = (name: string, from: string, options: Json = {}) => ({
    name,
    class_name: 'SimpleRNN',
    config: { name, units: 1, ...options },
    inbound_nodes: [[[from, 0, 0, {}]]],
  });
  const inputLayer = (name: string, shape: (number | null)[]) => ({
    name,
    class_name: 'InputLayer',
    config: { name, batch_input_shape: shape, dtype: 'float32' },
    inbound_nodes: [],
  });

  function functional(layers: readonly Json[], outputs: readonly string[]): Json {
    const recurrent = layers
      .filter((layer) => layer['class_name'] === 'SimpleRNN')
      .map((layer) => String(layer['name']));
    const weights = recurrent.flatMap((name) =>
      [
        ['kernel', [1, 1]],
        ['recurrent_kernel', [1, 1]],
        ['bias', [1]],
      ].map(([kind, shape]) => ({ name: `${name}/${String(kind)}`, shape, dtype: 'float32' })),
    );
    const inputs = layers.filter((layer) => layer['class_name'] === 'InputLayer').map((layer) => [layer['name'], 0, 0]);
    const config = { name: 'm', layers, input_layers: inputs, output_layers: outputs.map((name) => [name, 0, 0]) };
    return { modelTopology: { class_name: 'Model', config }, weightsManifest: [{ paths: ['a.bin'], weights }] };
  }
  const readFunctional = (layers: readonly Json[], outputs: readonly string[]) =>
    read(functional(layers, outputs), () => Promise.resolve(new Uint8Array(counting.buffer)));

  it('orders layers by the data flow and finds what each reads', async () => {
    const { checkpoint } = await readFunctional(
      [rnn('second', 'first'), rnn('first', 'x', { return_sequences: true }), inputLayer('x', [null, null, 1])],
      ['second'],
    );
    assert.deepEqual(
      checkpoint.layers.map(({ name, input }) => [name, input]),
      [
        ['first', { kind: 'model', input: 'x' }],
        ['second', { kind: 'layers', layers: [0] }],
      ],
    );
  });

  it('says which layer joins two branches in front of the scores', async () => {
    const join = {
      name: 'join',
      class_name: 'Concatenate',
      config: { name: 'join' },
      inbound_nodes: [
        [
          ['a', 0, 0, {}],
          ['b', 0, 0, {}],
        ],
      ],
    };
    const { readout, notes } = (
      await readFunctional(
        [inputLayer('x', [null, 4, 1]), rnn('a', 'x'), rnn('b', 'x', { go_backwards: true }), join],
        ['join'],
      )
    ).checkpoint;
    assert.deepEqual([readout?.layers, readout?.linear, readout?.steps], [[0, 1], false, 'other']);
    assert.match(readout?.reason ?? '', /^join \(Concatenate\) stands between/);
    assert.deepEqual(notes, ['1 Concatenate layer was not understood: join.']);
  });

  it('takes no state for the hidden states, and no second call for the first', async () => {
    const from = (name: string, ...reference: readonly unknown[]): Json => ({
      name,
      class_name: 'Activation',
      config: { name, activation: 'linear' },
      inbound_nodes: [[reference]],
    });
    const x = inputLayer('x', [null, 4, 1]);
    const a = rnn('a', 'x', { return_state: true });
    const state = (await readFunctional([x, a, from('scores', 'a', 0, 1, {})], ['scores'])).checkpoint;
    assert.deepEqual([state.readout?.linear, state.readout?.steps], [false, 'other']);
    assert.match(state.readout?.reason ?? '', /^scores \(Activation\) reads a state/);
    const stacked = { ...rnn('b', 'a'), inbound_nodes: [[['a', 0, 1, {}]]] };
    const layers = (await readFunctional([x, a, stacked], ['b'])).checkpoint.layers;
    assert.deepEqual([layers[1]?.input.kind, layers[1]?.input.kind === 'frontEnd' && layers[1].input.trained], ['frontEnd', true]); // prettier-ignore
    const handedOut = functional([x, a], ['a']);
    const json = JSON.stringify(handedOut).replace('"output_layers":[["a",0,0]]', '"output_layers":[["a",0,1]]');
    const files = () => Promise.resolve(new Uint8Array(counting.buffer));
    assert.equal((await readTfjs(new TextEncoder().encode(json), 'model.json', files)).checkpoint.readout, null);
  });

  it('takes a softmax over time for no final activation', async () => {
    const softmax = (axis: number): Json => ({
      name: 's',
      class_name: 'Softmax',
      config: { name: 's', axis },
      inbound_nodes: [[['a', 0, 0, {}]]],
    });
    const a = rnn('a', 'x', { return_sequences: true });
    const final = async (axis: number) =>
      (await readFunctional([inputLayer('x', [null, 4, 1]), a, softmax(axis)], ['s'])).checkpoint.readout
        ?.finalActivation;
    assert.deepEqual(await Promise.all([final(1), final(2), final(-1)]), ['none', 'softmax', 'softmax']);
  });

  it('withholds a layer that starts from given states, and one that is called twice', async () => {
    const given = {
      ...rnn('b', 'x'),
      inbound_nodes: [
        [
          ['x', 0, 0, {}],
          ['s', 0, 0, {}],
        ],
      ],
    };
    const twice = { ...rnn('a', 'x'), inbound_nodes: [[['x', 0, 0, {}]], [['x', 0, 0, {}]]] };
    const { checkpoint } = await readFunctional(
      [inputLayer('x', [null, 4, 1]), inputLayer('s', [null, 1]), twice, given],
      ['b'],
    );
    assert.deepEqual(
      checkpoint.layers.map(({ cell, initialState }) => [cell, initialState]),
      [
        [null, 'zero'],
        [null, 'unknown'],
      ],
    );
    assert.match(checkpoint.layers[0]?.withheld ?? '', /more than once/);
    assert.match(checkpoint.layers[1]?.withheld ?? '', /states that other layers give/);
  });

  it('refuses layers that read each other in a circle, and layers that are not there', async () => {
    await refused(
      readFunctional([inputLayer('x', [null, 4, 1]), rnn('a', 'b'), rnn('b', 'a')], ['b']),
      /in a circle: a/,
    );
    await refused(
      readFunctional([inputLayer('x', [null, 4, 1]), rnn('a', 'y')], ['a']),
      /layer named y that it does not hold/,
    );
  });
});
