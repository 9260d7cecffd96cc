import { concat, linear, variable, vector, type Expression } from '../../core/cells/language';
import { placedName, type NetworkReadout, type PlacedLayer } from '../../core/cells/network';
import { differentiate, type Adjoint } from '../../core/interpret/differentiate';
import { addLoss, oneHot, type LossName } from './losses';
import type { Main } from './main';
import { tensorTypes } from './modelFile';
import type { StepPositions } from './stepPositions';

/** The readout of a training graph with its loss, and the way back to what it reads. */
export interface TrainingReadout {
  /** One number. */
  readonly loss: string;
  /** The expression of the scores, of whose weights the adjoint gives the gradients. */
  readonly scores: Expression;
  readonly adjoint: Adjoint;
  /** The cotangents, [steps · batch, width], of what the layers hand on that the readout reads. */
  readonly of: (layer: PlacedLayer) => Expression | undefined;
}

/** The inputs of a training graph that the scores are judged by. */
export const targetsName = 'Y';
export const countsName = 'counts';

/** The map of the readout; its shape is [outputs, width read]. */
const map = { name: 'V', from: 'read', to: 'scores', role: 'inner', structure: { kind: 'dense' } } as const;

export function addTrainingReadout(
  main: Main,
  { steps, outputs, bias }: NetworkReadout,
  read: readonly PlacedLayer[],
  positions: StepPositions,
  { loss: name, targets }: { readonly loss: LossName; readonly targets: 'labels' | 'values' },
): TrainingReadout {
  const isLast = steps === 'last';
  const seen = read.map(({ layer, handedOn }) => {
    if (!isLast) return handedOn;
    const last = variable(placedName(layer.name, 'last'), handedOn.size);
    main.set([last], positions.last(main.value(handedOn), main.width([handedOn]), layer.direction));
    return last;
  });
  // The readout is one more sentence of the language, so neither it nor its gradients need a rule of their own.
  const product = linear(map, concat('read', seen));
  const scores = bias ? product.plus(vector('c', 'scores')) : product;

  const answers = isLast ? ['batch'] : ['steps', 'batch'];
  const { loss, slope } = addLoss(main, name, outputs, {
    scores: main.value(scores),
    targets: targets === 'labels' ? labels(main, answers, outputs) : values(main, answers, outputs),
    counts: main.apply('Reshape', [main.input(countsName, answers), main.integers([-1, 1])]),
  });
  const cotangent = variable('d scores', 'scores');
  main.set([cotangent], slope);
  const adjoint = differentiate([[scores, cotangent]], main.sizes);
  const of = new Map<PlacedLayer, Expression>();
  for (const [k, placed] of read.entries()) {
    const d = adjoint.of(seen[k]!);
    if (d) of.set(placed, isLast ? everywhere(main, placed, d, positions) : d);
  }
  return { loss, scores, adjoint, of: (layer) => of.get(layer) };
}

/** A cotangent that only the last step has, at all steps. */
function everywhere(main: Main, { layer, handedOn }: PlacedLayer, d: Expression, positions: StepPositions): Expression {
  const spread = variable(`d ${placedName(layer.name, 'last')}`, handedOn.size);
  main.set([spread], positions.onlyLast(main.value(d), main.width([handedOn]), layer.direction));
  return spread;
}

function labels(main: Main, answers: readonly string[], outputs: number): string {
  const given = main.input(targetsName, answers, tensorTypes.int32);
  return oneHot(main, main.apply('Reshape', [given, main.integers([-1, 1])]), outputs);
}
const values = (main: Main, answers: readonly string[], outputs: number): string =>
  main.apply('Reshape', [main.input(targetsName, [...answers, outputs]), main.integers([-1, outputs])]);
