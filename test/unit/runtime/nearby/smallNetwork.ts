import { cellNamed } from '../../../../src/core/cells/cells';
import type { Network } from '../../../../src/core/cells/network';
import { networkGraph } from '../../../../src/runtime/graph/networkGraph';
import { trialBatches } from '../../../../src/runtime/nearby/trialBatches';
import type { TrialSetup } from '../../../../src/runtime/nearby/trialSetup';

/** A vanilla network with its sequences. */
export interface SmallNetwork {
  /** W, U, b of the layer, V and c, row by row. */
  readonly weights: ReadonlyMap<string, Float64Array>;
  readonly outputs: number;
  /** [steps][width] of each sequence. */
  readonly sequences: readonly (readonly (readonly number[])[])[];
  /** [sequences, steps], or one a sequence. */
  readonly labels: readonly (readonly number[])[];
  readonly everyStep: boolean;
}

/** The network with its weights as inputs, on its sequences. */
export function smallSetup({ weights, outputs, sequences, labels, everyStep }: SmallNetwork): TrialSetup {
  const inputSize = sequences[0]![0]!.length;
  const hiddenSize = weights.get('layer1.b')!.length;
  const network: Network = {
    inputSize,
    layers: [
      {
        ...{ name: 'layer1', cell: cellNamed('vanilla'), inputSize, hiddenSize },
        ...{ direction: 'forward', reads: 'input', residual: false },
      },
    ],
    readout: { layers: [0], steps: everyStep ? 'every' : 'last', outputs, bias: true },
  };
  const batches = trialBatches({
    width: inputSize,
    sequences: sequences.map((steps) => Float32Array.from(steps.flat())),
    members: sequences.map((_, k) => k),
    labels: { kind: 'classes', steps: labels[0]!.length, values: Int32Array.from(labels.flat()) },
    answered: Int32Array.from(sequences, (steps) => steps.length),
    // So that there are several batches.
    numbersPerStep: 2 ** 14,
  });
  const { model } = networkGraph(network, new Map(), {
    ...{ parameters: 'inputs', elements: 'float32', initialStates: 'zero' },
    masked: batches.some(({ mask }) => mask !== null),
  });
  return {
    ...{ model, batches, outputs, scoresEveryStep: everyStep, labelSteps: labels[0]!.length },
    blocks: [...weights].map(([name, values]) => ({ name, values, start: null })),
  };
}
