import assert from 'node:assert/strict';
import type { Cell } from '../../../../src/core/cells/cell';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { cellNamed, type CellName } from '../../../../src/core/cells/cells';
import { parametersOf } from '../../../../src/core/cells/parametersOf';
import { majorant, type Majorant } from '../../../../src/core/interpret/majorant';
import { cellVariants } from './cellVariants';

const lengths = [10, 100, 1000, 10_000];

/** A cell whose matrices, vectors, inputs and initial states all have the given norms, 2-norm and max norm alike. */
function grown(
  cell: Cell,
  steps: number,
  { matrix, vector = matrix, x = 1, start = 0 }: { matrix: number; vector?: number; x?: number; start?: number },
): Majorant {
  const parameters = parametersOf(cell);
  const { inputSize, hiddenSize } = cellVariants.find(({ name }) => name === cell.name)!;
  return majorant(cell, {
    ...{ p: 2, steps, input: { two: x, inf: x }, sizes: cell.sizes(inputSize, hiddenSize) },
    matrices: new Map(parameters.map(({ name }) => [name, { two: matrix, inf: matrix, maxRow: matrix }])),
    // modReLU has bounds only where b is not positive; no other operation asks for `high` of a vector that is added.
    vectors: new Map(
      parameters.map(({ name }) => [name, { two: vector, inf: vector, ...(name === 'b' ? { high: 0 } : {}) }]),
    ),
    initialStates: cell.states.map(() => ({ two: start, inf: start })),
  });
}

const logOf = (result: Majorant, state: string): number => result.states.get(state)!.logInf;

/** ln(1 + b + … + b^(t−1)), in the three cases of the theory's section 9. */
function logSum(logB: number, t: number): number {
  if (Math.abs(logB) < 1e-9) return Math.log(t) + ((t - 1) * logB) / 2;
  if (logB > 0) return t * logB + Math.log(-Math.expm1(-t * logB)) - Math.log(Math.expm1(logB));
  return Math.log(-Math.expm1(t * logB)) - Math.log(-Math.expm1(logB));
}

/** The state reaches a bound of the theory, at every length, but for `slack` of its logarithm. */
function growsLike(
  name: CellName,
  options: CellOptions,
  radii: Parameters<typeof grown>[2],
  state: string,
  log: (t: number, result: Majorant) => number,
  slack: number,
): void {
  for (const t of lengths) {
    const result = grown(cellNamed(name, options), t, radii);
    const [actual, most] = [logOf(result, state), log(t, result)];
    const said = `after ${t} steps ${state} is exp(${actual}) large; the theory says exp(${most})`;
    assert.ok(actual <= most + 1e-9, said);
    assert.ok(actual >= most - slack - 1e-9, said);
  }
}

const highest = (gate: string, { gateRanges }: Majorant): number => gateRanges.get(gate)!.high;

