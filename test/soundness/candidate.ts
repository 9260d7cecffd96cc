import type { RegressionQuantity } from '../../src/core/report';
import { centredOn } from '../../src/core/analysis/centred';
import { measureNetwork, type MeasuredNetwork } from '../../src/core/analysis/measureNetwork';
import type { Reference } from '../../src/core/bounds/boundQuestion';
import { binaryMargin, margin } from '../../src/core/bounds/margins/margins';
import type { Network } from '../../src/core/cells/network';
import type { CheckpointRequest } from '../../src/core/cells/checkpointRequest';
import { stack } from '../../src/core/cells/stack';
import type { Checkpoint } from '../../src/core/checkpoint';
import { withNetworkWeights } from '../../src/core/checkpointNetwork';
import { evaluateNetwork } from '../../src/core/interpret/evaluateNetwork';
import { readOnnx } from '../../src/formats/onnx/readOnnx';
import { newCheckpoint } from '../../src/runtime/newCheckpoint';
import { lengthOf, type Population } from './population';

/** An architecture as a network of the calculus and as the checkpoint that a file of it would be. */
export interface Architecture {
  readonly network: Network;
  readonly checkpoint: Checkpoint;
}

export function architecture(
  request: Partial<CheckpointRequest> & Pick<CheckpointRequest, 'cell' | 'inputSize' | 'hiddenSize'>,
): Architecture {
  const whole: CheckpointRequest = {
    ...{ options: {}, layers: 1, bidirectional: false, residual: false, readout: 1, readoutSteps: 'last', seed: 1 },
    ...request,
  };
  const { checkpoint } = readOnnx(newCheckpoint(whole).bytes, 'simulated.onnx', () => {
    throw new Error('A small network has no weights beside its file.');
  });
  return { network: stack(whole), checkpoint: { ...checkpoint, sha256: '' } };
}

export type Weights = ReadonlyMap<string, Float64Array>;

/** A network with weights: what it answers to every sequence of a population, and how large it is. */
export interface Candidate {
  readonly checkpoint: Checkpoint;
  readonly measured: MeasuredNetwork;
  /** [steps of the readout, sequences, outputs]. */
  readonly scores: Float64Array;
  readonly outputs: number;
  readonly weights: Weights;
}

export async function candidate(
  { network, checkpoint }: Architecture,
  weights: Weights,
  from: Population,
): Promise<Candidate> {
  const own = withNetworkWeights(checkpoint, weights);
  const scores = scoresOf(network, weights, from);
  return { checkpoint: own, measured: await measureNetwork(own), scores, outputs: network.readout!.outputs, weights };
}

/** What a network answers to every sequence of a population, [steps of the readout, sequences, outputs]. */
export function scoresOf(network: Network, weights: Weights, from: Population): Float64Array {
  return evaluateNetwork(network, weights, timeMajor(from)).scores!;
}

/** All sequences of a population, [steps, sequences, input size]. */
export function timeMajor(from: Population): {
  input: Float64Array;
  steps: number;
  batch: number;
  lengths: Int32Array;
} {
  const { sequences, steps, inputSize } = from;
  const batch = sequences.length;
  const input = new Float64Array(steps * batch * inputSize);
  for (const [k, values] of sequences.entries()) {
    for (let t = 0; t * inputSize < values.length; t++) {
      input.set(values.subarray(t * inputSize, (t + 1) * inputSize), (t * batch + k) * inputSize);
    }
  }
  return { input, steps, batch, lengths: Int32Array.from(sequences, (_, k) => lengthOf(from, k)) };
}

/** Where the radii of one candidate are measured from, if they are measured from another. */
export async function reference(own: Candidate, origin: Candidate): Promise<Reference> {
  const { start, distance } = centredOn(own.checkpoint, origin.checkpoint);
  return {
    file: 'reference.onnx',
    start: { checkpoint: start, measured: origin.measured },
    distance: { checkpoint: distance, measured: await measureNetwork(distance) },
  };
}

/** The score of one sequence at the step of one of its labels. */
export function scoreAt(
  { scores, outputs }: Pick<Candidate, 'scores' | 'outputs'>,
  from: Population,
  sequence: number,
  step: number,
): Float64Array {
  const row = (from.everyStep ? step * from.sequences.length : 0) + sequence;
  return scores.subarray(row * outputs, (row + 1) * outputs);
}

/** A loss of an answer: whether its margin is at most γ, or how far it is from a label that is a number. */
export type Loss = { readonly margin: number } | RegressionQuantity;

/** For every outcome, the mean loss over its labels. */
export function losses(own: Pick<Candidate, 'scores' | 'outputs'>, from: Population, loss: Loss): Float64Array {
  return Float64Array.from(from.outcomes, ({ sequence, labels }) => {
    let total = 0;
    for (const [t, label] of labels.entries()) {
      const scores = scoreAt(own, from, sequence, t);
      total += 'margin' in loss ? marginLoss(scores, label, loss.margin) : distanceLoss(scores[0]! - label, loss);
    }
    return total / labels.length;
  });
}

function marginLoss(scores: Float64Array, label: number, gamma: number): number {
  const value = scores.length === 1 ? binaryMargin(scores[0]!, label) : margin(scores, label);
  return value > gamma ? 0 : 1;
}

/** Of one score, whatever the norm. */
function distanceLoss(difference: number, { kind, scale }: RegressionQuantity): number {
  const share = Math.abs(difference) / scale;
  if (kind === 'exceedance') return share > 1 ? 1 : 0;
  return Math.min(1, kind === 'absolute' ? share : share ** 2);
}
