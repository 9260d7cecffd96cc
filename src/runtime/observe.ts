import type { Checkpoint } from '../core/checkpoint';
import { layersInUse } from '../core/layersInUse';
import type { Matrix } from '../core/linalg/matrix';
import type { Observations } from '../core/observations';
import { Problem } from '../core/problem';
import type { Sequences } from '../core/sequences';
import type { LoadedCheckpoint } from '../formats/loadedCheckpoint';
import { answersAlike } from './answersAlike';
import { createAgreementMeter } from './agreementOf';
import { planBatches, type Batch } from './batches';
import { clippingNote } from './clipping';
import { createNormTable, inputNorms } from './inputNorms';
import { openObservers, overflows, unseen } from './layerObserver';
import type { LayerRun } from './modelRunner';
import { isAsDescribed } from './onnx/isAsDescribed';
import { numbersPerStep } from './numbersPerStep';
import { openRunner } from './openRunner';
import { readoutScores } from './readoutScores';
import { createScoreTable } from './scoreTable';

export interface ObserveOptions {
  /** The model output that holds the scores; null: the one the readout ends in. */
  readonly scoresOutput: string | null;
  /** Coordinates of the sequences are clipped to [−clip, clip] before the model reads them; null: not at all. */
  readonly clip: number | null;
  readonly progress: (phase: string) => void;
}

/**
 * Runs the user's own model on the user's sequences, and each recurrent layer's own equations on what that layer read;
 * answers how well the two agree, with gate statistics, scores and the size of the inputs. Batch by batch, so that memory
 * does not grow with the number of sequences. What cannot be run is named in `notes` and left out.
 *
 * @throws Problem when the sequences do not fit the model's inputs.
 */
export async function observe(
  loaded: LoadedCheckpoint,
  sequences: Sequences,
  { scoresOutput, clip, progress }: ObserveOptions,
): Promise<Observations> {
  const { checkpoint } = loaded;
  const { file, layers } = checkpoint;
  requireOutput(checkpoint, scoresOutput);
  const plan = planBatches(checkpoint.inputs, sequences, { file, clip, numbersPerStep: numbersPerStep(layers) });
  const notes: string[] = [];
  const nothing = {
    lengths: plan.lengths,
    inputNorm: null,
    scores: null,
    gates: layers.map(() => []),
    agreement: null,
    readoutCompared: false,
    notes,
  };
  const runner = await openRunner(loaded, scoresOutput, notes);
  if (runner === null) return nothing;
  const observers = await openObservers(layers, notes);
  const agreement = createAgreementMeter();
  const scores = createScoreTable(sequences.count);
  const lengths = Int32Array.from(plan.lengths);
  const used = new Set(layersInUse(checkpoint));
  const { program } = loaded;
  const described = program.kind === 'onnx' ? program.described : undefined;
  const otherGraph = described !== undefined && program.kind === 'onnx' && !isAsDescribed(described, program.bytes);
  const norms = createNormTable(sequences.count);
  let readoutCompared = false;
  const statesGiven = checkpoint.inputs.some(
    ({ name, role }) => role === 'state' && (sequences.inputs.has(name) || sequences.fixed.has(name)),
  );
  /** Why the scores are not those of the network that was read; they are left out then. */
  const distrust = new Set<string>();
  let sizeAsked = 0;
  /** Scores that the sidecar takes from another output are not those of the readout. */
  const readsScores = scoresOutput === null || scoresOutput === checkpoint.readout?.output;
  try {
    let done = 0;
    for (const batch of plan.batches) {
      progress(`Running the model (${done} of ${sequences.count} sequences)`);
      const run = await runner.run(batch.inputs);
      scores.add(run.scores, batch);
      // A first batch of one sequence has no company, so the first of more is asked again too.
      if (run.scores !== null && (sizeAsked === 0 || (sizeAsked === 1 && batch.sequences.length > 1))) {
        sizeAsked = batch.sequences.length;
        if (!(await answersAlike(runner, checkpoint.inputs, sequences, batch, run.scores))) distrust.add(answersDiffer);
      }
      for (const [k, { name, initialState, learnedStates }] of layers.entries()) {
        const startsAtZero = initialState === 'zero' || (initialState === 'given' && !statesGiven);
        const started = run.layers[k];
        if (startsAtZero && started?.initialStates) distrust.add(startsElsewhere(name));
        if (learnedStates && started && !startsAsLearned(started, learnedStates)) distrust.add(startsOtherwise(name));
      }
      const seen = new Map<number, Seen>();
      const stepsRun = new Int32Array(batch.sequences.length);
      for (const [k, observer] of observers.entries()) {
        const layerRun = run.layers[k];
        if (!layerRun) continue;
        const counted = countedSteps(layerRun, batch, plan.lengths);
        if (used.has(k)) {
          // Padding that a layer reads counts: bounds need the size of everything that reaches the network.
          if (layers[k]!.input.kind !== 'layers') norms.add(inputNorms(layerRun, plan.padded ? null : counted), batch);
          // A front end that joins steps, such as a strided convolution, decides how many a layer reads.
          for (const [b, sequence] of batch.sequences.entries()) {
            const own = layerRun.steps === batch.steps ? plan.lengths[sequence]! : layerRun.steps;
            stepsRun[b] = Math.max(stepsRun[b]!, counted?.[b] ?? own);
          }
        }
        if (!observer) continue;
        seen.set(k, { run: layerRun, ...(await observer.see(layerRun, counted, agreement.compare)) });
      }
      for (const [b, sequence] of batch.sequences.entries()) if (stepsRun[b]! > 0) lengths[sequence] = stepsRun[b]!;
      const read = readsScores ? (checkpoint.readout?.layers ?? []).flatMap((k) => seen.get(k) ?? []) : [];
      if (run.scores !== null && read.length > 0) {
        const ours = readoutScores(checkpoint, read, run.scores);
        if (ours) agreement.compareScores(ours, run.scores, read[0]!.run.steps, soonest(read));
        readoutCompared = ours !== null;
      }
      done += batch.sequences.length;
    }
    if (clip !== null) notes.push(clippingNote(checkpoint.inputs, sequences, clip));
    if (plan.padded)
      notes.push(
        'The model fixes the number of steps, so it also read the padding behind shorter sequences; gate statistics leave it out.',
      );
    return {
      lengths,
      ...norms.finish(),
      scores: distrust.size > 0 ? null : scores.finish(),
      gates: observers.map((observer) => observer?.statistics() ?? []),
      agreement: agreement.finish(runner.peer),
      readoutCompared,
      otherGraph,
      notes: [...notes, ...distrust, ...unseen(layers, observers), ...overflows(layers, observers)],
    };
  } catch (error) {
    // The runtime's refusal of the model leaves the weights to be reported on; anything else is not ours to hide.
    if (!(error instanceof Problem) || norms.finish().inputNorm !== null) throw error;
    notes.push(error.message);
    return nothing;
  } finally {
    await runner.dispose();
    for (const observer of observers) await observer?.dispose();
  }
}

