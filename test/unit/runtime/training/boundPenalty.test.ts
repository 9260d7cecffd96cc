import assert from 'node:assert/strict';
import { matrixNorms } from '../../../../src/core/analysis/matrixNorms';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import { initialNetwork } from '../../../../src/core/cells/initialNetwork';
import type { Network } from '../../../../src/core/cells/network';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';
import { withSingularValues } from '../../../../src/core/linalg/singularValues';
import { boundPenalty } from '../../../../src/core/training/boundPenalty';
import { complexityOf, sequenceLimits, type ComplexitySetting } from '../../../../src/core/training/complexity';
import type { ConstrainedWeight } from '../../../../src/core/training/keptTo';
import { appliedWeights } from '../../../../src/core/training/weightNorms';
import { trainingGraph } from '../../../../src/runtime/graph/trainingGraph';

function networkOf(cell: CellName, readout: Partial<NonNullable<Network['readout']>> = {}, layers = 1): Network {
  return {
    inputSize: 2,
    layers: Array.from({ length: layers }, (_, k) => ({
      ...{ name: `layer${k + 1}`, cell: cellNamed(cell), inputSize: k === 0 ? 2 : 4, hiddenSize: 4 },
      ...{ direction: 'forward' as const, reads: k === 0 ? ('input' as const) : [k - 1], residual: false },
    })),
    readout: { layers: [layers - 1], steps: 'last', outputs: 3, bias: true, ...readout },
  };
}

const networks: Readonly<Record<string, Network>> = {
  'a vanilla layer': networkOf('vanilla'),
  'a GRU': networkOf('gru'),
  'two LSTMs': networkOf('lstm', {}, 2),
  'dense layers behind an MGU': networkOf('mgu', { hidden: [{ units: 5, activation: 'relu', bias: true }] }),
  'matrices of which not every entry is a number of its own': networkOf('gato'),
  'one output': networkOf('ugrnn', { outputs: 1, bias: false }),
};

const settingOf = (network: Network, steps = 5): ComplexitySetting => ({
  network,
  weights: trainingGraph(network, { loss: 'squaredError', targets: 'values', elements: 'float32' }).weights,
  ...{ sequences: 10, steps, input: { two: 1.3, inf: 0.9 } },
});

/** Far from zero, as networks are that have been trained. */
function drawn({ network, weights }: ComplexitySetting, seed: number): Float32Array[] {
  const { normal } = seededRandom(seed);
  const initial = initialNetwork(network, seed);
  return weights.map(({ name }) => Float32Array.from(initial.get(name)!, (value) => value + 0.4 * normal()));
}

/** C, with norms that come from elsewhere. */
function complexity(setting: ComplexitySetting, weights: readonly ArrayLike<number>[]): number {
  const applied = appliedWeights(setting.network, setting.weights);
  const norms = applied.map(({ rows, columns, places }, k) => {
    const stored = Float64Array.from(weights[k]!);
    const values = places ? Float64Array.from(places, (place) => (place < 0 ? 0 : stored[place]!)) : stored;
    let two = 0;
    withSingularValues({ rows, columns, values }, (value) => (two = Math.max(two, value)));
    const { infinity, maxRow } = matrixNorms({ rows, columns, values });
    return { two, inf: infinity, maxRow, isNonPositive: false };
  });
  const found = complexityOf(setting)(norms);
  assert.equal(typeof found, 'number', String(found));
  return found as number;
}

