import assert from 'node:assert/strict';
import type { ModelInput } from '../../../src/core/checkpoint';
import { Problem } from '../../../src/core/problem';
import type { Sequences, Tensor } from '../../../src/core/sequences';
import { answersAlike } from '../../../src/runtime/answersAlike';
import type { ModelRunner } from '../../../src/runtime/modelRunner';

/** Four sequences of two steps with the batch in the second place, [steps, batch, 1]. */
const x: Tensor = { dims: [2, 4, 1], values: Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40) };
const sequences: Sequences = { count: 4, inputs: new Map([['x', x]]), fixed: new Map(), lengths: null, labels: null, holdout: null }; // prettier-ignore
const batch = { sequences: [0, 1, 2, 3], copies: 0, steps: 2, inputs: new Map([['x', x]]) };
const input = (size: number | null): ModelInput => ({
  name: 'x',
  elementType: 'float32',
  shape: [null, size, 1],
  role: 'sequence',
  batchAxis: 1,
  timeAxis: 0,
});

/** A model whose scores are the sum over the steps, changed by `change`; with what it was given, call by call. */
function summing(change: (sums: Float32Array) => Float32Array) {
  const seen: number[][] = [];
  const runner: ModelRunner = {
    peer: 'evaluate',
    run: async (inputs) => {
      const { dims, values } = inputs.get('x')!;
      const size = dims[1]!;
      seen.push(Array.from(values, Number));
      const sums = Float32Array.from({ length: size }, (_, b) => Number(values[b]) + Number(values[size + b]));
      return Promise.resolve({
        layers: [],
        scores: { steps: 1, width: 1, values: change(sums) },
        outputs: new Map(),
      });
    },
    dispose: () => Promise.resolve(),
  };
  return { runner, seen };
}

async function alike(change: (sums: Float32Array) => Float32Array, size: number | null = null) {
  const { runner, seen } = summing(change);
  const first = (await runner.run(batch.inputs)).scores!;
  return { answer: await answersAlike(runner, [input(size)], sequences, batch, first), asked: seen.slice(1) };
}

describe('answersAlike', () => {
  it('asks half of a batch again, in the opposite order and alone', async () => {
    assert.deepEqual(await alike((sums) => sums), { answer: true, asked: [[2, 1, 20, 10]] });
  });

  it('fills the batch with copies when the model fixes its size, or refuses another', async () => {
    const filled = [2, 1, 1, 1, 20, 10, 10, 10];
    assert.deepEqual(await alike((sums) => sums, 4), { answer: true, asked: [filled] });
    const stubborn = await alike((sums) => {
      if (sums.length !== 4) throw new Problem('It takes four.');
      return sums;
    });
    assert.deepEqual([stubborn.answer, stubborn.asked.at(-1)], [true, filled]);
  });

  it('finds a model that counts, averages or numbers its batch, or that is random', async () => {
    let calls = 0;
    const mean = (sums: Float32Array) => sums.reduce((total, each) => total + each, 0) / sums.length;
    const models: Record<string, (sums: Float32Array) => Float32Array> = {
      counts: (sums) => sums.map((each) => each / sums.length),
      averages: (sums) => sums.map((each) => each - mean(sums)),
      numbers: (sums) => sums.map((each, b) => each + b),
      random: (sums) => sums.map((each) => each + calls++),
    };
    for (const [name, change] of Object.entries(models)) assert.equal((await alike(change)).answer, false, name);
  });

  it('allows for rounding, and for numbers that overflow', async () => {
    let sign = 1;
    const rounding = (sums: Float32Array) => sums.map((each) => each * (1 + (sign *= -1) * 1e-6));
    assert.equal((await alike(rounding)).answer, true);
    assert.equal((await alike((sums) => sums.fill(NaN))).answer, true);
  });
});
