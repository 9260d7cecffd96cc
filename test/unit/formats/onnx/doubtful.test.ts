import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readOnnx } from '../../../../src/formats/onnx/readOnnx';

const fixtures = path.resolve(import.meta.dirname, '../../../fixtures/onnx/doubtful');
const names = readdirSync(fixtures).map((file) => file.replace('.onnx', ''));
const read = (name: string) =>
  readOnnx(readFileSync(path.join(fixtures, `${name}.onnx`)), `${name}.onnx`, () => assert.fail('no external data'));
const starting = (prefix: string) => names.filter((name) => name.startsWith(prefix));

describe('readOnnx, in doubt', () => {
  const fixed = ['front_mean', 'front_fixed'];
  for (const name of starting('front')) {
    it(`${name}: ${fixed.includes(name) ? 'nothing trained' : 'trained'}`, () => {
      const input = read(name).checkpoint.layers[0]!.input;
      assert.deepEqual([input.kind, input.kind === 'frontEnd' && input.trained], ['frontEnd', !fixed.includes(name)]);
    });
  }

  for (const [name, reason] of [
    ['readout_rounded', /Cast .* rounds/],
    ['readout_rows', /not one number of the file for each score/],
    ['readout_turns', /.*/],
    ['readout_selu', /Selu .* changes the scores/],
    ['readout_swapped', /Only a part/],
    ['readout_bent_last', /Tanh .* changes the scores/],
    ['readout_softmax_inside', /follows another activation/],
    ['readout_bias_later', /Add .* changes the scores/],
    ['readout_training', /normalizes by the sequences of the batch/],
    ['readout_over_time', /normalizes axes/],
    ['readout_mean_bent', /ReduceMean .* changes the scores/],
    ['readout_mean_of_batch', /ReduceMean .* changes the hidden states before they are scored/],
  ] as const) {
    it(`${name}: no linear readout`, () => {
      const { readout } = read(name).checkpoint;
      assert.deepEqual([readout?.linear, readout?.weights], [false, null]);
      assert.match(readout?.reason ?? '', reason);
    });
  }

  for (const name of starting('softmax')) {
    it(`${name}: ${name === 'softmax_moved' ? 'scores before the softmax' : 'scores are the output'}`, () => {
      const { checkpoint, program } = read(name);
      const moved = name === 'softmax_moved';
      assert.equal(checkpoint.readout?.finalActivation, moved ? 'softmax' : 'none');
      assert.equal(checkpoint.readout.linear, moved);
      assert.ok(program.kind === 'onnx');
      assert.equal(program.scores, moved ? 'z' : 'scores');
    });
  }

  for (const name of starting('state')) {
    it(`${name}: the initial state is not known to be zero or given`, () => {
      assert.equal(read(name).checkpoint.layers[0]!.initialState, 'unknown');
    });
  }
});
