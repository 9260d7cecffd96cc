import type { CheckpointRequest } from '../../../src/core/cells/checkpointRequest';
import { cellNames } from '../../../src/core/cells/cells';
import { stack, type StackRequest } from '../../../src/core/cells/stack';
import { Problem } from '../../../src/core/problem';
import { cellVariants, variantsOf } from '../core/interpret/cellVariants';
import { seedOf } from '../core/interpret/randomNumbers';

const shapes: readonly Partial<StackRequest>[] = [
  { layers: 2 },
  { layers: 2, residual: true, readout: null },
  { layers: 1, bidirectional: true, readoutSteps: 'every' },
  { layers: 1, bidirectional: true, readoutSteps: 'mean' },
  { layers: 2, bidirectional: true },
  { layers: 2, bidirectional: true, residual: true },
];

/** Every cell with every option as one layer, and every cell as each kind of stack that it comes in. */
export const newCheckpointCases: readonly CheckpointRequest[] = [
  ...cellVariants.map(({ name, options, inputSize, hiddenSize }) =>
    requestOf({ cell: name, options, inputSize, hiddenSize }),
  ),
  ...cellNames.flatMap((cell) => {
    const { options, inputSize, hiddenSize } = variantsOf(cell)[0]!;
    return shapes.map((shape) => requestOf({ cell, options, inputSize, hiddenSize, ...shape })).filter(isPossible);
  }),
];

export function titleOfRequest(asked: CheckpointRequest): string {
  const { cell, options, inputSize, hiddenSize, layers, ...request } = asked;
  return [
    `${cell} ${JSON.stringify(options)} ${inputSize} → ${hiddenSize}`,
    ...(layers > 1 ? [`${layers} layers`] : []),
    ...(request.bidirectional ? ['bidirectional'] : []),
    ...(request.residual ? ['residual'] : []),
    request.readout === null ? 'no readout' : `reads ${request.readoutSteps}`,
  ].join(', ');
}

function requestOf(
  changes: Pick<StackRequest, 'cell' | 'options' | 'inputSize' | 'hiddenSize'> & Partial<StackRequest>,
): CheckpointRequest {
  const request: CheckpointRequest = {
    ...{ layers: 1, bidirectional: false, residual: false, readout: 3, readoutSteps: 'last', seed: 0 },
    ...changes,
  };
  return { ...request, seed: seedOf(titleOfRequest(request)) };
}

/** Some cells come in fewer kinds of stacks than others, which `stack` says. */
function isPossible(request: CheckpointRequest): boolean {
  try {
    stack(request);
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}
