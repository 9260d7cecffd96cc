import { Problem } from '../problem';
import { seededRandom } from '../linalg/seededRandom';
import { withHoldout } from './heldOut';
import { share, type Task, type TaskData, type TaskOption, type TaskSource, type TaskValues } from './task';

/** The options of a task, with what is held out of those that leave it open. */
export const optionsOf = ({ options }: Task): Readonly<Record<string, TaskOption>> => ({
  ...options,
  ...('heldOut' in options
    ? {}
    : { heldOut: share(0.2, 'the share of the sequences that is held out, drawn at random') }),
});

/** The data of a task, its own options at their standard unless they are given. The same call gives the same numbers. */
export function madeTask(task: Task, given: TaskValues, seed: number, source: TaskSource = {}): TaskData {
  const options = optionsOf(task);
  for (const name of Object.keys(given))
    if (!(name in options)) throw new Problem(`The task ${task.name} has no option "${name}".`);
  const values: Record<string, number> = {};
  for (const [name, option] of Object.entries(options)) {
    const value = given[name] ?? option.standard;
    if (!isAllowed(option, value)) throw new Problem(`The option "${name}" of the task ${task.name} is ${value}, but ${allowed(option)}.`); // prettier-ignore
    values[name] = value;
  }
  const random = seededRandom(seed);
  return withHoldout(task.make(values, random, source), values['heldOut']!, random);
}

const isAllowed = ({ kind, least, most }: TaskOption, value: number): boolean =>
  value >= least && value <= most && (kind === 'share' || Number.isInteger(value));

/** What a value has to be, in a clause. */
export const allowed = ({ kind, least, most }: TaskOption): string =>
  kind === 'whole'
    ? `it must be a whole number from ${least} to ${most.toLocaleString('en-US')}`
    : 'it must be a number from 0 to 1';
