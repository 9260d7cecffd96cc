import { inOrder, type Expression } from '../../core/cells/language';
import type { LoopState } from './loop';
import type { Main } from './main';
import type { Node } from './modelFile';
import { Scope, type Stack } from './scope';
import { findStrands, type Strand } from './strands';

/** What is known about a step before it is written. */
export interface StepPlan {
  /** Everything that depends on a state; the rest is not the loop's own work. */
  readonly dependent: ReadonlySet<Expression>;
  readonly strands: ReadonlyMap<Expression, readonly Strand[]>;
}

export function planOf(states: readonly LoopState[]): StepPlan {
  const roots = states.map(({ after }) => after);
  const dependent = new Set(states.map(({ before }) => before));
  for (const e of inOrder(roots)) if (e.operands.some((operand) => dependent.has(operand))) dependent.add(e);
  return { dependent, strands: findStrands(roots, dependent) };
}

/**
 * One step of a loop. Only what lies between the states before and the states after it is computed in it. Matrix products
 * that do not see the states are done before the loop, for all steps at once; what no state needs is done after it, from taps.
 */
export abstract class Step extends Scope {
  private readonly dependent: ReadonlySet<Expression>;
  private readonly strands: Map<Expression, readonly Strand[]>;

  constructor(
    readonly main: Main,
    { dependent, strands }: StepPlan,
    nodes?: Node[],
  ) {
    super(nodes);
    this.dependent = dependent;
    this.strands = new Map(strands);
  }

  /** Gives the step its rows of expressions that the main graph has, or can have, for all steps. */
  protected abstract read(members: readonly Expression[]): void;

  computes(members: readonly Expression[]): boolean {
    return members.every((e) => this.dependent.has(e) && this.has(e));
  }
  home(e: Expression): Stack | undefined {
    return this.stackOf(e) ?? (this.isFree(e) ? this.main.home(e) : undefined);
  }
  protected isFree(e: Expression): boolean {
    return !this.dependent.has(e);
  }
  protected spread(constant: Expression): string {
    return this.main.repeated(this.main.value(constant), 'inOneStep');
  }

  protected bring(members: readonly Expression[]): boolean {
    if (!members.every((e) => this.isFree(e))) return false;
    // A step sees the tensors around it, so what depends on parameters only is simply named.
    if (members.every((e) => this.main.isConstant(e))) this.set(members, this.main.pack(members));
    else if (members.every((e) => this.isWorthBringing(e))) this.read(members);
    else return false;
    return true;
  }
  /** Matrix products, and what exists already. Other entrywise work is as cheap here, where its operands are in the cache. */
  private isWorthBringing(e: Expression): boolean {
    const isProduct = e.matrix !== null || (e.operation === 'sum' && e.operands.some(({ matrix }) => matrix));
    return e.operands.length === 0 || this.main.knows(e) || isProduct;
  }

  /** Asked for one of several strands, a step emits them all: one product, split where the operation on it changes. */
  protected override emit(e: Expression): void {
    const strands = this.strands.get(e);
    if (!strands) return super.emit(e);
    for (const { map, sum, top } of strands) for (const part of [map, sum, top]) this.strands.delete(part);
    const product = this.affine(strands.map(({ sum }) => sum));
    if (!product) return super.emit(e);
    const runs = new Map<string, Strand[]>();
    for (const strand of strands) {
      const kind = [strand.top.operation, ...strand.top.numbers].join();
      runs.set(kind, [...(runs.get(kind) ?? []), strand]);
    }
    const widths = [...runs.values()].map((run) => this.main.width(run.map(({ sum }) => sum)));
    const parts = runs.size === 1 ? [product] : this.split(product, widths);
    for (const [k, run] of [...runs.values()].entries()) {
      const sums = run.map(({ sum }) => sum);
      const tops = run.map(({ top }) => top);
      this.set(sums, parts[k]!);
      if (tops[0] !== sums[0]) this.set(tops, this.entrywise(tops[0]!, [parts[k]!]));
    }
    if (!this.has(e)) super.emit(e);
  }
}
