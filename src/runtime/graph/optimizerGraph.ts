import type { OptimizerOptions } from '../../core/training/optimizer';
import type { Main } from './main';
import type { TrainedWeight } from './trainedWeights';

/** The step that follows the gradients, where it is part of a training graph. */
export interface OptimizerGraphOptions {
  readonly optimizer: OptimizerOptions;
  /** The largest Euclidean norm of all gradients together; null: as they are. */
  readonly gradientClip: number | null;
  /** Whether there is an input `penalty layer1.W_f` for each weight, which is added to its gradient before it is clipped. */
  readonly penalised: boolean;
}

/** A tensor that a step changes: what the graph is given, and what comes out. */
export interface MovedTensor {
  readonly given: string;
  readonly moved: string;
}

/** A weight, and what the optimizer remembers of it, in the order of `OptimizerState.moments`. */
export interface MovedWeight extends MovedTensor {
  readonly dims: readonly number[];
  readonly moments: readonly MovedTensor[];
  /** The input that is added to its gradient; null where nothing is. */
  readonly penalty: string | null;
}

export const gradientNormName = 'gradient norm';

/**
 * Adds the step of an optimizer to a graph, with the formulas of `optimizerStep`; what depends on the number of the step are
 * inputs, `stepScalars`. The norm of all gradients comes out as it was before they were clipped, and is infinite where their
 * squares exceed float32.
 */
export function addOptimizer(
  main: Main,
  weights: readonly TrainedWeight[],
  { optimizer, gradientClip, penalised }: OptimizerGraphOptions,
): readonly MovedWeight[] {
  const op = (operator: string, ...inputs: string[]): string => main.apply(operator, inputs);
  const penalties = weights.map(({ name, dims }) => (penalised ? main.input(`penalty ${name}`, dims) : null));
  const gradients = weights.map(({ gradient }, k) => (penalties[k] ? op('Add', gradient, penalties[k]) : gradient));
  const squares = gradients.map((gradient) =>
    main.apply('ReduceSum', [op('Mul', gradient, gradient)], { keepdims: 0 }),
  );
  const norm = op(
    'Sqrt',
    squares.reduce((total, square) => op('Add', total, square)),
  );
  main.output(norm, gradientNormName, []);
  const clipped = clippedBy(main, norm, gradientClip);
  const update = updateOf(main, optimizer);
  return weights.map(({ name, dims }, k) => {
    const remembered = Array.from({ length: update.moments }, (_, j) => main.input(momentName(name, j), dims));
    const { weight, moments } = update.step(name, clipped(gradients[k]!), remembered);
    return {
      ...{ given: name, moved: main.output(weight, `next ${name}`, dims), dims, penalty: penalties[k]! },
      moments: moments.map((moment, j) => {
        const given = remembered[j]!;
        return { given, moved: main.output(moment, `next ${given}`, dims) };
      }),
    };
  });
}

const momentName = (weight: string, k: number): string => `moment${k + 1} ${weight}`;

/** g ↦ g · min(1, limit / ‖g‖), written so that a norm which is not a number leaves gradients as they are. */
function clippedBy(main: Main, norm: string, limit: number | null): (gradient: string) => string {
  if (limit === null) return (gradient) => gradient;
  const isLong = main.apply('Greater', [norm, main.constant(limit)]);
  const factor = main.apply('Where', [isLong, main.apply('Div', [main.constant(limit), norm]), main.constant(1)]);
  return (gradient) => main.apply('Mul', [gradient, factor]);
}

/** How one tensor moves; all moves of a graph share the inputs that `stepScalars` gives. */
interface Update {
  /** How many moments there are of each weight. */
  readonly moments: number;
  readonly step: (
    weight: string,
    gradient: string,
    moments: readonly string[],
  ) => { readonly weight: string; readonly moments: readonly string[] };
}

function updateOf(main: Main, optimizer: OptimizerOptions): Update {
  const op = (operator: string, ...inputs: string[]): string => main.apply(operator, inputs);
  const times = (number: number, tensor: string): string => op('Mul', main.constant(number), tensor);
  const scalar = (name: StepScalar): string => main.once(`scalar ${name}`, () => main.input(name, []));
  /** g + λ w */
  const decayed = (gradient: string, weight: string): string =>
    optimizer.weightDecay === 0 ? gradient : op('Add', gradient, times(optimizer.weightDecay, weight));
  if (optimizer.kind === 'sgd') {
    return {
      moments: 0,
      step: (w, g) => ({ weight: op('Sub', w, op('Mul', scalar('rate'), decayed(g, w))), moments: [] }),
    };
  }
  if (optimizer.kind === 'momentum') {
    return {
      moments: 1,
      step: (w, g, [v]) => {
        const velocity = op('Add', times(optimizer.momentum, v!), decayed(g, w));
        return { weight: op('Sub', w, op('Mul', scalar('rate'), velocity)), moments: [velocity] };
      },
    };
  }
  const { kind, beta1, beta2, epsilon } = optimizer;
  return {
    moments: 2,
    step: (w, g, [m, s]) => {
      const gradient = kind === 'adam' ? decayed(g, w) : g;
      const kept = kind === 'adamw' ? op('Mul', scalar('kept'), w) : w;
      const mean = op('Add', times(beta1, m!), times(1 - beta1, gradient));
      const square = op('Add', times(beta2, s!), times(1 - beta2, op('Mul', gradient, gradient)));
      const spread = op('Add', op('Mul', op('Sqrt', square), scalar('correction')), main.constant(epsilon));
      const weight = op('Sub', kept, op('Div', op('Mul', scalar('scale'), mean), spread));
      return { weight, moments: [mean, square] };
    },
  };
}

/** `rate`: η; `scale`: η / (1 − β₁ᵗ); `correction`: 1 / √(1 − β₂ᵗ); `kept`: 1 − η λ. */
type StepScalar = 'rate' | 'scale' | 'correction' | 'kept';

/** The inputs of a graph with an optimizer that depend on the step, which is counted from 1. */
export function stepScalars(optimizer: OptimizerOptions, step: number, rate: number): Readonly<Record<string, number>> {
  if (optimizer.kind === 'sgd' || optimizer.kind === 'momentum') return { rate };
  const { kind, beta1, beta2, weightDecay } = optimizer;
  const scalars = { scale: rate / (1 - beta1 ** step), correction: 1 / Math.sqrt(1 - beta2 ** step) };
  return kind === 'adamw' ? { ...scalars, kept: 1 - rate * weightDecay } : scalars;
}
