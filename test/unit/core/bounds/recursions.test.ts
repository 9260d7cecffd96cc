import assert from 'node:assert/strict';
import { certifiedSpectralNorm } from '../../../../src/core/linalg/certifiedSpectralNorm';
import { matrixNorms } from '../../../../src/core/analysis/matrixNorms';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import { hardSigmoid } from '../../../../src/core/cells/activation';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { lipschitz } from '../../../../src/core/bounds/recursions/lipschitz';
import {
  possibleBlocks,
  type Architecture,
  type CellKind,
  type Norm,
} from '../../../../src/core/bounds/classes/networkClass';
import { randomNumbers } from '../interpret/randomNumbers';

const architecture = (cell: CellKind, more: Partial<Architecture> = {}): Architecture => ({
  cell,
  inputSize: 1,
  hiddenSize: 1,
  outputs: 1,
  slope: 1,
  cap: 1,
  readoutSlope: 1,
  gateSlope: 1 / 4,
  gates: {},
  ...more,
});

const logs = (norms: Readonly<Record<string, number>>): Map<string, number> =>
  new Map(Object.entries(norms).map(([name, norm]) => [name, Math.log(norm)]));

describe('Lipschitz constants', () => {
  it('have the golden values of the vanilla recursion', () => {
    const setting = (steps: number, cap: number) => ({
      architecture: architecture('vanilla', { hiddenSize: 128, cap }),
      p: 2 as const,
      steps,
      logInput: 0,
    });
    const golden = [
      [0.9, setting(10, 1), { H: 2.426015132, U: 5.0454826096, V: 2.426015132, W: 2.9724455706 }],
      [1.3, setting(50, 1), { H: 2.426015132, U: 17.1756492875, V: 2.426015132, W: 15.420796308 }],
      [1.3, setting(50, Infinity), { H: 15.0153311999, U: 19.6729500602, V: 15.0153311999, W: 15.420796308 }],
    ] as const;
    for (const [beta, where, expected] of golden) {
      const { logState, logConstants } = lipschitz(where, logs({ U: beta, W: 2, V: 3 }));
      const found = { H: logState, ...Object.fromEntries(logConstants) } as Record<string, number>;
      for (const [name, value] of Object.entries(expected)) assert.ok(Math.abs(found[name]! - value) < 1e-9, name);
    }
  });

  it('are those of two steps computed by hand: H₂ = βx + x, D^U₂ = x, D^W₂ = βx + x', () => {
    const setting = {
      architecture: architecture('vanilla', { cap: Infinity }),
      p: 2 as const,
      steps: 2,
      logInput: Math.log(3),
    };
    const { logState, logConstants } = lipschitz(setting, logs({ U: 0.5, W: 1, V: 2 }));
    assert.ok(Math.abs(logState - Math.log(4.5)) < 1e-12);
    assert.ok(Math.abs(logConstants.get('U')! - Math.log(2 * 3)) < 1e-12);
    assert.ok(Math.abs(logConstants.get('W')! - Math.log(2 * 4.5)) < 1e-12);
  });

  it('stay numbers for 100,000 steps at β = 3, in every cell and norm', () => {
    for (const cell of ['vanilla', 'mgu', 'gru_before', 'gru_after', 'lstm'] as const) {
      for (const p of [2, 'inf'] as const) {
        for (const cap of cell === 'vanilla' ? [1, Infinity] : [1]) {
          const shape = architecture(cell, { hiddenSize: 16, cap });
          const norms = new Map(possibleBlocks(shape).map(({ name }) => [name, Math.log(3)]));
          const found = lipschitz({ architecture: shape, p, steps: 100_000, logInput: 0 }, norms);
          for (const [name, value] of found.logConstants) {
            assert.ok(Number.isFinite(value) && value < 4e6, `${cell} ${p} ${name}: ${value}`);
          }
          assert.ok(found.logConstants.get(cell === 'vanilla' ? 'U' : 'Ua')! > 1e5);
        }
      }
    }
  });

  it('never fall when a norm, the input or the length grows', () => {
    for (const cell of ['vanilla', 'mgu', 'gru_before', 'gru_after', 'lstm'] as const) {
      for (const p of [2, 'inf'] as const) {
        const shape = architecture(cell, { hiddenSize: 3, inputSize: 2, outputs: 2 });
        const norms = new Map(possibleBlocks(shape).map(({ name }, k) => [name, Math.log(0.3 + 0.1 * k)]));
        const base = { architecture: shape, p, steps: 6, logInput: Math.log(0.7) };
        const before = lipschitz(base, norms).logConstants;
        const grown = [
          lipschitz({ ...base, steps: 7 }, norms),
          lipschitz({ ...base, logInput: 0 }, norms),
          ...[...norms].map(([name, log]) => lipschitz(base, new Map([...norms, [name, log + 0.2]]))),
        ];
        for (const { logConstants } of grown) {
          for (const [name, value] of before)
            assert.ok(logConstants.get(name)! >= value - 1e-12, `${cell} ${p} ${name}`);
        }
      }
    }
  });

  // Any two networks of the class, not only near ones, must obey the inequality: an attempt to break it.
  const cellNames: readonly (readonly [CellKind, CellName])[] = [
    ['vanilla', 'vanilla'],
    ['mgu', 'mgu'],
    ['gru_before', 'gru'],
    ['gru_after', 'gru-reset-after'],
    ['lstm', 'lstm'],
  ];
  for (const [kind, name] of cellNames) {
    for (const gates of kind === 'vanilla' ? ['sigmoid' as const] : ['sigmoid' as const, hardSigmoid()]) {
      it(`bound how far ${name} networks with ${typeof gates === 'string' ? gates : gates.kind} really move`, async () => {
        const worst = await largestRatio(kind, name, gates);
        assert.ok(worst <= 1 + 1e-9, `the scores moved ${worst} times the bound`);
        assert.ok(worst > 0.02, `the bound is so loose (${worst}) that the test says nothing`);
      });
    }
  }
});

