import assert from 'node:assert/strict';
import { readModel } from '../../../../src/formats/onnx/readModel';
import { trainingGraph } from '../../../../src/runtime/graph/trainingGraph';
import { roundedLength } from '../../../../src/runtime/training/deviceSessions';
import { webGpuOperators } from '../graph/webGpuOperators';
import { descended, descentCases, largestDifference, openDescents } from './descents';

describe('a step with the optimizer in the graph', () => {
  for (const given of descentCases) {
    it(`is the step of the optimizer: ${given.title}`, async () => {
      const { here, there, fresh, batches, dispose } = await openDescents(given, 'cpu');
      const [own, other] = [fresh(), fresh()];
      const how = { rounds: 4, rate: 0.01 };
      const expected = await descended(here, own, batches, how);
      const found = await descended(there, other, batches, how);
      await there.settle(other);
      assert.ok(largestDifference(own, fresh()) > 0.01, 'It hardly moved.');
      assert.ok(largestDifference(own, other) < 2e-5, String(largestDifference(own, other)));
      assert.equal(other.optimizer.step, own.optimizer.step);
      for (const [k, { loss, gradientNorm, states }] of expected.entries()) {
        assert.ok(Math.abs(found[k]!.loss - loss) < 1e-5 * Math.max(1, loss));
        assert.ok(Math.abs(found[k]!.gradientNorm - gradientNorm) < 1e-4 * Math.max(1, gradientNorm));
        for (const [name, values] of states) {
          assert.ok(values.every((value, j) => Math.abs(value - found[k]!.states.get(name)![j]!) < 1e-4));
        }
      }
      await there.projectAll(other);
      await here.projectAll(own);
      assert.ok(largestDifference(own, other) < 2e-5);
      await dispose();
    });

    it(`needs no operator that a graphics card lacks: ${given.title}`, () => {
      const { network, loss, options } = given;
      const { optimizer, gradientClip } = options;
      const { model } = trainingGraph(network, {
        ...{ loss, targets: loss === 'squaredError' ? 'values' : 'labels', elements: 'float32', form: { steps: 10 } },
        ...{ masked: true, initialStates: options.truncate === null ? 'zero' : 'inputs' },
        moves: { optimizer, gradientClip, penalised: true },
      });
      const { nodes } = readModel(model, 'moving.onnx').graph;
      const others = nodes.filter(({ operator }) => !webGpuOperators.has(operator));
      assert.deepEqual([...new Set(others.map(({ operator }) => operator))], []);
      assert.ok(Math.max(...nodes.map(({ inputs, outputs }) => inputs.length + outputs.length)) <= 16);
    });
  }

  it('goes on from the state, also where that has been changed', async () => {
    const { here, there, fresh, batches, dispose } = await openDescents(descentCases[0]!, 'cpu');
    const how = { rounds: 1, rate: 0.01 };
    const [own, other] = [fresh(), fresh()];
    for (const by of [here, there]) {
      const state = by === here ? own : other;
      await descended(by, state, batches, how);
      await by.projectAll(state);
      state.weights[0]!.fill(0.1);
      await descended(by, state, batches, how);
      await by.settle(state);
    }
    assert.ok(largestDifference(own, other) < 2e-5, String(largestDifference(own, other)));
    await dispose();
  });

  it('moves nothing where the loss is not finite', async () => {
    const { there, fresh, batches, dispose } = await openDescents(descentCases[2]!, 'cpu');
    const state = fresh();
    await descended(there, state, batches, { rounds: 1, rate: 0.01 });
    await there.settle(state);
    const before = structuredClone(state);
    const [batch] = batches[0]!;
    (batch!.feeds['Y']!.data as Float32Array).fill(Infinity);
    const { loss } = await there.step(state, batch!, 0.01, new Map());
    await there.settle(state);
    assert.equal(Number.isFinite(loss), false);
    assert.deepEqual(state, before);
    await dispose();
  });
});

describe('the lengths that are unrolled', () => {
  it('are no shorter than asked, at most a quarter longer, and few', () => {
    const lengths = Array.from({ length: 256 }, (_, k) => k + 1);
    for (const length of lengths) {
      assert.ok(roundedLength(length) >= length && roundedLength(length) <= 1.25 * length, String(length));
      assert.equal(roundedLength(roundedLength(length)), roundedLength(length));
    }
    assert.equal(new Set(lengths.map(roundedLength)).size, 8 + 4 * 5);
  });
});
