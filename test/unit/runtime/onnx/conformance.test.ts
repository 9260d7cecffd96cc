import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Tensor } from '../../../../src/core/sequences';
import { readModel, readTensor } from '../../../../src/formats/onnx/readModel';
import { readOnnx } from '../../../../src/formats/onnx/readOnnx';
import { tensorNumbers } from '../../../../src/formats/onnx/tensorNumbers';
import { createAgreementMeter } from '../../../../src/runtime/agreementOf';
import { createCellRunner } from '../../../../src/runtime/cellRunner';
import { createOnnxRunner } from '../../../../src/runtime/onnx/onnxRunner';

const folder = path.resolve(import.meta.dirname, '../../../../../shared/conformance');
const noExternalData = (): never => assert.fail('there are no external data');

/** Options that no cell supports yet: their layers are listed with matrices, and not run. */
const withheld: Readonly<Record<string, RegExp>> = {
  test_gru_batchwise: /layout/,
  test_lstm_batchwise: /layout/,
  test_simple_rnn_batchwise: /layout/,
};

function numbersOf(file: string): Tensor & { name: string } {
  const tensor = readTensor(readFileSync(file));
  const numbers = tensorNumbers(tensor, path.basename(file), noExternalData)!;
  return { name: tensor.name, dims: numbers.dims, values: numbers.values };
}

/** The model with tensors as initializers: messages merge, so they are written behind it. */
function withInitializers(model: Uint8Array, tensors: readonly { name: string; file: string }[]): Uint8Array {
  const parts = [model];
  for (const { name, file } of tensors) {
    const named = new BinaryWriter().tag(8, WireType.LengthDelimited).string(name).finish();
    const tensor = Buffer.concat([readFileSync(file), named]);
    const graph = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(tensor).finish();
    parts.push(new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(graph).finish());
  }
  return Buffer.concat(parts);
}

describe('conformance cases of other projects, run by onnxruntime and by the equations that were read', function () {
  if (!existsSync(folder)) return;
  for (const suite of ['ort-oracle', 'onnx-node', 'onnx-node-generated', 'ngraph-lstm']) {
    for (const name of readdirSync(path.join(folder, suite)).filter((entry) => !entry.endsWith('.txt'))) {
      it(`${suite}/${name}`, async () => {
        const place = path.join(folder, suite, name);
        const data = path.join(place, 'test_data_set_0');
        const original = readFileSync(path.join(place, 'model.onnx'));
        const given = readModel(original, name).graph;
        const free = given.inputs.filter((input) => !given.initializers.has(input.name));
        const files = free.map((input, k) => ({ name: input.name, file: path.join(data, `input_${k}.pb`) }));
        const isWeight = ({ name: input }: { name: string }): boolean => /^[WRBP]$/.test(input);
        const bytes = withInitializers(original, files.filter(isWeight));
        const { checkpoint, program } = readOnnx(bytes, name, noExternalData);
        const loaded = {
          checkpoint: { ...checkpoint, sha256: '' },
          program: { ...program, bytes, path: path.join(place, 'model.onnx') },
        };
        const reason = withheld[name];
        for (const layer of checkpoint.layers) {
          if (reason) assert.match(layer.withheld ?? '', reason);
          else assert.equal(layer.withheld, null);
          assert.equal(layer.cell === null, reason !== undefined);
          assert.equal(
            layer.matrices.length,
            2 * (layer.cellName === 'vanilla' ? 1 : layer.cellName === 'lstm' ? 4 : 3),
          );
        }
        if (reason?.source === 'layout') return;
        const runner = await createOnnxRunner(loaded, null);
        try {
          const inputs = files
            .filter((file) => !isWeight(file))
            .map((file) => [file.name, numbersOf(file.file)] as const);
          const run = await runner.run(new Map(inputs));
          given.outputs.forEach((output, k) => {
            const wanted = numbersOf(path.join(data, `output_${k}.pb`)).values;
            const actual = run.outputs.get(output.name)!.values;
            assert.equal(actual.length, wanted.length);
            wanted.forEach((value, i) =>
              assert.ok(Math.abs(Number(value) - Number(actual[i])) < 2e-6, `${output.name}[${i}]`),
            );
          });
          if (reason) return;
          const meter = createAgreementMeter();
          for (const [k, layer] of checkpoint.layers.entries()) {
            const layerRun = run.layers[k]!;
            const cell = await createCellRunner(layer);
            const { input, steps, batch, initialStates, lengths } = layerRun;
            const { hidden } = await cell.run(input, steps, batch, initialStates, lengths ?? null);
            meter.compare(hidden, layerRun, layer);
            await cell.dispose();
          }
          const agreement = meter.finish('onnxruntime')!;
          assert.ok(agreement.compared > 0 && agreement.maxRelativeError < 1e-6, `error ${agreement.maxRelativeError}`);
        } finally {
          await runner.dispose();
        }
      });
    }
  }
});