/** A layer's own equations in one batch. */
interface Seen {
  readonly run: LayerRun;
  readonly hidden: Float32Array;
  readonly beforeOverflow: Int32Array | null;
}

/** How many steps of each sequence no layer overflowed in; null: in all of them. */
function soonest(read: readonly Seen[]): Int32Array | null {
  const counts = read.flatMap(({ beforeOverflow }) => beforeOverflow ?? []);
  const [first, ...others] = counts;
  return first ? others.reduce((p, q) => p.map((steps, b) => Math.min(steps, q[b]!)), first) : null;
}

const answersDiffer =
  'The model answers differently for the same sequence when it is asked again beside others: it is random or mixes the sequences of a batch, so its scores are not used.';

/** Whether every sequence of a batch started from the states that were read. */
const startsAsLearned = ({ initialStates, batch }: LayerRun, learned: readonly Matrix[]): boolean =>
  learned.every(({ values }, k) => {
    const started = initialStates?.[k] ?? new Float32Array(batch * values.length);
    return started.every((value, place) => Math.abs(value - values[place % values.length]!) <= 1e-6);
  });

const startsOtherwise = (layer: string): string =>
  `The layer "${layer}" did not start from the states that the file was read to hold: the scores are not used.`;

const startsElsewhere = (layer: string): string =>
  `The layer "${layer}" did not start from zero although the file was read to say so: the scores are not used.`;

/**
 * How many steps of each column of a layer's batch count: not the padding, not the copies that fill a frozen batch. null
 * when all do, also where the columns are not the sequences because the model folds another axis into its batch.
 */
function countedSteps(run: LayerRun, { sequences, copies, steps }: Batch, lengths: Int32Array): Int32Array | null {
  if (run.batch !== sequences.length + copies) return null;
  const counted = new Int32Array(run.batch);
  sequences.forEach((sequence, b) => {
    const own = run.lengths?.[b] ?? run.steps;
    counted[b] = run.steps === steps ? Math.min(own, lengths[sequence]!) : own;
  });
  return counted.every((count) => count >= run.steps) ? null : counted;
}

function requireOutput({ file, outputs }: Checkpoint, wanted: string | null): void {
  if (wanted === null || outputs.some(({ name }) => name === wanted)) return;
  const names = outputs.map(({ name }) => `"${name}"`).join(', ');
  throw new Problem(
    `${file} has no output "${wanted}" to take the scores from; its outputs are ${names}. Correct "scores".`,
  );
}
