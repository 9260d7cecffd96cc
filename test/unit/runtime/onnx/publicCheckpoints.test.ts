import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LayerInput } from '../../../../src/core/checkpoint';
import type { Tensor } from '../../../../src/core/sequences';
import { loadCheckpoint } from '../../../../src/formats/loadCheckpoint';
import { createAgreementMeter } from '../../../../src/runtime/agreementOf';
import { createCellRunner } from '../../../../src/runtime/cellRunner';
import { observe } from '../../../../src/runtime/observe';
import { createOnnxRunner } from '../../../../src/runtime/onnx/onnxRunner';

const folder = path.resolve(import.meta.dirname, '../../../../../shared/checkpoints/onnx');

interface GoldenTensor {
  readonly name: string;
  readonly dtype: string;
  readonly dims: number[];
  readonly file: string;
}

interface Golden {
  readonly model: string;
  readonly inputs: readonly GoldenTensor[];
  readonly outputs: readonly GoldenTensor[];
}

function goldenTensor(place: string, { dtype, dims, file }: GoldenTensor): Tensor {
  const { buffer } = Uint8Array.from(readFileSync(path.join(place, file)));
  if (dtype === 'float32') return { dims, values: new Float32Array(buffer) };
  return { dims, values: dtype === 'int64' ? new BigInt64Array(buffer) : new Uint8Array(buffer) };
}

/** How many layers each file has, and how many of them can be observed. */
const layers: Readonly<Record<string, readonly [listed: number, observed: number]>> = {
  aircraft_rul: [2, 2],
  pose_gru: [2, 2],
  nnsplit_bidi_lstm: [4, 4],
  dtln_pytorch: [2, 2],
  silero_vad_v3: [2, 2],
  silero_vad_16k: [2, 0],
  gtcrn_simple: [18, 18],
};

