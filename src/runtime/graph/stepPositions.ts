import type { State } from '../../core/cells/cell';
import { complement, tile, variable } from '../../core/cells/language';
import type { Direction } from '../../core/checkpoint';
import type { Main } from './main';
import { tensorTypes } from './modelFile';

/** Which steps of a batch are inside a sequence, and which are the last that a direction takes. */
export interface StepPositions {
  /** The state that stays as it is where there is padding. */
  readonly held: (state: State) => State;
  /** [steps · batch, n] at the last step that each sequence takes, [batch, n]; there `last` is taken from `all`. */
  readonly last: (all: string, n: number, direction: Direction) => string;
  /** [batch, n] at the last step, and zero at all others, [steps · batch, n]. */
  readonly onlyLast: (last: string, n: number, direction: Direction) => string;
}

/** The input that says how long each sequence is, [batch]. */
export const lengthsName = 'lengths';

/** `hasLengths`: whether sequences have different lengths, which are an input then. */
export function stepPositions(main: Main, hasLengths: boolean): StepPositions {
  const once = (key: string, make: () => string): string => main.once(`positions ${key}`, make);
  const cast = (tensor: string): string => main.apply('Cast', [tensor], { to: main.type });
  /** [1] in int64, which is what Range computes with while the runtime works out shapes. */
  const count = (): string => once('count', () => main.apply('Shape', [main.sequence], { start: 0, end: 1 }));
  /** [steps, 1, 1]. */
  const steps = (): string =>
    once('steps', () => {
      const limits = [main.integers([0]), count(), main.integers([1])].map((one) => main.apply('Squeeze', [one]));
      return main.apply('Reshape', [cast(main.apply('Range', limits)), main.integers([-1, 1, 1])]);
    });
  /** [1, batch, 1], or [1] where all sequences are equally long. */
  const lengths = (): string =>
    once('lengths', () => {
      if (!hasLengths) return cast(count());
      const given = main.input(lengthsName, ['batch'], tensorTypes.int32);
      return main.apply('Reshape', [cast(given), main.integers([1, -1, 1])]);
    });
  const isLast = (direction: Direction): string =>
    once(`last ${direction}`, () => {
      const last = direction === 'forward' ? main.apply('Sub', [lengths(), main.constant(1)]) : main.constant(0);
      return main.apply('Equal', [steps(), last]);
    });
  const within = variable('within', 'one');
  return {
    held: ({ name, before, after }) => {
      if (!hasLengths) return { name, before, after };
      if (!main.has(within)) {
        const isWithin = main.apply('Less', [steps(), lengths()]);
        main.set([within], main.flat(cast(isWithin), 1));
      }
      const mask = tile(within, before.size);
      return { name, before, after: mask.times(after).plus(complement(mask).times(before)) };
    },
    last: (all, n, direction) => {
      // Padding may hold anything, so it is left out by Where and not by a product with zero.
      const only = main.apply('Where', [isLast(direction), main.steps(all, n), main.constant(0)]);
      return main.apply('ReduceSum', [only, main.integers([0])], { keepdims: 0 });
    },
    onlyLast: (last, n, direction) => main.flat(main.apply('Where', [isLast(direction), last, main.constant(0)]), n),
  };
}
