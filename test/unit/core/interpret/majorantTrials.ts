import { matrixNorms } from '../../../../src/core/analysis/matrixNorms';
import { inOrder } from '../../../../src/core/cells/language';
import { roots, type Cell } from '../../../../src/core/cells/cell';
import { cellNamed } from '../../../../src/core/cells/cells';
import { parametersOf, storedShape, type CellParameter } from '../../../../src/core/cells/parametersOf';
import { widthOf, type Sizes } from '../../../../src/core/cells/sizes';
import { appliedMatrix, storedMatrix } from '../../../../src/core/cells/storedMatrix';
import { evaluate, type Evaluation } from '../../../../src/core/interpret/evaluate';
import { majorant, type Majorant } from '../../../../src/core/interpret/majorant';
import type { MatrixRadii, VectorRadii } from '../../../../src/core/interpret/majorantClass';
import { certifiedSpectralNorm } from '../../../../src/core/linalg/certifiedSpectralNorm';
import type { CellVariant } from './cellVariants';

/** Two networks, a sequence for both, and the states they start from. */
export interface Trial {
  readonly first: ReadonlyMap<string, Float64Array>;
  /** What is added to the first network to get the second. */
  readonly change: ReadonlyMap<string, Float64Array>;
  /** [steps, input size] */
  readonly input: Float64Array;
  readonly steps: number;
  readonly initialStates: readonly Float64Array[];
}

/** Which part of the bounds a trial uses, at its worst step; nothing may exceed 1. */
export interface Shares {
  /** Of how far the output moves; null where some operation has no Lipschitz constant. */
  readonly movement: number | null;
  /** Of how large the output gets. */
  readonly size: number;
  /** Of how large any state gets. */
  readonly states: number;
  /** How far a gate leaves its range. */
  readonly escape: number;
}

export const noShares: Shares = { movement: 0, size: 0, states: 0, escape: 0 };

export const worse = (a: Shares, b: Shares): Shares => ({
  movement: a.movement === null || b.movement === null ? null : Math.max(a.movement, b.movement),
  size: Math.max(a.size, b.size),
  states: Math.max(a.states, b.states),
  escape: Math.max(a.escape, b.escape),
});

/** A cell in a size, and what trials of it need to know. */
export interface Subject {
  readonly cell: Cell;
  readonly sizes: Sizes;
  readonly parameters: readonly CellParameter[];
  /** Vectors that modReLU takes as b, which has coefficients only where they are not positive. */
  readonly nonPositive: ReadonlySet<string>;
}

export function subjectOf({ name, options, inputSize, hiddenSize }: CellVariant): Subject {
  const cell = cellNamed(name, options);
  const thresholds = inOrder(roots(cell)).filter(({ operation }) => operation === 'modRelu');
  return {
    cell,
    sizes: cell.sizes(inputSize, hiddenSize),
    parameters: parametersOf(cell),
    nonPositive: new Set(thresholds.map(({ operands }) => operands[1]!.name)),
  };
}

const grid = 2 ** 40;
/** Rounded so that the sum of two of them is exact. */
const onGrid = (value: number): number => Math.round(value * grid) / grid;

/**
 * Large and small weights, saturated gates, weights of one sign, one block moved at a time, near and far networks.
 *
 * @param length the number of steps; null: any from 1 to 4, and then also one block alone is moved.
 */
export function randomTrial(
  { cell, sizes, parameters, nonPositive }: Subject,
  k: number,
  random: () => number,
  length: number | null = null,
): Trial {
  const spread = [0.3, 1, 3, 0.01, 1, 12, 0.5][k % 7]!;
  const isPositive = k % 7 === 4 || k % 7 === 6;
  const distance = 0.1 ** (k % 5);
  const only = length === null && k % 3 === 0 ? parameters[Math.floor(k / 3) % parameters.length]!.name : null;
  const biasSpread = k % 11 === 0 ? 8 : spread;
  const steps = length ?? 1 + (k % 4);
  const draw = (n: number, scale: number): Float64Array =>
    Float64Array.from({ length: n }, () => onGrid(scale * (isPositive ? Math.abs(random()) : random())));
  const first = new Map<string, Float64Array>();
  const change = new Map<string, Float64Array>();
  for (const parameter of parameters) {
    const { name, role } = parameter;
    const { rows, columns } = storedShape(parameter, sizes);
    const values = draw(rows * columns, role === 'bias' ? biasSpread : spread);
    const moved = draw(rows * columns, only === null || only === name ? distance * spread : 0);
    if (nonPositive.has(name)) {
      for (let j = 0; j < values.length; j++) values[j] = -Math.abs(values[j]!) - Math.abs(moved[j]!);
    }
    first.set(name, values);
    change.set(name, moved);
  }
  return {
    ...{ first, change, steps },
    input: draw(steps * sizes.input, [1, 3, 0.1][k % 3]!),
    initialStates: cell.states.map(({ before }) =>
      draw(widthOf(sizes, before.size), k % 2 === 0 ? 0 : [1, 20][k % 4 === 3 ? 1 : 0]!),
    ),
  };
}

