import { placedName, type Network } from '../cells/network';
import { parametersOf } from '../cells/parametersOf';
import { Problem } from '../problem';
import { constraintText, type Constraint } from './constraint';
import { orthogonality, pullTowards, type Penalty } from './penalties';
import {
  cap21Norm,
  capFrobeniusNorm,
  clipSpectralNorm,
  nearestOrthogonal,
  scaleSpectralNorm,
  type Projection,
} from './projections';

/** A weight of the network, as it is stored. */
export interface ConstrainedWeight {
  readonly name: string;
  /** [rows, columns] of a matrix, [n] of a vector. */
  readonly dims: readonly number[];
}

/** What the constraints of a training do to its weights and gradients, both in the order of the list of weights. */
export interface KeptTo {
  /** Whether there are penalties. */
  readonly penalises: boolean;
  /** Adds the gradients of penalties, in place. */
  penalise(weights: readonly Float32Array[], gradients: readonly Float32Array[]): void;
  /** What is added to the loss of an epoch where the best of them is chosen: only the penalty of the bound. */
  cost(weights: readonly Float32Array[]): number;
  /**
   * Projects, in place. After a step, matrices are projected whose turn it is: singular values of n take about as long as n²
   * numbers do in a product, so a matrix with n ≥ 64 has its turn only after every (n / 32)² steps. `step` counts from 1;
   * 'all' projects every matrix, so that its limit holds.
   */
  project(weights: readonly Float32Array[], step: number | 'all'): void;
  /** Whether that would project anything. */
  isDue(step: number): boolean;
}

interface Place {
  readonly weight: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * @param start the weights that `pull` pulls towards.
 * @throws Problem where a constraint names no weight, or one that it cannot be about.
 */
export function keptTo(
  constraints: readonly Constraint[],
  network: Network,
  weights: readonly ConstrainedWeight[],
  start: readonly Float32Array[],
): KeptTo {
  const penalties: { readonly weight: number; readonly add: Penalty }[] = [];
  const projections: (Place & { readonly every: number; readonly apply: Projection })[] = [];
  for (const constraint of constraints) {
    // Of the whole network, and not of a weight: see `withBoundPenalty`.
    if (constraint.kind === 'bound') continue;
    if (constraint.kind === 'pull') {
      for (const weight of pulled(constraint, weights)) {
        penalties.push({ weight, add: pullTowards(start[weight]!, constraint.value!) });
      }
      continue;
    }
    for (const place of matricesOf(constraint, network, weights)) {
      const projection = projectionOf(constraint);
      if (projection) projections.push({ ...place, every: turn(constraint, place), apply: projection });
      else penalties.push({ weight: place.weight, add: orthogonality(place, constraint.value!) });
    }
  }
  return {
    penalises: penalties.length > 0,
    cost: () => 0,
    isDue: (step) => projections.some(({ every }) => step % every === 0),
    penalise: (values, gradients) => {
      for (const { weight, add } of penalties) add(values[weight]!, gradients[weight]!);
    },
    project: (values, step) => {
      for (const { weight, rows, columns, every, apply } of projections) {
        if (step === 'all' || step % every === 0) apply(values[weight]!, { rows, columns });
      }
    },
  };
}

/** Projections that need no singular values are done after every step. */
function turn({ kind }: Constraint, { rows, columns }: Place): number {
  if (kind === 'frobenius-norm' || kind === 'norm-21') return 1;
  return Math.max(1, Math.floor(Math.min(rows, columns) / 32) ** 2);
}

function projectionOf({ kind, value }: Constraint): Projection | null {
  if (kind === 'spectral-norm') return clipSpectralNorm(value!);
  if (kind === 'spectral-scaling') return scaleSpectralNorm(value!);
  if (kind === 'frobenius-norm') return capFrobeniusNorm(value!);
  if (kind === 'norm-21') return cap21Norm(value!);
  return kind === 'orthogonal' ? nearestOrthogonal : null;
}

/** U_f is that of every layer; layer1.U_f and V are one weight. */
const isNamed = (name: string, at: string): boolean => name === at || name.slice(name.lastIndexOf('.') + 1) === at;

function pulled({ at, ...constraint }: Constraint, weights: readonly ConstrainedWeight[]): readonly number[] {
  const found = weights.flatMap(({ name }, k) => (at === null || isNamed(name, at) ? [k] : []));
  if (found.length === 0) throw noSuchWeight({ at, ...constraint }, weights);
  return found;
}

/** The matrices that a constraint is about: the named one of every layer, or every recurrent one. */
function matricesOf(
  constraint: Constraint,
  { layers }: Network,
  weights: readonly ConstrainedWeight[],
): readonly Place[] {
  const { at } = constraint;
  const structures = new Map(
    layers.flatMap(({ name: layer, cell }) =>
      parametersOf(cell).map(({ name, matrix }) => [placedName(layer, name), matrix] as const),
    ),
  );
  const isMeant = (name: string): boolean =>
    at === null ? structures.get(name)?.role === 'recurrent' : isNamed(name, at);
  const found = weights.flatMap(({ name, dims }, weight) => (isMeant(name) ? [{ name, dims, weight }] : []));
  if (found.length === 0) throw noSuchWeight(constraint, weights);
  return found.map(({ name, dims, weight }) => {
    const [rows, columns] = dims;
    const structure = structures.get(name)?.structure.kind ?? 'dense';
    if (rows === undefined || columns === undefined || structure !== 'dense') {
      throw new Problem(
        `The constraint ${constraintText(constraint)} is about dense matrices, and ${name} is ${columns === undefined ? 'a vector' : 'none'}: name other weights.`,
      );
    }
    return { weight, rows, columns };
  });
}

function noSuchWeight({ at, ...constraint }: Constraint, weights: readonly ConstrainedWeight[]): Problem {
  const text = constraintText({ at, ...constraint });
  if (at === null) return new Problem(`The constraint ${text} is about recurrent matrices, and there is none.`);
  const names = weights.map(({ name }) => name).join(', ');
  return new Problem(`The constraint ${text} names "${at}", and there is no such weight; the weights are ${names}.`);
}
