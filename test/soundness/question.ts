import type { BoundQuestion, Reference } from '../../src/core/bounds/boundQuestion';
import { boundSample } from '../../src/core/bounds/boundSample';
import type { Declarations } from '../../src/core/declarations';
import type { Labels, Sequences } from '../../src/core/sequences';
import type { Candidate } from './candidate';
import { scoreAt } from './candidate';
import { lengthOf, type Population } from './population';

/** A sample, and what is declared about it, truthfully. */
export interface Sampled {
  readonly population: Population;
  /** The outcomes that were drawn: those that the network may have been chosen by, and those it may not. */
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
  readonly declarations: Declarations;
  readonly reference: Reference | null;
}

/** What the theorems are asked, made as the analysis of a file makes it: from scores, labels and lengths. */
export function question(own: Candidate, sampled: Sampled): BoundQuestion {
  const { training, heldOut, declarations, reference, population } = sampled;
  const { checkpoint, measured } = own;
  const drawn = Int32Array.of(...training, ...heldOut);
  const agreement = { maxRelativeError: 0, compared: drawn.length, peer: 'onnxruntime' } as const;
  const sample = boundSample({
    checkpoint,
    declarations,
    sequences: sequencesOf(population, drawn),
    split: {
      training: Array.from(training, (_, k) => k),
      heldOut: Array.from(heldOut, (_, k) => training.length + k),
    },
    observations: {
      lengths: Int32Array.from(drawn, (outcome) => lengthOf(population, population.outcomes[outcome]!.sequence)),
      inputNorm: largestInput(population, drawn),
      scores: scoresOn(own, population, drawn),
      gates: [],
      agreement,
      readoutCompared: true,
      notes: [],
    },
  });
  return { checkpoint, measured, declarations, agreement, sample, reference };
}

/** Labels only: the inputs themselves are not looked at once the model has run. */
function sequencesOf({ outcomes, steps, everyStep, task }: Population, drawn: Int32Array): Sequences {
  const width = everyStep ? steps : 1;
  const values = new Float64Array(drawn.length * width);
  for (const [k, outcome] of drawn.entries()) values.set(outcomes[outcome]!.labels, k * width);
  const labels: Labels =
    task === 'classification'
      ? { kind: 'classes', steps: width, values: Int32Array.from(values) }
      : { kind: 'values', steps: width, width: 1, values };
  const nothing = { inputs: new Map(), fixed: new Map(), lengths: null, holdout: null };
  return { count: drawn.length, labels, ...nothing };
}

function scoresOn(own: Candidate, population: Population, drawn: Int32Array) {
  const { outcomes, everyStep } = population;
  const steps = everyStep ? population.steps : 1;
  const values = new Float64Array(drawn.length * steps * own.outputs);
  for (const [k, outcome] of drawn.entries()) {
    for (let t = 0; t < steps; t++) {
      values.set(scoreAt(own, population, outcomes[outcome]!.sequence, t), (k * steps + t) * own.outputs);
    }
  }
  return { steps, width: own.outputs, values };
}

/** The largest norms of an input that was drawn: what an analysis sees. */
function largestInput({ sequences, outcomes, inputSize }: Population, drawn: Int32Array): { two: number; inf: number } {
  let two = 0;
  let inf = 0;
  for (const sequence of new Set(Array.from(drawn, (outcome) => outcomes[outcome]!.sequence))) {
    const values = sequences[sequence]!;
    for (let start = 0; start < values.length; start += inputSize) {
      const entry = values.subarray(start, start + inputSize);
      two = Math.max(two, Math.hypot(...entry));
      for (const value of entry) inf = Math.max(inf, Math.abs(value));
    }
  }
  return { two, inf };
}
