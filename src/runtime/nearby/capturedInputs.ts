import type { Checkpoint } from '../../core/checkpoint';
import type { Sequences } from '../../core/sequences';
import type { LoadedCheckpoint } from '../../formats/loadedCheckpoint';
import { planBatches } from '../batches';
import { createOnnxRunner } from '../onnx/onnxRunner';
import { createTfjsRunner } from '../tfjs/tfjsRunner';

/** What the recurrent part of a model reads for every sequence. */
export interface CapturedInputs {
  readonly width: number;
  /** How many steps it takes for each sequence. */
  readonly lengths: Int32Array;
  /** Of each sequence, [steps, width]. */
  readonly sequences: readonly Float32Array[];
}

/**
 * Runs the model once and keeps what the layer `layer` of the checkpoint reads; or says why that cannot be had.
 *
 * @throws Problem when the sequences do not fit the model's inputs, or the runtime refuses the model.
 */
export async function capturedInputs(
  loaded: LoadedCheckpoint,
  sequences: Sequences,
  { layer, clip, progress }: { layer: number; clip: number | null; progress: (phase: string) => void },
): Promise<CapturedInputs | string> {
  const { checkpoint } = loaded;
  const plan = planBatches(checkpoint.inputs, sequences, { file: checkpoint.file, clip, numbersPerStep: 1 });
  const runner =
    loaded.program.kind === 'onnx' ? await createOnnxRunner(loaded, null) : await createTfjsRunner(loaded, null);
  const read = new Array<Float32Array>(sequences.count);
  const lengths = new Int32Array(sequences.count);
  let width = 0;
  try {
    let done = 0;
    for (const batch of plan.batches) {
      progress(`Reading what the layers read (${done} of ${sequences.count} sequences)`);
      const run = (await runner.run(batch.inputs)).layers[layer];
      if (!run || run.batch !== batch.sequences.length + batch.copies) return notSeen(checkpoint, layer);
      width = run.input.length / (run.steps * run.batch);
      for (const [b, sequence] of batch.sequences.entries()) {
        const steps = run.lengths?.[b] ?? run.steps;
        const own = new Float32Array(steps * width);
        for (let step = 0; step < steps; step++) {
          const from = (step * run.batch + b) * width;
          own.set(run.input.subarray(from, from + width), step * width);
        }
        read[sequence] = own;
        lengths[sequence] = steps;
      }
      done += batch.sequences.length;
    }
  } finally {
    await runner.dispose();
  }
  return { width, lengths, sequences: read };
}

const notSeen = ({ layers }: Checkpoint, layer: number): string =>
  `What the layer ${layers[layer]!.name} reads could not be observed sequence by sequence, so networks near the checkpoint cannot be run on it.`;
