import { roots } from '../../core/cells/cell';
import { inOrder, sum, type Expression } from '../../core/cells/language';
import { networkInput, networkSizes, type Network } from '../../core/cells/network';
import { Problem } from '../../core/problem';
import { initialName } from './forwardGraph';
import { Main, type LoopForm } from './main';
import { handedOnLast, readoutScores, runLayers, type RunLayer } from './networkLayers';
import { addOptimizer, type MovedWeight, type OptimizerGraphOptions } from './optimizerGraph';
import { trainedWeights, type TrainedWeight } from './trainedWeights';
import { addTrainingLoss, type TrainingLoss } from './trainingLoss';
import { addWayBack } from './wayBack';
import { addWeightGradients } from './weightGradients';

export interface TrainingOptions extends TrainingLoss {
  readonly elements: 'float32' | 'float64';
  /** @default 'scan' */
  readonly form?: LoopForm;
  /** Whether there is an input `mask`, [steps, batch, 1], with 0 where there is padding. @default false */
  readonly masked?: boolean;
  /**
   * What the states begin with: zero, or inputs; then the states after the last step come out too, for whoever cuts a long
   * sequence into pieces, and so do the gradients of the initial ones. @default 'zero'
   */
  readonly initialStates?: 'zero' | 'inputs';
  /** Whether the gradient of the input sequence comes out, `d X`. @default false */
  readonly inputGradient?: boolean;
  /** Whether there are the inputs that `dropoutMasks` names. @default false */
  readonly dropout?: boolean;
  /** The optimizer whose step the graph takes itself; null: the gradients of the weights come out. @default null */
  readonly moves?: OptimizerGraphOptions | null;
}

/** A state of a network in a graph that is given what it begins with. */
export interface TrainedState {
  /** Its name in the network, `layer1.h`; that of the output that holds it after the last step, [batch, width]. */
  readonly name: string;
  readonly width: number;
  /** The input that it begins with, [batch, width]. */
  readonly initial: string;
  /** The output that holds the gradient of `initial`. */
  readonly gradient: string;
}

export interface TrainingGraph {
  /** An ONNX model. */
  readonly model: Uint8Array;
  readonly weights: readonly TrainedWeight[];
  /** The same weights, where the graph moves them itself, and else none. */
  readonly moved: readonly MovedWeight[];
  /** None where the states begin with zero. */
  readonly states: readonly TrainedState[];
}

/**
 * A model that computes the loss of a network on sequences X [steps, batch, input size], and how it moves with every weight.
 * Inputs are all weights; the targets Y, which are labels [steps, batch] in int32 or values [steps, batch, outputs]; how
 * much each answer counts, `counts` [steps, batch], zero for padding; and on request `mask` [steps, batch, 1], zero for
 * padding, and initial states. With a readout after the last step there is one answer for each sequence, and targets and
 * counts have no steps. Outputs are `loss`, the mean over what counts, the gradients (or the weights after a step, see
 * `addOptimizer`), and on request states and `d X`.
 *
 * @throws Problem where there is nothing to train, or layers do not fit together.
 */
export function trainingGraph(network: Network, options: TrainingOptions): TrainingGraph {
  const {
    masked = false,
    initialStates = 'zero',
    inputGradient = false,
    elements,
    form = 'scan',
    moves = null,
  } = options;
  const { readout } = network;
  if (!readout) throw new Problem('A network without a readout has no scores to train: give it a readout.');
  if (options.targets === 'labels' && options.loss === 'squaredError') {
    throw new Problem('A squared error compares scores with values: labels are for a cross-entropy.');
  }
  if (options.loss === 'binaryCrossEntropy' && readout.outputs !== 1) {
    throw new Problem(`A binary cross-entropy is about one score, and the readout has ${readout.outputs}.`);
  }
  const main = new Main({ sizes: networkSizes(network), weights: new Map(), elements, form, parameters: 'inputs' });
  const layers = runLayers(main, network, { initialStates, masked, dropout: options.dropout ?? false });
  const scores = readoutScores(main, network, layers)!;
  const { loss, adjoint } = addTrainingLoss(main, readout, scores, options);
  main.output(loss, 'loss', []);

  const gradients = new Map(addWeightGradients(main, adjoint, [scores]));
  const cotangents = new Map<Expression, Expression[]>();
  const give = (to: Expression, d: Expression | undefined): void => {
    if (d) cotangents.set(to, [...(cotangents.get(to) ?? []), d]);
  };
  for (const e of inOrder([scores])) if (e.operation === 'variable') give(e, adjoint.of(e));
  const states = layers.toReversed().flatMap((layer) => {
    const { placed, cell } = layer;
    const last = cotangents.get(handedOnLast(placed));
    const everyStep = cotangents.get(placed.handedOn) ?? [];
    const way =
      last || everyStep.length > 0
        ? addWayBack(main, layer, { everyStep, last: last ? main.value(sum(last)) : null })
        : null;
    if (way) {
      for (const e of inOrder([layer.reads])) give(e, way.of(e));
      for (const [name, tensor] of addWeightGradients(main, way.adjoint, roots(cell))) gradients.set(name, tensor);
    }
    return initialStates === 'inputs' ? trainedStates(main, layer, way?.initialStates ?? null) : [];
  });
  const weights = trainedWeights(
    main,
    [...layers.flatMap(({ cell }) => roots(cell)), scores],
    gradients,
    moves ? 'inside' : 'outputs',
  );
  const moved = moves ? addOptimizer(main, weights, moves) : [];
  if (inputGradient) addInputGradient(main, cotangents.get(networkInput));
  return { model: main.encode(), weights, moved, states };
}

function trainedStates(
  main: Main,
  { placed, loop }: RunLayer,
  gradients: readonly string[] | null,
): readonly TrainedState[] {
  return placed.cell.states.map(({ name, before }, k) => {
    const width = main.width([before]);
    const initial = initialName(name);
    const gradient = main.output(gradients?.[k] ?? main.zeros(width), `d ${initial}`, ['batch', width]);
    return { name: main.output(loop.finals[k]!, name, ['batch', width]), width, initial, gradient };
  });
}

function addInputGradient(main: Main, cotangents: readonly Expression[] | undefined): void {
  const width = main.width([networkInput]);
  const gradient = cotangents
    ? main.steps(main.value(sum(cotangents)), width)
    : main.apply('Mul', [main.sequence, main.constant(0)]);
  main.output(gradient, 'd X', [main.length, 'batch', width]);
}
