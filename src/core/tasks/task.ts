import type { Declarations } from '../declarations';
import type { SeededRandom } from '../linalg/seededRandom';
import type { Tensor } from '../sequences';

/** A number or a switch that a task can be made with. */
export interface TaskOption {
  /** `most` is the largest value that makes sense; a switch is off unless it is given. */
  readonly kind: 'whole' | 'share' | 'switch';
  readonly standard: number;
  readonly least: number;
  readonly most: number;
  /** A clause for people. */
  readonly what: string;
}

export const whole = (standard: number, least: number, most: number, what: string): TaskOption => ({ kind: 'whole', standard, least, most, what }); // prettier-ignore
export const share = (standard: number, what: string): TaskOption => ({ kind: 'share', standard, least: 0, most: 1, what }); // prettier-ignore
export const off = (what: string): TaskOption => ({ kind: 'switch', standard: 0, least: 0, most: 1, what });

/** What a task is made of besides its options; a task gets what it says it reads. */
export interface TaskSource {
  /** A text. */
  readonly text?: string;
  /** Arrays of a data file by name. */
  readonly arrays?: ReadonlyMap<string, Tensor>;
}

export interface TaskData {
  readonly count: number;
  /** `x`, `labels`, and `lengths` where sequences differ; `holdout` where the task decides what is held out. */
  readonly arrays: ReadonlyMap<string, Tensor>;
  /** What is known of the population, for the sidecar. */
  readonly declared: Pick<Declarations, 'inputDomain' | 'task' | 'independentSequences' | 'loss'>;
  /** What a network has to beat, and what was drawn, one sentence each. */
  readonly facts: readonly string[];
}

export type TaskValues = Readonly<Record<string, number>>;

/** A way to make sequences with labels. */
export interface Task {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly source: string;
  readonly reads: 'text' | 'arrays' | null;
  readonly options: Readonly<Record<string, TaskOption>>;
  /** The same options, random numbers and source give the same data. Throws a Problem where they do not go together. */
  readonly make: (values: TaskValues, random: SeededRandom, source: TaskSource) => TaskData;
}

/** A task whose options are known by their names where it is made. */
export function task<O extends Readonly<Record<string, TaskOption>>>(
  given: Omit<Task, 'options' | 'make'> & {
    readonly options: O;
    readonly make: (values: Readonly<Record<keyof O, number>>, random: SeededRandom, source: TaskSource) => TaskData;
  },
): Task {
  return {
    ...given,
    make: (values, random, source) => given.make(values as Readonly<Record<keyof O, number>>, random, source),
  };
}

/** A whole number from `low` to `high`, both included. */
export const drawn = ({ uniform }: SeededRandom, low: number, high: number): number =>
  low + Math.min(high - low, Math.floor(uniform(0, high - low + 1)));

export const sequencesOption = (standard: number): TaskOption => whole(standard, 1, 10_000_000, 'how many sequences');
