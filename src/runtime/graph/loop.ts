import type { Expression } from '../../core/cells/language';
import type { Stack } from './scope';

export interface LoopState {
  readonly before: Expression;
  readonly after: Expression;
  /** A tensor of the main graph, [batch, size]. */
  readonly initial: string;
}

/** States that are carried from step to step. It computes what lies between them, and gives out what it computes. */
export interface Loop {
  /** The states after the last step that was taken, [batch, size]. */
  readonly finals: readonly string[];
  has(e: Expression): boolean;
  stackOf(e: Expression): Stack | undefined;
  /** What it computes of these, at every step, [steps · batch, n] in the main graph; undefined if it does not. */
  tap(members: readonly Expression[]): string | undefined;
  /** The same at one step, [batch, n], where steps are told apart. */
  at?(members: readonly Expression[], step: number): string | undefined;
}
