import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { parametersOf, type CellParameter } from '../../../../src/core/cells/parametersOf';
import { majorant, type NetworkClass } from '../../../../src/core/interpret/majorant';
import type { MatrixRadii, VectorRadii } from '../../../../src/core/interpret/majorantClass';

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

  it('says which operation has no Lipschitz constant, and still how large its result gets', () => {
    const network = uniform(
      'vanilla',
      { two: 0.5, inf: 0.5, maxRow: 0.5 },
      { two: 0, inf: 0 },
      { p: 2, sizes: { input: 1, hidden: 1 }, steps: 2, input: { two: 1, inf: 1 } },
    );
    const jumping = cellNamed('vanilla', { candidateActivation: { kind: 'thresholdedRelu', alpha: 0.1 } });
    const result = majorant(jumping, network);
    assert.equal(result.notCertifiable, 'thresholdedRelu has no Lipschitz constant: it jumps at 0.1');
    assert.equal(result.logMoves.get('W'), Infinity);
    close(Math.exp(result.logInf), 0.75, 1e-12, 'max norm');
    const kinked = cellNamed('vanilla', { candidateActivation: { kind: 'thresholdedRelu', alpha: 0 } });
    assert.equal(majorant(kinked, network).notCertifiable, null);
  });

  it('has coefficients for modReLU only where no bias is positive', () => {
    const cell = cellNamed('eurnn', { rotations: 1 });
    const vectors = (high: number | undefined): Map<string, VectorRadii> =>
      new Map(
        parametersOf(cell).map(({ name }) => [name, { two: 1, inf: 1, ...(high === undefined ? {} : { high }) }]),
      );
    const network = {
      ...({ p: 2, sizes: cell.sizes(1, 2), steps: 1, input: { two: 1, inf: 1 } } as const),
      matrices: new Map([['W', { two: 3, inf: 3, maxRow: 3 }]]),
    };
    const certified = majorant(cell, { ...network, vectors: vectors(0) });
    assert.equal(certified.notCertifiable, null);
    close(Math.exp(certified.logMoves.get('W')!), 1, 1e-12, 'W');
    close(Math.exp(certified.logTwo), 3, 1e-12, 'Euclidean norm');
    const jumping = majorant(cell, { ...network, vectors: vectors(undefined) });
    assert.match(jumping.notCertifiable!, /^modRelu jumps at 0 where an entry of b is positive/);
    assert.equal(jumping.logMoves.get('W'), Infinity);
    // Each of the two units may grow by its bias: 3 + √2.
    close(Math.exp(jumping.logTwo), 3 + Math.SQRT2, 1e-12, 'Euclidean norm');
  });
});
