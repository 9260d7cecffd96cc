import { Problem } from '../problem';
import { complexityOf, limitedNorms, type ComplexityNorms, type ComplexitySetting } from './complexity';
import type { Constraint } from './constraint';
import type { KeptTo } from './keptTo';
import type { TrainingState } from './trainingState';
import { addNormGradients, appliedWeights, firstDirection, weightNorms, type WeightNorms } from './weightNorms';

/** How the complexity of a network moves with the norms of its weights, as it was at some step. */
export interface ComplexitySlopes {
  /** C itself; null where the network had no certified class. */
  readonly complexity: number | null;
  /** ∂C/∂norm of every weight, in the order of the list. */
  readonly slopes: readonly WeightNorms[];
  /** The right singular vector of the largest singular value of each weight. */
  readonly directions: readonly (readonly number[])[];
}

/** The slopes are taken anew after so many steps: they need two evaluations of the calculus for every norm. */
const stepsBetween = 64;
/** Rounds of power iteration: from a direction that knows nothing, and from that of at most `stepsBetween` steps ago. */
const rounds = { first: 500, later: 3 };
/** By how much a norm is changed, as a share of it, to see how the complexity moves. */
const change = 1e-4;

/**
 * Adds to what a training keeps to the penalty λ C of its constraints `bound=λ`, where there are some. What a penalty knows of
 * the network at earlier steps is kept in the state, so that a training that is resumed goes on with the same numbers.
 */
export function withBoundPenalty(
  kept: KeptTo,
  constraints: readonly Constraint[],
  setting: () => ComplexitySetting,
  state: Pick<TrainingState, 'optimizer' | 'complexity'>,
): KeptTo {
  const strengths = constraints.flatMap(({ kind, value }) => (kind === 'bound' ? [value!] : []));
  if (strengths.length === 0) return kept;
  const penalty = boundPenalty(
    setting(),
    strengths.reduce((sum, one) => sum + one, 0),
  );
  return {
    ...kept,
    penalises: true,
    cost: (weights) => kept.cost(weights) + penalty.cost(weights),
    penalise(weights, gradients) {
      kept.penalise(weights, gradients);
      const { step } = state.optimizer;
      if (!state.complexity || step % stepsBetween === 0) {
        const found = penalty.slopesAt(weights);
        if (typeof found === 'string' && step === 0) {
          throw new Problem(`The constraint bound is about the certified complexity, and there is none: ${found}.`);
        }
        // A class may lose its constants on the way, as where a bias of modReLU turns positive: then nothing pulls.
        state.complexity = typeof found === 'string' ? { complexity: null, slopes: [], directions: [] } : found;
      }
      penalty.add(state.complexity, weights, gradients);
    },
  };
}

/** The gradient of λ C by the chain rule: that of C with the norms as it was a while ago, that of the norms as it is now. */
export interface BoundPenalty {
  /** The slopes of C at these weights, or why there are none. */
  readonly slopesAt: (weights: readonly Float32Array[]) => ComplexitySlopes | string;
  /** λ C at these weights; infinite where there is no class. */
  readonly cost: (weights: readonly Float32Array[]) => number;
  /** Adds the gradient of λ C, in place. */
  readonly add: (
    slopes: ComplexitySlopes,
    weights: readonly Float32Array[],
    gradients: readonly Float32Array[],
  ) => void;
}

export function boundPenalty(setting: ComplexitySetting, strength: number): BoundPenalty {
  const applied = appliedWeights(setting.network, setting.weights);
  const complexity = complexityOf(setting);
  const measuredAt = (weights: readonly Float32Array[]) => {
    const measured = applied.map((weight, k) => weightNorms(weight, weights[k]!, firstDirection(weight), rounds.first));
    const norms = measured.map((own, k): ComplexityNorms => {
      const { two, inf, maxRow } = own;
      return { two, inf, maxRow, isNonPositive: weights[k]!.every((value) => value <= 0) };
    });
    return { measured, norms };
  };
  return {
    cost: (weights) => {
      const found = complexity(measuredAt(weights).norms);
      return typeof found === 'string' ? Infinity : strength * found;
    },
    slopesAt: (weights) => {
      const { measured, norms } = measuredAt(weights);
      const found = complexity(norms);
      if (typeof found === 'string') return found;
      return {
        complexity: found,
        slopes: slopesOf(setting, complexity, norms),
        directions: measured.map(({ direction }) => [...direction]),
      };
    },
    add: ({ slopes, directions }, weights, gradients) => {
      for (const [k, { two, inf, maxRow }] of slopes.entries()) {
        const scaled = { two: strength * two, inf: strength * inf, maxRow: strength * maxRow };
        addNormGradients(applied[k]!, weights[k]!, gradients[k]!, scaled, directions[k]!, rounds.later);
      }
    },
  };
}

/** Central differences of C with the logarithm of every norm; a norm that is zero does not move. */
function slopesOf(
  { network, weights }: ComplexitySetting,
  complexity: (norms: readonly ComplexityNorms[]) => number | string,
  norms: readonly ComplexityNorms[],
): WeightNorms[] {
  const slope = (k: number, kind: keyof WeightNorms): number => {
    const norm = norms[k]![kind];
    if (norm === 0) return 0;
    const at = (factor: number): number | string => complexity(norms.with(k, { ...norms[k]!, [kind]: norm * factor }));
    const [above, below] = [at(1 + change), at(1 - change)];
    return typeof above === 'string' || typeof below === 'string' ? 0 : (above - below) / (2 * change * norm);
  };
  return weights.map((weight, k) => {
    const slopes = { two: 0, inf: 0, maxRow: 0 };
    for (const kind of limitedNorms(network, weight)) slopes[kind] = slope(k, kind);
    return slopes;
  });
}
