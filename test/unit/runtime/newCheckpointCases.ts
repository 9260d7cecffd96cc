import type { CheckpointRequest } from '../../../src/core/cells/checkpointRequest';
import { cellNames } from '../../../src/core/cells/cells';
import { stack, type StackRequest } from '../../../src/core/cells/stack';
import { Problem } from '../../../src/core/problem';
import { cellVariants, variantsOf } from '../core/interpret/cellVariants';

const shapes: readonly Partial<StackRequest>[] = [
  { layers: 2 },
  { layers: 2, residual: true, readout: null },
  { layers: 1, bidirectional: true, readoutSteps: 'every' },
  { layers: 2, bidirectional: true },
];

/** Every cell with every option as one layer, and every cell as each kind of stack that it comes in. */
export const newCheckpointCases: readonly CheckpointRequest[] = [
  ...cellVariants.map(({ name, options, inputSize, hiddenSize }, k) => requestOf({ cell: name, options, inputSize, hiddenSize }, k)), // prettier-ignore
  ...cellNames.flatMap((cell, k) => {
    const { options, inputSize, hiddenSize } = variantsOf(cell)[0]!;
    return shapes.map((shape) => requestOf({ cell, options, inputSize, hiddenSize, ...shape }, k)).filter(isPossible);
  }),
];

export const titleOfRequest = ({
  cell,
  options,
  inputSize,
  hiddenSize,
  layers,
  ...request
}: CheckpointRequest): string =>
  [
    `${cell} ${JSON.stringify(options)} ${inputSize} → ${hiddenSize}`,
    ...(layers > 1 ? [`${layers} layers`] : []),
    ...(request.bidirectional ? ['bidirectional'] : []),
    ...(request.residual ? ['residual'] : []),
    request.readout === null ? 'no readout' : `reads ${request.readoutSteps}`,
  ].join(', ');

function requestOf(
  changes: Pick<StackRequest, 'cell' | 'options' | 'inputSize' | 'hiddenSize'> & Partial<StackRequest>,
  seed: number,
): CheckpointRequest {
  return { layers: 1, bidirectional: false, residual: false, readout: 3, readoutSteps: 'last', seed, ...changes };
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
