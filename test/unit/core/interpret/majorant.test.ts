import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cellNamed, cells, type CellName } from '../../../../src/core/cells/cells';
import { hardSigmoid } from '../../../../src/core/cells/activation';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { parametersOf, type CellParameter } from '../../../../src/core/cells/parametersOf';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import {
  majorant,
  type MatrixRadii,
  type NetworkClass,
  type VectorRadii,
} from '../../../../src/core/interpret/majorant';
import { randomNumbers } from './randomNumbers';

interface CalculusCase {
  id: string;
  row: string;
  inputs: {
    cell: CellName;
    p: 2 | 'inf';
    dh: number;
    t: number;
    mats: { op2: number; opinf: number; r2inf: number };
    vecs: { inf: number; l2: number };
    x: { minf: number; m2: number };
  };
  expected: { minf: number; m2: number; D: Record<string, number> };
  tol: { rel: number; abs: number };
}

const text = readFileSync(new URL('../../../fixtures/vectors.json', import.meta.url), 'utf8');
const { cases } = JSON.parse(text) as { cases: CalculusCase[] };

interface LipschitzCase {
  row: string;
  inputs: {
    cell: string;
    p: 2 | 'inf';
    norms: Record<string, number>;
    B_x: number;
    t: number;
    dh: number;
    b: number | 'inf';
  };
  expected: { lnH: number; lnL: Record<string, number> };
  tol: { rel: number };
}
const lipschitzCases = (JSON.parse(text) as { cases: LipschitzCase[] }).cases.filter(({ row }) => row === 'lipschitz');

const close = (actual: number, expected: number, rel: number, what: string): void =>
  assert.ok(Math.abs(actual - expected) <= rel * Math.abs(expected), `${what}: ${actual} instead of ${expected}`);

/** A class in which every matrix, and every vector, has the same norms. */
function uniform(
  name: CellName,
  matrix: MatrixRadii,
  vector: VectorRadii,
  rest: Omit<NetworkClass, 'matrices' | 'vectors'>,
) {
  const parameters = parametersOf(cellNamed(name));
  const of = (kind: string): CellParameter[] => parameters.filter((parameter) => parameter.kind === kind);
  const matrices = new Map(of('matrix').map((parameter) => [parameter.name, matrix]));
  const vectors = new Map(of('vector').map((parameter) => [parameter.name, vector]));
  return { ...rest, matrices, vectors };
}

