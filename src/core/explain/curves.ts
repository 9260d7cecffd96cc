import { defaultDelta, type BoundQuestion } from '../bounds/boundQuestion';
import { gammaGrid } from '../bounds/classes/selectionCost';
import type { BoundResult } from '../report';
import { answerOf, type RowName } from './explainedRow';
import { longestSequence, trainingSequences, withDelta, withGamma, withSequences, withSteps } from './variedQuestion';

/** What a bound is shown as a function of: T, m, γ and δ, one at a time. */
export type Knob = 'steps' | 'sequences' | 'gamma' | 'delta';

/** A knob and the values it can be turned to, in ascending order. */
export interface KnobStops {
  readonly knob: Knob;
  readonly stops: readonly number[];
  /** Which of them is the value of the report. */
  readonly actual: number;
}

/** A row’s answer at one stop; null where it has no number there. */
export type CurvePoint = Pick<BoundResult, 'value' | 'log10' | 'nats'> & {
  /** On how many training sequences: what nats are divided by. */
  readonly sequences: number | null;
};

/** The knobs of a row that has a number. γ is none of them where the task is not a classification. */
export function knobsOf(question: BoundQuestion, { gamma }: Pick<BoundResult, 'gamma'>): KnobStops[] {
  const sequences = trainingSequences(question);
  const steps = longestSequence(question);
  const delta = question.declarations.delta ?? defaultDelta;
  const k = gamma === null || !question.sample?.training ? -1 : gammaGrid.indexOf(gamma);
  return [
    ...(steps === null ? [] : [knobAt('steps', steps, multiples(steps, -4, 6, 2))]),
    ...(sequences === null ? [] : [knobAt('sequences', sequences, multiples(sequences, -4, 12, 1))]),
    ...(k < 0 ? [] : [knobAt('gamma', gamma!, gammaGrid.slice(Math.max(0, k - 8), k + 9))]),
    knobAt('delta', delta, [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.2]),
  ];
}

function knobAt(knob: Knob, actual: number, others: readonly number[]): KnobStops {
  const stops = [...new Set([...others, actual])].sort((a, b) => a - b);
  return { knob, stops, actual: stops.indexOf(actual) };
}

/** Counts from 2^least to 2^most times the given one, so many in each octave. */
const multiples = (count: number, least: number, most: number, each: number): number[] =>
  Array.from({ length: (most - least) * each + 1 }, (_, k) => Math.max(1, Math.round(count * 2 ** (least + k / each))));

/** The row’s answer with one thing turned to another value, everything else as it is; losses as they are but for γ. */
export function curvePoint(question: BoundQuestion, row: RowName, knob: Knob, stop: number): CurvePoint | null {
  const turned = turn[knob](question, stop);
  const answer = answerOf(turned, row);
  return (
    answer && {
      value: answer.value,
      log10: answer.log10,
      nats: answer.nats,
      sequences: trainingSequences(turned),
    }
  );
}

const turn: Readonly<Record<Knob, (question: BoundQuestion, stop: number) => BoundQuestion>> = {
  steps: withSteps,
  sequences: withSequences,
  gamma: withGamma,
  delta: withDelta,
};