/** The shares of the bounds of the smallest class that holds both networks. */
export async function sharesOf(subject: Subject, trial: Trial, p: 2 | 'inf'): Promise<Shares> {
  const { cell, sizes } = subject;
  const second = new Map([...trial.first].map(([name, v]) => [name, v.map((a, k) => a + trial.change.get(name)![k]!)]));
  const bound = await majorantOf(subject, trial, second, p);
  const [one, other] = [trial.first, second].map((weights) =>
    evaluate(cell, weights, sizes, { ...trial, batch: 1 }),
  ) as [Evaluation, Evaluation];
  let allowed = 0;
  for (const parameter of subject.parameters) {
    const moved = await normsOf(parameter, sizes, trial.change.get(parameter.name)!);
    const log = bound.logMoves.get(parameter.name)!;
    const distance = p === 2 ? moved.least : moved.inf;
    if (distance > 0) allowed += Math.exp(log) * distance;
  }
  const norm = p === 2 ? two : inf;
  // What rounding adds to a difference is a few units in the last place of what it is the difference of.
  const rounding = 1e-14 * (1 + Math.max(...[one, other].flatMap((run) => [...run.states.values()].map(inf))));
  const shares = { movement: 0, size: 0, states: 0, escape: 0 };
  const limit = (reach: Pick<Majorant, 'logTwo' | 'logInf'>): number => Math.exp(p === 2 ? reach.logTwo : reach.logInf);
  for (let step = 0; step < trial.steps; step++) {
    const at = (values: Float64Array): Float64Array => row(values, step, trial.steps);
    const [h, moved] = [at(one.hidden), at(other.hidden)];
    const distance = Math.max(0, norm(difference(h, moved)) - rounding);
    shares.movement = Math.max(shares.movement, share(distance, allowed));
    for (const run of [one, other]) {
      shares.size = Math.max(shares.size, share(norm(at(run.hidden)), limit(bound)));
      for (const [name, values] of run.states) {
        shares.states = Math.max(shares.states, share(norm(at(values)), limit(bound.states.get(name)!)));
      }
      for (const [gate, values] of run.gates) {
        const { low, high } = bound.gateRanges.get(gate)!;
        for (const value of at(values)) shares.escape = Math.max(shares.escape, low - value, value - high);
      }
    }
  }
  return bound.notCertifiable === null ? shares : { ...shares, movement: null };
}

async function majorantOf(
  { cell, sizes, parameters, nonPositive }: Subject,
  { first, input, steps, initialStates }: Trial,
  second: ReadonlyMap<string, Float64Array>,
  p: 2 | 'inf',
): Promise<Majorant> {
  const matrices = new Map<string, MatrixRadii>();
  const vectors = new Map<string, VectorRadii>();
  for (const parameter of parameters) {
    const { name, kind } = parameter;
    const a = await normsOf(parameter, sizes, first.get(name)!);
    const b = await normsOf(parameter, sizes, second.get(name)!);
    const larger = {
      two: Math.max(a.two, b.two),
      inf: Math.max(a.inf, b.inf),
      maxRow: Math.max(a.maxRow, b.maxRow),
    };
    if (kind === 'matrix') matrices.set(name, larger);
    else vectors.set(name, nonPositive.has(name) ? { ...larger, high: 0 } : larger);
  }
  const perStep = Array.from({ length: steps }, (_, step) => row(input, step, steps));
  return majorant(cell, {
    ...{ p, sizes, steps, matrices, vectors },
    input: { two: Math.max(...perStep.map(two)), inf: Math.max(...perStep.map(inf)) },
    initialStates: initialStates.map((state) => ({ two: two(state), inf: inf(state) })),
  });
}

/** The norms of the matrix that is applied, or of a vector; `two` from above and `least` from below. */
export async function normsOf(
  { matrix }: CellParameter,
  sizes: Sizes,
  stored: Float64Array,
): Promise<MatrixRadii & { least: number }> {
  if (!matrix) return { two: two(stored), least: two(stored), inf: inf(stored), maxRow: inf(stored) };
  const { height, width } = storedMatrix(matrix, sizes);
  const applied = { rows: height, columns: width, values: appliedMatrix(matrix, sizes, stored) };
  const { lower, upper } = await certifiedSpectralNorm(applied);
  const { infinity, maxRow } = matrixNorms(applied);
  return { two: upper, least: lower, inf: infinity, maxRow };
}

/** A trial near another one: every number a little different. */
export function neighbour(trial: Trial, { nonPositive }: Subject, scale: number, random: () => number): Trial {
  const near = (values: Float64Array): Float64Array =>
    values.map((value) => onGrid(value * (1 + scale * random()) + (random() > 0.8 ? scale * random() : 0)));
  const change = new Map([...trial.change].map(([name, values]) => [name, near(values)]));
  const first = new Map([...trial.first].map(([name, values]) => [name, near(values)]));
  for (const name of nonPositive) {
    const moved = change.get(name)!;
    first.set(
      name,
      first.get(name)!.map((value, k) => Math.min(value, -Math.abs(moved[k]!))),
    );
  }
  return { ...trial, first, change, input: near(trial.input), initialStates: trial.initialStates.map(near) };
}

/** Of a bound that may be zero: scores may not depend on the one block that is moved. */
export const share = (value: number, most: number): number => (value === 0 ? 0 : value / most);

const row = (values: Float64Array, step: number, steps: number): Float64Array => {
  const width = values.length / steps;
  return values.subarray(step * width, (step + 1) * width);
};
const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, k) => value - b[k]!);
export const two = (v: Float64Array): number => Math.hypot(...v);
export const inf = (v: Float64Array): number => v.reduce((most, a) => Math.max(most, Math.abs(a)), 0);