describe('the majorant calculus', () => {
  for (const { id, inputs, expected, tol } of cases.filter(({ row }) => row === 'calculus')) {
    it(`gives the reference coefficients ${id} (${inputs.cell}, p = ${inputs.p})`, () => {
      const { mats, vecs, x } = inputs;
      const network = uniform(
        inputs.cell,
        { two: mats.op2, inf: mats.opinf, maxRow: mats.r2inf },
        { two: vecs.l2, inf: vecs.inf },
        { p: inputs.p, sizes: { input: 3, hidden: inputs.dh }, steps: inputs.t, input: { two: x.m2, inf: x.minf } },
      );
      const result = majorant(cellNamed(inputs.cell), network);
      close(Math.exp(result.logInf), expected.minf, tol.rel, 'max norm');
      close(Math.exp(result.logTwo), expected.m2, tol.rel, 'Euclidean norm');
      for (const [name, value] of Object.entries(expected.D)) {
        close(Math.exp(result.logMoves.get(`${name[0]}_${name.slice(1)}`)!), value, tol.rel, name);
      }
    });
  }

  it('gives the reference Lipschitz constants of a vanilla cell without a cap', () => {
    const { inputs, expected, tol } = lipschitzCases.find(
      ({ inputs: { cell, b, p } }) => cell === 'vanilla' && b === 'inf' && p === 2,
    )!;
    const matrices = new Map(
      ['U', 'W'].map((name) => [name, { two: inputs.norms[name]!, inf: Infinity, maxRow: Infinity }]),
    );
    const result = majorant(cellNamed('vanilla', { candidateActivation: 'relu', bias: false }), {
      p: 2,
      sizes: { input: inputs.dh, hidden: inputs.dh },
      steps: inputs.t,
      input: { two: inputs.B_x, inf: inputs.B_x },
      matrices,
      vectors: new Map(),
    });
    close(result.logTwo, expected.lnH, tol.rel, 'ln H');
    for (const name of ['U', 'W']) {
      close(result.logMoves.get(name)! + Math.log(inputs.norms['V']!), expected.lnL[name]!, tol.rel, name);
    }
  });

  it('is the closed recursion of a vanilla cell with relu, by hand', () => {
    // h_3 = U²Wx + UWx + Wx: 2(1 + 3 + 9) large; D_W = 1 + 3 + 9; D_U = h_2 + 3 h_1 = 8 + 6.
    const network = uniform(
      'vanilla',
      { two: 2, inf: 100, maxRow: 100 },
      { two: 0, inf: 0 },
      { p: 2, sizes: { input: 4, hidden: 4 }, steps: 3, input: { two: 1, inf: 1 } },
    );
    const matrices = new Map([...network.matrices, ['U', { two: 3, inf: 100, maxRow: 100 }]]);
    const result = majorant(cellNamed('vanilla', { candidateActivation: 'relu' }), { ...network, matrices });
    close(Math.exp(result.logTwo), 26, 1e-12, 'Euclidean norm');
    close(Math.exp(result.logMoves.get('W')!), 13, 1e-12, 'W');
    close(Math.exp(result.logMoves.get('U')!), 14, 1e-12, 'U');
    close(Math.exp(result.logMoves.get('b')!), 13, 1e-12, 'b');
  });

  const longRuns: [CellName, CellOptions, 2 | 'inf'][] = [
    ['vanilla', {}, 2],
    ['vanilla', { candidateActivation: 'relu' }, 'inf'],
    ['lstm', {}, 2],
  ];
  for (const [name, options, p] of longRuns) {
    it(`has a number for β = 3 after 100,000 steps: ${name} ${JSON.stringify(options)}`, function () {
      this.timeout(20_000);
      const network = uniform(
        name,
        { two: 3, inf: 3, maxRow: 3 },
        { two: 1, inf: 1 },
        { p, sizes: { input: 4, hidden: 4 }, steps: 100_000, input: { two: 1, inf: 1 } },
      );
      const { logTwo, logInf, logMoves } = majorant(cellNamed(name, options), network);
      for (const value of [logTwo, logInf, ...logMoves.values()]) assert.ok(Number.isFinite(value));
      // The slope of φ is at most 1, so nothing less than Σ 3^l is a bound: ln is t ln 3 − ln 2 with ‖x‖ = 1.
      if (name === 'vanilla') close(logMoves.get('W')!, 100_000 * Math.log(3) - Math.log(2), 1e-12, 'W');
    });
  }

  it('holds for sequences that end before the last step, from a large initial state too', () => {
    const network = uniform(
      'vanilla',
      { two: 0.1, inf: 0.1, maxRow: 0.1 },
      { two: 0, inf: 0 },
      {
        p: 2,
        sizes: { input: 1, hidden: 1 },
        steps: 9,
        input: { two: 1, inf: 1 },
        initialStates: [{ two: 50, inf: 50 }],
      },
    );
    // After one step the state is at most tanh(0.1 · 1 + 0.1 · 50), and it has moved by 50 ‖U − U′‖.
    const { logInf, logMoves } = majorant(cellNamed('vanilla'), network);
    close(Math.exp(logInf), Math.tanh(5.1), 1e-12, 'max norm');
    close(Math.exp(logMoves.get('U')!), 50, 1e-12, 'U');
  });

  it('knows where gates lie', () => {
    const network = uniform(
      'lstm',
      { two: 0.5, inf: 0.5, maxRow: 0.5 },
      { two: 0, inf: 0 },
      { p: 2, sizes: { input: 2, hidden: 2 }, steps: 1, input: { two: 1, inf: 1 } },
    );
    const { low, high } = majorant(cellNamed('lstm'), network).gateRanges.get('forget')!;
    close(low, 1 / (1 + Math.exp(0.5)), 1e-12, 'low');
    close(high, 1 / (1 + Math.exp(-0.5)), 1e-12, 'high');
  });

  // The last number is a share of the bound on the movement that random pairs do reach.
  const variants: [CellName, CellOptions, number][] = [
    ['vanilla', {}, 0.95],
    ['vanilla', { candidateActivation: 'relu', bias: false }, 0.95],
    ['vanilla', { candidateActivation: 'softsign' }, 0.85],
    ['mgu', {}, 0.65],
    ['lstm', {}, 0.75],
    ['lstm', { gateActivation: hardSigmoid(), candidateActivation: 'softplus' }, 0.3],
    ['gru', {}, 0.7],
    ['gru', { updateKeeps: false, bias: false }, 0.6],
    ['gru', { gateActivation: 'tanh' }, 0.8],
    ['gru-reset-after', {}, 0.65],
    ['gru-reset-after', { gateActivation: hardSigmoid(0.4, 0.3), candidateActivation: 'linear' }, 0.7],
  ];
  for (const [name, options, floor] of variants) {
    const trials = Object.keys(options).length === 0 ? 600 : 300;
    for (const p of [2, 'inf'] as const) {
      it(`is never passed by two networks of one class: ${name} ${JSON.stringify(options)}, p = ${p}`, function () {
        this.timeout(20_000);
        const used = largestShares(name, options, p, trials);
        assert.ok(used.movement <= 1, `movement reaches ${used.movement} of its bound`);
        assert.ok(used.size <= 1, `the output reaches ${used.size} of its bound`);
        // A bound that nothing comes near would pass the test above and say nothing.
        assert.ok(used.movement > floor, `only ${used.movement} of the movement is reached`);
        assert.ok(used.size > 0.85, `only ${used.size} of the size is reached`);
      });
    }
  }

  it('covers all cells in the test of soundness', () => {
    assert.deepEqual(new Set(variants.map(([name]) => name)), new Set(Object.keys(cells)));
  });
});

