import type { StackRequest } from './stack';

/** An untrained network to be written. */
export interface CheckpointRequest extends StackRequest {
  /** Of the random numbers: a whole number from 0 to 2⁵³ − 1. The same request makes the same file. */
  readonly seed: number;
}

/** What a new checkpoint is called unless it is named: `irc-lstm-8x16.onnx`. */
export const defaultFileName = ({ cell, inputSize, hiddenSize }: CheckpointRequest): string =>
  `${cell}-${inputSize}x${hiddenSize}.onnx`;
