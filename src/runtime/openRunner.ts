import { Problem } from '../core/problem';
import type { LoadedCheckpoint } from '../formats/loadedCheckpoint';
import type { ModelRunner } from './modelRunner';
import { createOnnxRunner } from './onnx/onnxRunner';
import { createEvaluateRunner } from './tfjs/evaluateRunner';
import { createTfjsRunner } from './tfjs/tfjsRunner';

/**
 * Opens the user's own model in the runtime of its format. What a runtime refuses is told in `notes`; then a model of
 * TensorFlow.js is followed in float64 instead, and there is nothing else to run an ONNX model with: null.
 */
export async function openRunner(
  loaded: LoadedCheckpoint,
  scoresOutput: string | null,
  notes: string[],
): Promise<ModelRunner | null> {
  const isOnnx = loaded.program.kind === 'onnx';
  try {
    return isOnnx ? await createOnnxRunner(loaded, scoresOutput) : await createTfjsRunner(loaded, scoresOutput);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    notes.push(error.message);
  }
  return isOnnx ? null : createEvaluateRunner(loaded, scoresOutput);
}