/** The largest shares of the bounds that random pairs of networks, not far from each other or far, use. */
function largestShares(
  name: CellName,
  options: CellOptions,
  p: 2 | 'inf',
  trials: number,
): { movement: number; size: number } {
  const cell = cellNamed(name, options);
  const parameters = parametersOf(cell);
  const random = randomNumbers(p === 2 ? 11 : 12);
  let [movement, size] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const hidden = 1 + (trial % 3);
    const sizes = { input: 1 + (trial % 2), hidden };
    const steps = 1 + (trial % 5);
    const spread = [0.3, 1, 3][trial % 3]!;
    const distance = 0.1 ** (trial % 4);
    const draw = (n: number, scale: number): Float64Array => Float64Array.from({ length: n }, () => scale * random());
    const shape = ({ rows, columns }: CellParameter): [number, number] => [
      rows === 'hidden' ? hidden : sizes.input,
      columns === null ? 1 : columns === 'hidden' ? hidden : sizes.input,
    ];
    const first = new Map(parameters.map((q) => [q.name, draw(shape(q)[0] * shape(q)[1], spread)]));
    const second = new Map([...first].map(([key, v]) => [key, v.map((a) => a + distance * spread * random())]));
    const input = draw(steps * sizes.input, spread);
    const initialStates = cell.states.map(() => draw(hidden, trial % 2));
    const perStep = Array.from({ length: steps }, (_, t) => input.subarray(t * sizes.input, (t + 1) * sizes.input));
    const measure = ({ name: key, ...q }: CellParameter, of: Float64Array): MatrixRadii =>
      norms(of, ...shape({ name: key, ...q }));
    const larger = (q: CellParameter): MatrixRadii => {
      const [a, b] = [measure(q, first.get(q.name)!), measure(q, second.get(q.name)!)];
      return { two: Math.max(a.two, b.two), inf: Math.max(a.inf, b.inf), maxRow: Math.max(a.maxRow, b.maxRow) };
    };
    const ofKind = (kind: string): Map<string, MatrixRadii> =>
      new Map(parameters.filter((q) => q.kind === kind).map((q) => [q.name, larger(q)]));
    const bound = majorant(cell, {
      p,
      sizes,
      steps,
      input: { two: Math.max(...perStep.map(two)), inf: Math.max(...perStep.map(inf)) },
      matrices: ofKind('matrix'),
      vectors: ofKind('vector'),
      initialStates: initialStates.map((state) => ({ two: two(state), inf: inf(state) })),
    });
    const [h, other] = [first, second].map((weights) =>
      evaluate(cell, weights, sizes, { input, steps, batch: 1, initialStates }).hidden.subarray(-hidden),
    ) as [Float64Array, Float64Array];
    let allowed = 0;
    for (const q of parameters) {
      const moved = measure(
        q,
        first.get(q.name)!.map((a, k) => a - second.get(q.name)![k]!),
      );
      allowed += Math.exp(bound.logMoves.get(q.name)!) * (p === 2 ? moved.two : moved.inf);
    }
    const norm = p === 2 ? two : inf;
    movement = Math.max(movement, norm(h.map((a, k) => a - other[k]!)) / (allowed * (1 + 1e-12)));
    size = Math.max(size, norm(h) / (Math.exp(p === 2 ? bound.logTwo : bound.logInf) * (1 + 1e-12)));
  }
  return { movement, size };
}

const two = (v: Float64Array): number => Math.sqrt(v.reduce((sum, a) => sum + a * a, 0));
const inf = (v: Float64Array): number => v.reduce((most, a) => Math.max(most, Math.abs(a)), 0);

function norms(values: Float64Array, rows: number, columns: number): MatrixRadii {
  const row = Array.from({ length: rows }, (_, r) => values.subarray(r * columns, (r + 1) * columns));
  const sums = row.map((v) => v.reduce((sum, a) => sum + Math.abs(a), 0));
  return { two: spectralNorm(row), inf: Math.max(...sums), maxRow: Math.max(...row.map(two)) };
}

/** By one-sided Jacobi rotations: the rows become orthogonal, and the longest of them is as long as the norm. */
function spectralNorm(rows: readonly Float64Array[]): number {
  const a = rows.map((row) => Float64Array.from(row));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < a.length; p++) {
      for (let q = p + 1; q < a.length; q++) {
        const dot = a[p]!.reduce((sum, v, k) => sum + v * a[q]![k]!, 0);
        const angle = Math.atan2(2 * dot, two(a[p]!) ** 2 - two(a[q]!) ** 2) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (let k = 0; k < a[p]!.length; k++) {
          const [x, y] = [a[p]![k]!, a[q]![k]!];
          a[p]![k] = c * x + s * y;
          a[q]![k] = c * y - s * x;
        }
      }
    }
  }
  return Math.max(...a.map(two));
}