describe('the growth of states in the majorant calculus', () => {
  for (const { name, options } of cellVariants) {
    it(`is what the cell says of its states: ${name} ${JSON.stringify(options)}`, () => {
      const cell = cellNamed(name, options);
      // Norms so large that gates can stay open, and sequences so long that slow averages have come to rest.
      const results = [500, 5000].map((t) => grown(cell, t, { matrix: 40, x: 40, start: 1.7 }));
      for (const { name: state } of cell.states) {
        const [log, logLater] = results.map((result) => logOf(result, state)) as [number, number];
        const growth = logLater - log;
        const said = `${state}: ${log}, ${logLater}`;
        if (cell.stateBound.unbounded.includes(state)) assert.ok(growth > Math.log(8), said);
        // A softsign nears 1 slowly where what it reads grows.
        else assert.ok(growth < 0.05, said);
        const number = /^\|(\w+)\| ≤ (?:max\()?([\d.]+)(?:, \|\1₀\|\))?$/.exec(cell.stateBound.text);
        if (number?.[1] === state) assert.ok(Math.exp(logLater) <= Math.max(Number(number[2]), 1.7) + 1e-9, said);
      }
    });
  }

  it('is geometric in a vanilla cell with relu: |W x + b| S_t(‖U‖)', () => {
    growsLike(
      'vanilla',
      { candidateActivation: 'relu' },
      { matrix: 1.2 },
      'h',
      (t) => Math.log(2.4) + logSum(Math.log(1.2), t),
      1e-9,
    );
    growsLike(
      'vanilla',
      { candidateActivation: 'relu' },
      { matrix: 0.9 },
      'h',
      (t) => Math.log(1.8) + logSum(Math.log(0.9), t),
      1e-9,
    );
  });

  it('is ι S_t(φ) in an LSTM', () => {
    const most = (t: number, result: Majorant): number =>
      Math.log(highest('input', result)) + logSum(Math.log(highest('forget', result)), t);
    growsLike('lstm', {}, { matrix: 2 }, 'c', most, 0.01);
    growsLike('lstm', {}, { matrix: 20 }, 'c', most, 1e-6);
    growsLike('conv-lstm', { grid: [2, 3] }, { matrix: 3 }, 'c', most, 0.01);
  });

  it('is |W_a x| ι S_t(φ) in an LSTM with an input residual', () => {
    const most = (t: number, result: Majorant): number =>
      Math.log(3) + Math.log(highest('input', result)) + logSum(Math.log(highest('forget', result)), t);
    growsLike('irc-lstm', {}, { matrix: 3 }, 'c', most, 0.01);
    growsLike('ihc-lstm', {}, { matrix: 3 }, 'c', most, 0.01);
  });

  it('is z̄ S_t(r̄) in a recurrent highway network', () => {
    const most = (t: number, result: Majorant): number =>
      Math.log(highest('input', result)) + logSum(Math.log(highest('forget', result)), t);
    growsLike('rhn', {}, { matrix: 2 }, 'h', most, 0.2);
  });

  it('is at most β + κ t in a FastGRNN, and κ t in the long run', () => {
    const sigma = 1 / (1 + Math.exp(-2));
    growsLike('fast-grnn', {}, { matrix: 2 }, 'h', (t) => Math.log(sigma + sigma * t), 0.2);
  });

  it('is t softplus(W x + u r + b) in a GATO, whose r stays below 1 / (1 − λ)', () => {
    const r = 1 / (1 - 0.7);
    const increment = 2 + 2 * r + 2;
    const most = (t: number): number => Math.log(t) + Math.log(increment + Math.log1p(Math.exp(-increment)));
    // In the first steps r is still small.
    growsLike('gato', {}, { matrix: 2 }, 's', most, 0.3);
    for (const name of ['gato', 'gato-2'] as const) {
      growsLike(name, {}, { matrix: 20 }, 'r', () => Math.log(r), 0.1);
    }
  });

  it('is linear in a EURNN: t ‖W‖ |x|', () => {
    growsLike('eurnn', {}, { matrix: 3 }, 'z', (t) => Math.log(3 * t), 1e-9);
  });

  it('is exponential in a statistical recurrent unit, unless ‖R_p‖ ‖U_r‖ < 1', () => {
    // μ = α μ₋ + (1 − α) R U μ₋ with α = 0.5: the factor is 0.5 + 0.5 · 4, and what is added 0.5 (W x + b + R b).
    const [factor, added] = [2.5, 0.5 * (2 + 2 + 4)];
    const one = { averages: [0.5] };
    growsLike(
      'statistical-recurrent-unit',
      one,
      { matrix: 2 },
      'm1',
      (t) => Math.log(added) + logSum(Math.log(factor), t),
      1e-9,
    );
    const small = grown(cellNamed('statistical-recurrent-unit'), 10_000, { matrix: 0.4 });
    // ‖R_p‖ Σ ‖U_r‖ = 0.4 · 5 · 0.4 < 1: every average tends to (0.4 + 0.4 + 0.16) / (1 − 0.8).
    for (const [state, { logInf }] of small.states) assert.ok(Math.abs(Math.exp(logInf) - 4.8) < 1e-9, state);
  });

  it('is max(|c₀|, |W_a x|) and no more in the SRU', () => {
    growsLike('sru', {}, { matrix: 3, start: 5 }, 'c', () => Math.log(5), 0.5);
    growsLike('irc-sru', {}, { matrix: 3, start: 1 }, 'c', () => Math.log(3), 1e-6);
  });
});
