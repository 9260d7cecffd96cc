import { roots } from '../../core/cells/cell';
import { inOrder, sum, type Expression } from '../../core/cells/language';
import { networkInput, networkSizes, placedLayers, type Network } from '../../core/cells/network';
import { Problem } from '../../core/problem';
import { initialName } from './forwardGraph';
import type { LossName } from './losses';
import { Main, type LoopForm } from './main';
import { stepPositions } from './stepPositions';
import { trainedWeights, type TrainedWeight } from './trainedWeights';
import { addTrainingLayer, type TrainingLayer } from './trainingLayer';
import { addTrainingReadout } from './trainingReadout';
import { addWeightGradients } from './weightGradients';

export interface TrainingOptions {
  readonly loss: LossName;
  /** Labels from 0 on, for a cross-entropy; or as many numbers as the readout has outputs. */
  readonly targets: 'labels' | 'values';
  readonly elements: 'float32' | 'float64';
  /** @default 'scan' */
  readonly form?: LoopForm;
  /** Whether sequences have different lengths, which are an input then. @default false */
  readonly lengths?: boolean;
  /**
   * What the states begin with: zero, or inputs; then the states after the last step come out too, for whoever cuts a long
   * sequence into pieces, and so do the gradients of the initial ones. @default 'zero'
   */
  readonly states?: 'zero' | 'given';
  /** Whether the gradient of the input sequence comes out. @default false */
  readonly inputGradient?: boolean;
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
  /** None where the states begin with zero. */
  readonly states: readonly TrainedState[];
}

/**
 * A model that computes the loss of a network on sequences X [steps, batch, input size], and how it moves with every weight.
 * Inputs are all weights; the targets Y, which are labels [steps, batch] in int32 or values [steps, batch, outputs]; how
 * much each answer counts, `counts` [steps, batch], zero for padding; and on request `lengths` [batch] in int32 and initial
 * states. With a readout after the last step there is one answer for each sequence, and targets and counts have no steps.
 * Outputs are `loss`, the mean over what counts, the gradients, and on request states and the gradient of the input, `d X`.
 */
export function trainingGraph(network: Network, options: TrainingOptions): TrainingGraph {
  const { lengths = false, states = 'zero', inputGradient = false } = options;
  const { readout } = network;
  if (!readout) throw new Problem('A network without a readout has no scores to train: give it a readout.');
  if (options.targets === 'labels' && options.loss !== 'crossEntropy') {
    throw new Problem('A squared error compares scores with values: labels are for a cross-entropy.');
  }
  const { elements, form } = options;
  const main = new Main({
    ...{ sizes: networkSizes(network), weights: new Map(), elements, parameters: 'inputs' },
    ...(form && { form }),
  });
  main.set([networkInput], main.flat(main.sequence, main.width([networkInput])));
  const positions = stepPositions(main, lengths);
  const areGiven = states === 'given';
  const placed = placedLayers(network);
  const layers = placed.map((each) => {
    // Padding comes after a sequence: forwards it reaches nothing that counts but the states after the last step.
    const areHeld = lengths && (areGiven || each.layer.direction === 'reverse');
    return addTrainingLayer(main, each, positions, { areHeld, areGiven });
  });
  const read = readout.layers.map((k) => placed[k]!);
  const { loss, scores, ...judged } = addTrainingReadout(main, readout, read, positions, options);
  main.output(loss, 'loss', []);

  const gradients = new Map(addWeightGradients(main, judged.adjoint, [scores]));
  const cotangents = new Map<Expression, Expression[]>();
  const give = (to: Expression, d: Expression | undefined): void => {
    if (d) cotangents.set(to, [...(cotangents.get(to) ?? []), d]);
  };
  for (const each of read) give(each.handedOn, judged.of(each));
  const initial = layers.toReversed().flatMap((layer) => {
    const given = cotangents.get(layer.handedOn);
    const way = given && layer.back(given);
    if (way) for (const e of inOrder([layer.reads])) give(e, way.of(e));
    if (way)
      for (const [name, tensor] of addWeightGradients(main, way.adjoint, roots(layer.cell)))
        gradients.set(name, tensor);
    return areGiven ? trainedStates(main, layer, way?.initialStates) : [];
  });
  const weights = trainedWeights(main, [...layers.flatMap(({ cell }) => roots(cell)), scores], gradients);
  if (inputGradient) {
    const given = cotangents.get(networkInput);
    const width = main.width([networkInput]);
    const gradient = given
      ? main.steps(main.value(sum(given)), width)
      : main.apply('Mul', [main.sequence, main.constant(0)]);
    main.output(gradient, 'd X', ['steps', 'batch', width]);
  }
  return { model: main.encode(), weights, states: initial };
}

function trainedStates(main: Main, { cell, finals }: TrainingLayer, gradients?: readonly string[]): TrainedState[] {
  return cell.states.map(({ name, before }, k) => {
    const width = main.width([before]);
    const initial = initialName(name);
    const gradient = main.output(gradients?.[k] ?? main.zeros(width), `d ${initial}`, ['batch', width]);
    return { name: main.output(finals[k]!, name, ['batch', width]), width, initial, gradient };
  });
}