async function largestRatio(
  kind: CellKind,
  name: CellName,
  gates: 'sigmoid' | ReturnType<typeof hardSigmoid>,
): Promise<number> {
  const random = randomNumbers(7);
  const cell = cellNamed(name, { gateActivation: gates });
  const sizes = { input: 2, hidden: 3 };
  const shape = architecture(kind, {
    inputSize: 2,
    hiddenSize: 3,
    outputs: 2,
    gateSlope: gates === 'sigmoid' ? 1 / 4 : 1 / 5,
  });
  const blocks = possibleBlocks(shape);
  const inEquations = (block: string): string => (block.length > 1 ? `${block[0]}_${block.slice(1)}` : block);
  let worst = 0;
  for (let trial = 0; trial < 60; trial++) {
    const steps = 1 + (trial % 3);
    const scale = [0.3, 1, 3][trial % 3]!;
    const draw = (): Map<string, Float64Array> =>
      new Map(
        blocks.map(({ name: block, parameters }) => [
          block,
          Float64Array.from({ length: parameters }, () => scale * random()),
        ]),
      );
    const first = draw();
    // Far apart, close together, or different in one block only: there the inequality has the least room.
    const moved = blocks[Math.floor(blocks.length * (0.5 + random() / 2))]!.name;
    const second = new Map(
      [...first].map(([block, values]) => [
        block,
        values.map((value) =>
          block === moved || trial % 4 === 0 ? value + scale * (trial % 2 ? 1e-3 : 1) * random() : value,
        ),
      ]),
    );
    const input = Float64Array.from({ length: steps * sizes.input }, random);
    const scores = (weights: Map<string, Float64Array>): number[] => {
      const named = new Map([...weights].map(([block, values]) => [inEquations(block), values]));
      const { hidden } = evaluate(cell, named, sizes, { input, steps, batch: 1 });
      const last = hidden.subarray((steps - 1) * 3, steps * 3);
      return [0, 1].map((k) =>
        last.reduce((sum, h, j) => sum + h * weights.get('V')![3 * k + j]!, weights.get('c')![k]!),
      );
    };
    const [y, z] = [scores(first), scores(second)];
    for (const p of [2, 'inf'] as const) {
      const norms = new Map<string, number>();
      const differences = new Map<string, number>();
      for (const { name: block, rows, columns } of blocks) {
        const a = first.get(block)!;
        const b = second.get(block)!;
        const size = async (values: Float64Array): Promise<number> => operatorNorm(values, rows, columns ?? 1, p);
        norms.set(block, Math.log(Math.max(await size(a), await size(b))));
        differences.set(block, await size(a.map((value, k) => value - b[k]!)));
      }
      let inputNorm = 0;
      for (let t = 0; t < steps; t++) {
        const x = input.subarray(2 * t, 2 * t + 2);
        inputNorm = Math.max(
          inputNorm,
          p === 2 ? Math.hypot(x[0]!, x[1]!) : Math.max(Math.abs(x[0]!), Math.abs(x[1]!)),
        );
      }
      const { logConstants } = lipschitz({ architecture: shape, p, steps, logInput: Math.log(inputNorm) }, norms);
      let bound = 0;
      for (const [block, log] of logConstants)
        bound += differences.get(block)! && Math.exp(log) * differences.get(block)!;
      const d = y.map((value, k) => Math.abs(value - z[k]!));
      const moved2 = p === 2 ? Math.hypot(d[0]!, d[1]!) : Math.max(d[0]!, d[1]!);
      if (bound > 1e-9) worst = Math.max(worst, moved2 / bound);
    }
  }
  return worst;
}

async function operatorNorm(values: Float64Array, rows: number, columns: number, p: Norm): Promise<number> {
  if (values.every((value) => value === 0)) return 0;
  const matrix = { rows, columns, values };
  return p === 2 ? (await certifiedSpectralNorm(matrix)).upper : matrixNorms(matrix).infinity;
}
