import { checkpointNetwork } from '../core/checkpointNetwork';
import { chosenSequences } from '../core/chosenSequences';
import { Problem } from '../core/problem';
import type { Sequences } from '../core/sequences';
import type { LoadedCheckpoint } from '../formats/loadedCheckpoint';
import { planBatches } from './batches';
import { mostCaptured, tooMuch } from './captureLimit';
import { givenInputs } from './givenInputs';
import type { LayerRun } from './modelRunner';
import { numbersPerStep } from './numbersPerStep';
import { openRunner } from './openRunner';

/** What the recurrent layers of a checkpoint read from outside, sequence by sequence. */
export interface NetworkInputs {
  /** How many numbers they read at each step. */
  readonly width: number;
  /** The numbers of each sequence [steps, width], as many steps as the layers take. */
  readonly sequences: readonly Float32Array[];
  /** How many of the first steps of each sequence are not padding. A model with a fixed number of steps reads padding too. */
  readonly lengths: Int32Array;
}

export interface CaptureOptions {
  /** Coordinates of the sequences are clipped to [−clip, clip] before the model reads them; null: not at all. */
  readonly clip: number | null;
  /** Which sequences are wanted, in this order, none twice; null: all of them. */
  readonly members: readonly number[] | null;
  readonly progress: (phase: string) => void;
}

/**
 * What the network of a checkpoint (`checkpointNetwork`) reads on the user's sequences. Where the first layers read an input of
 * the model as it is, nothing is run; otherwise the user's own model runs once, and what arrives at the layers is kept.
 *
 * @throws Problem where the checkpoint is no such network, the model cannot be run, or there is not room for its inputs.
 */
export async function captureInputs(
  loaded: LoadedCheckpoint,
  all: Sequences,
  { clip, members, progress }: CaptureOptions,
): Promise<NetworkInputs> {
  const { checkpoint } = loaded;
  const found = checkpointNetwork(checkpoint);
  if (typeof found === 'string')
    throw new Problem(`${checkpoint.file} cannot be run as a network of its own. ${found}`);
  const width = found.network.inputSize;
  const sequences = members ? chosenSequences(all, members) : all;
  const given = givenInputs(loaded, found, sequences, clip);
  if (given) return { width, ...given };

  const { file, inputs, layers } = checkpoint;
  const notes: string[] = [];
  const plan = planBatches(inputs, sequences, { file, clip, numbersPerStep: numbersPerStep(layers) });
  const runner = await openRunner(loaded, null, notes);
  if (runner === null) throw new Problem(notes.join(' '));
  const first = layers[found.layers[0]!]!;
  const kept = new Array<Float32Array>(sequences.count);
  const lengths = new Int32Array(sequences.count);
  let room = mostCaptured;
  let done = 0;
  try {
    for (const batch of plan.batches) {
      progress(`Running the layers in front (${done} of ${sequences.count} sequences)`);
      const run = await runner.run(batch.inputs);
      for (const k of found.layers) {
        if (run.layers[k]?.initialStates && layers[k]!.initialState !== 'learned')
          throw new Problem(`The layer ${layers[k]!.name} starts from states that the model is given, so it cannot be run without the model. Leave them out of the data.`); // prettier-ignore
      }
      const seen = run.layers[found.layers[0]!];
      if (!seen) throw new Problem(`What the layer ${first.name} reads could not be observed, so it cannot be run without the model.`); // prettier-ignore
      if (seen.batch !== batch.sequences.length + batch.copies)
        throw new Problem(`The layer ${first.name} reads ${seen.batch} sequences where the model is given ${batch.sequences.length + batch.copies}, so they cannot be told apart.`); // prettier-ignore
      for (const [b, sequence] of batch.sequences.entries()) {
        const steps = seen.lengths?.[b] ?? seen.steps;
        room -= steps * width;
        if (room < 0) throw tooMuch(file, sequences.count);
        kept[sequence] = columnOf(seen, b, steps, width);
        // A front end that joins steps, such as a strided convolution, leaves no padding that could be told from steps.
        lengths[sequence] = seen.steps === batch.steps ? Math.min(steps, plan.lengths[sequence]!) : steps;
      }
      done += batch.sequences.length;
    }
  } finally {
    await runner.dispose();
  }
  return { width, sequences: kept, lengths };
}

/** One sequence of [steps, batch, width]. */
function columnOf({ input, batch }: LayerRun, b: number, steps: number, width: number): Float32Array {
  const column = new Float32Array(steps * width);
  for (let step = 0; step < steps; step++)
    column.set(input.subarray((step * batch + b) * width, (step * batch + b + 1) * width), step * width);
  return column;
}