describe('the penalty of the bound', () => {
  for (const [title, network] of Object.entries(networks)) {
    it(`has the gradient that differences of the complexity have: ${title}`, () => {
      const setting = settingOf(network);
      for (const seed of [1, 2]) {
        const weights = drawn(setting, seed);
        const { slopesAt, add } = boundPenalty(setting, 0.7);
        const slopes = slopesAt(weights);
        assert.ok(typeof slopes !== 'string');
        assert.ok(Math.abs(slopes.complexity! - complexity(setting, weights)) < 1e-6 * slopes.complexity!);
        const gradients = weights.map(({ length }) => new Float32Array(length));
        add(slopes, weights, gradients);
        const largest = Math.max(...gradients.flatMap((own) => [...own].map(Math.abs)));
        for (const [k, own] of weights.entries()) {
          for (let j = 0; j < own.length; j++) {
            const at = (by: number): number =>
              complexity(
                setting,
                weights.map((values, other) => {
                  const moved = Float64Array.from(values);
                  if (other === k) moved[j]! += by;
                  return moved;
                }),
              );
            const difference = (0.7 * (at(1e-5) - at(-1e-5))) / 2e-5;
            const error = Math.abs(gradients[k]![j]! - difference);
            assert.ok(error < 1e-4 * largest, `${setting.weights[k]!.name}[${j}]: ${gradients[k]![j]}, ${difference}`);
          }
        }
      }
    });
  }

  it('counts a trained embedding, by its longest row', () => {
    const setting = settingOf(networks['a GRU']!);
    const weights = drawn(setting, 1);
    const withTable = { ...setting, weights: [...setting.weights, { name: 'E', dims: [3, 2] }] };
    const slopes = (longest: number) => {
      const found = boundPenalty(withTable, 1).slopesAt([...weights, Float32Array.of(0.1, 0, 0, longest, 0.2, 0.1)]);
      assert.ok(typeof found !== 'string');
      return found;
    };
    const [low, at, high] = [slopes(0.9), slopes(1), slopes(1.1)];
    assert.ok(low.complexity! < at.complexity! && at.complexity! < high.complexity!);
    const difference = (high.complexity! - low.complexity!) / 0.2;
    assert.ok(Math.abs(at.slopes.at(-1)!.maxRow - difference) < 0.02 * difference);
    assert.deepEqual([at.slopes.at(-1)!.two, at.slopes.at(-1)!.inf], [0, 0]);
  });

  it('is about the complexity of the theorem: one step of a vanilla layer by hand', () => {
    const setting = { ...settingOf(networks['a vanilla layer']!, 1), input: { two: 1.3, inf: 1.3 } };
    const weights = setting.weights.map(({ name, dims }) => {
      const values = new Float32Array(dims.reduce((product, n) => product * n, 1));
      // ‖W‖₂ = 0.5, ‖U‖₂ = 0.25, ‖V‖₂ = 2, ‖b‖₂ = 0.125, ‖c‖₂ = 1.
      values[0] = { 'layer1.W': 0.5, 'layer1.U': 0.25, V: 2, 'layer1.b': 0.125, c: 1 }[name]!;
      return values;
    });
    const H = 0.5 * 1.3 + 0.125;
    const logs = [
      [8, 0.5, 2 * 1.3],
      [16, 0.25, 0],
      [4, 0.125, 2],
      [12, 2, H],
      [3, 1, 1],
    ].map(([n, radius, L]) => n! * Math.log(1 + (2 * radius! * L! * 43 * 2 * Math.SQRT2) / n!));
    const slopes = boundPenalty(setting, 1).slopesAt(weights);
    assert.ok(typeof slopes !== 'string');
    const expected = logs.reduce((sum, log) => sum + log, 0) / 10;
    assert.ok(Math.abs(slopes.complexity! - expected) < 1e-6, `${slopes.complexity} ${expected}`);
  });

  it('has norms and lengths of the sequences that train', () => {
    const inputs = [Float32Array.of(3, 4, 1, 1), Float32Array.of(0, -4.5), Float32Array.of(9, 9, 9, 9, 9, 9)];
    const data = {
      ...{ width: 2, inputs, lengths: Int32Array.of(2, 1, 3) },
      targets: { kind: 'labels' as const, everyStep: false, values: [] },
    };
    assert.deepEqual(sequenceLimits(data, [0, 1]), { steps: 2, input: { two: 5, inf: 4.5 } });
  });

  it('has no number where the calculus has no constants', () => {
    const setting = settingOf(networkOf('eurnn'));
    const weights = drawn(setting, 1);
    const positive = weights.map((values, k) => (isBias(setting.weights[k]!) ? values.map(() => 0.1) : values));
    const negative = weights.map((values, k) => (isBias(setting.weights[k]!) ? values.map(() => -0.1) : values));
    const { slopesAt } = boundPenalty(setting, 1);
    const reason = slopesAt(positive);
    assert.ok(typeof reason === 'string');
    assert.match(reason, /modRelu jumps/);
    assert.equal(typeof slopesAt(negative), 'object');
  });
});

const isBias = ({ name }: ConstrainedWeight): boolean => name === 'layer1.b';