describe('public ONNX checkpoints', function () {
  if (!existsSync(folder)) return;
  for (const [name, [listed, observed]] of Object.entries(layers)) {
    const place = path.join(folder, name);
    for (const golden of readdirSync(place).filter((entry) => entry.startsWith('golden'))) {
      it(`${name}/${golden}: outputs of the peer run are reproduced, and every layer agrees with its equations`, async () => {
        const goldenPlace = path.join(place, golden);
        const { model, inputs, outputs } = JSON.parse(
          readFileSync(path.join(goldenPlace, 'golden.json'), 'utf8'),
        ) as Golden;
        const loaded = await loadCheckpoint(path.join(place, model));
        assert.equal(loaded.checkpoint.layers.length, listed);
        const runner = await createOnnxRunner(loaded, null);
        try {
          const run = await runner.run(new Map(inputs.map((input) => [input.name, goldenTensor(goldenPlace, input)])));
          for (const output of outputs) {
            const wanted = goldenTensor(goldenPlace, output).values;
            const actual = run.outputs.get(output.name)!.values;
            wanted.forEach((value, k) => {
              const error = Math.abs(Number(value) - Number(actual[k])) / (1 + Math.abs(Number(value)));
              assert.ok(error < 1e-5, `${output.name}[${k}] is off by ${error}`);
            });
          }
          let seen = 0;
          for (const [k, layer] of loaded.checkpoint.layers.entries()) {
            const layerRun = run.layers[k];
            if (!layerRun || !layer.cell) continue;
            const cell = await createCellRunner(layer);
            const { hidden } = await cell.run(layerRun.input, layerRun.steps, layerRun.batch, layerRun.initialStates);
            const meter = createAgreementMeter();
            meter.compare(hidden, layerRun, layer);
            const { maxRelativeError, compared } = meter.finish(runner.peer)!;
            assert.ok(compared > 0 && maxRelativeError < 1e-5, `${layer.name} is off by ${maxRelativeError}`);
            await cell.dispose();
            seen++;
          }
          assert.equal(seen, observed);
        } finally {
          await runner.dispose();
        }
      });
    }
  }

  it('observes sequences through front ends, frozen batches and caches', async () => {
    const wave = (size: number) => Float32Array.from({ length: size }, (_, k) => Math.sin(0.7 * k) / 2);
    const observed = async (file: string, inputs: Record<string, Tensor>, lengths: number[] | null) => {
      const count = Object.values(inputs)[0]!.dims[0]!;
      const given = { count, inputs: new Map(Object.entries(inputs)), fixed: new Map(), labels: null, holdout: null };
      const sequences = { ...given, lengths: lengths && Int32Array.from(lengths) };
      return observe(await loadCheckpoint(path.join(folder, file)), sequences, { scoresOutput: null, clip: null, progress: () => undefined }); // prettier-ignore
    };
    const voice = await observed('silero_vad_v3/silero_vad_v3.onnx', { input: { dims: [3, 8000], values: wave(24000) } }, [8000, 4000, 8000]); // prettier-ignore
    assert.deepEqual([...voice.lengths], [32, 16, 32]);
    assert.deepEqual([voice.scores?.steps, voice.scores?.width], [1, 2]);
    const split = await observed('nnsplit_bidi_lstm/model.onnx', { input: { dims: [3, 20], values: Uint8Array.from({ length: 60 }, (_, k) => k) } }, [20, 3, 11]); // prettier-ignore
    assert.deepEqual([split.scores?.steps, split.scores?.width, split.gates.length], [20, 2, 4]);
    const caches = { conv_cache: { dims: [2, 2, 16, 16, 33], values: new Float32Array(2 * 2 * 16 * 16 * 33) } };
    const speech = await observed('gtcrn_simple/gtcrn_simple.onnx', { mix: { dims: [2, 257, 1, 2], values: wave(1028) }, ...caches }, null); // prettier-ignore
    assert.ok(speech.gates.every((gates) => gates.length === 3));
    for (const { agreement, notes } of [voice, split, speech]) {
      assert.ok(agreement!.compared > 0 && agreement!.maxRelativeError < 1e-5);
      assert.deepEqual(notes, []);
    }
  });

  it('refuses a network whose recurrence is written as Loop nodes, naming them', async () => {
    const file = path.join(folder, 'quant_sentinel_lstm', 'lstm.onnx');
    await assert.rejects(loadCheckpoint(file), {
      name: 'Problem',
      message: /3 Loop nodes were not recognised as recurrent cells \("sequential_5_1\/lstm_15_1\/while_loop"/,
    });
  });

  it('follows readouts and inputs as the exporters of TensorFlow and PyTorch write them', async () => {
    const read = async (file: string) => (await loadCheckpoint(path.join(folder, file))).checkpoint;
    const aircraft = await read('aircraft_rul/lstm_model.onnx');
    assert.deepEqual(aircraft.layers.map(({ input }) => input), [{ kind: 'model', input: 'input_layer' }, { kind: 'layers', layers: [0] }]); // prettier-ignore
    assert.deepEqual(
      aircraft.layers.map(({ initialState }) => initialState),
      ['zero', 'zero'],
    );
    assert.equal(aircraft.readout?.steps, 'last');
    assert.deepEqual(aircraft.readout?.hidden?.map(({ weights, activation }) => [weights.rows, weights.columns, activation]), [[16, 32, 'relu']]); // prettier-ignore
    assert.deepEqual(aircraft.inputs, [{ name: 'input_layer', elementType: 'float32', shape: [null, 30, 17], role: 'sequence', batchAxis: 0, timeAxis: 1 }]); // prettier-ignore
    const split = await read('nnsplit_bidi_lstm/model.onnx');
    assert.deepEqual(split.layers.map(({ name }) => name), ['LSTM_9', 'LSTM_9 (reverse)', 'LSTM_20', 'LSTM_20 (reverse)']); // prettier-ignore
    const { embedding, ...input } = split.layers[0]!.input as Extract<LayerInput, { kind: 'frontEnd' }>;
    assert.deepEqual(input, { kind: 'frontEnd', description: 'the input "input" through Gather', trained: true });
    assert.deepEqual([embedding?.rows, embedding?.columns, embedding?.tensor], [256, 32, 'embedding.weight']);
    assert.deepEqual(split.layers[3]?.input, { kind: 'layers', layers: [0, 1] });
    assert.equal(split.readout?.linear, true);
    assert.deepEqual([split.readout?.weights?.rows, split.readout?.weights?.columns], [2, 128]);
    const pose = await read('pose_gru/gru_model.onnx');
    assert.equal(pose.layers[0]?.cellName, 'gru-reset-after');
    assert.equal(pose.readout?.finalActivation, 'softmax');
    const voice = await read('silero_vad_v3/silero_vad_v3.onnx');
    assert.deepEqual(voice.inputs.map(({ role }) => role), ['sequence', 'state', 'state']); // prettier-ignore
    assert.deepEqual(voice.layers.map(({ initialState }) => initialState), ['given', 'given']); // prettier-ignore
  });
});
