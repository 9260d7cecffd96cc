import type { Expression } from '../../core/cells/language';
import type { Direction } from '../../core/checkpoint';
import type { Loop, LoopState } from './loop';
import type { Main } from './main';
import type { Stack } from './scope';
import { planOf, Step, type StepPlan } from './step';

/**
 * A loop written out: a copy of the step for each step of the sequence, for runtimes that have no loops on their device.
 * All copies are alike, so what holds for one of them holds for all.
 */
export class Unrolled implements Loop {
  readonly finals: readonly string[];
  private readonly steps: readonly Copy[];

  constructor(
    private readonly main: Main,
    states: readonly LoopState[],
    direction: Direction,
    length: number,
  ) {
    const plan = planOf(states);
    this.steps = Array.from({ length }, (_, step) => new Copy(main, plan, step));
    let current = states.map(({ initial }) => initial);
    for (const step of direction === 'forward' ? this.steps : this.steps.toReversed()) {
      states.forEach(({ before }, k) => step.set([before], current[k]!));
      current = states.map(({ after }) => step.rows(after));
    }
    this.finals = current;
  }

  has(e: Expression): boolean {
    return this.steps[0]!.has(e);
  }
  stackOf(e: Expression): Stack | undefined {
    return this.steps[0]!.stackOf(e);
  }
  tap(members: readonly Expression[]): string | undefined {
    if (!this.steps[0]!.computes(members)) return undefined;
    return this.main.join(
      this.steps.map((step) => step.pack(members)),
      0,
    );
  }
  at(members: readonly Expression[], step: number): string | undefined {
    return this.steps[step]!.computes(members) ? this.steps[step]!.pack(members) : undefined;
  }
}

class Copy extends Step {
  constructor(
    main: Main,
    plan: StepPlan,
    private readonly step: number,
  ) {
    super(main, plan, main.nodes);
  }

  protected read(members: readonly Expression[]): void {
    const { main, step } = this;
    this.set(members, main.atStep(members, step) ?? this.sliced(main.pack(members), main.width(members)));
  }
  private sliced(flat: string, n: number): string {
    const { main, step } = this;
    return main.once(`step ${step} of ${flat}`, () =>
      main.apply('Reshape', [main.cut(main.steps(flat, n), step, 1, 0), main.integers([-1, n])]),
    );
  }
}
