import { sum, type Expression } from '../../core/cells/language';
import { entrywise } from './entrywise';
import type { Main } from './main';
import type { Attribute, Node } from './modelFile';

/** Expressions that lie side by side in one tensor, in this order. */
export interface Stack {
  readonly members: readonly Expression[];
  readonly name: string;
}

/**
 * Where ONNX nodes are written: the main graph, whose tensors hold all steps, or the body of a loop, which holds one.
 * Nothing is emitted until somebody asks for it, singly (`value`) or side by side (`pack`). A pack asks for packs of its
 * operands where its members are alike; that one rule turns n maps of one vector into one matrix product, and the
 * entrywise work around it into one wide operation. No cell is mentioned here.
 */
export abstract class Scope {
  readonly nodes: Node[] = [];
  private readonly values = new Map<Expression, string>();
  private readonly stacks = new Map<Expression, Stack>();

  /** The graph that owns names, parameters and constants; the main graph is its own. */
  protected abstract readonly main: Main;
  /** Brings in what another scope has or should compute; false if it is this scope's own work. */
  protected abstract bring(members: readonly Expression[]): boolean;
  /** The stack an expression lies in, here or where it can be brought from. */
  abstract home(e: Expression): Stack | undefined;
  /** In a loop: whether an expression can be known without the state, and so is not the loop's own work. */
  protected abstract isFree(e: Expression): boolean;

  node(operator: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}, count = 1): string[] {
    const outputs = Array.from({ length: count }, () => this.main.fresh());
    this.nodes.push({ operator, inputs, outputs, attributes });
    return outputs;
  }
  /** One node with one output. */
  apply(operator: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    return this.node(operator, inputs, attributes)[0]!;
  }
  protected split(tensor: string, widths: readonly number[]): string[] {
    return this.node('Split', [tensor, this.main.integers(widths)], { axis: -1 }, widths.length);
  }

  has(e: Expression): boolean {
    return this.values.has(e) || this.stacks.has(e);
  }
  stackOf(e: Expression): Stack | undefined {
    return this.stacks.get(e);
  }
  set(members: readonly Expression[], name: string): string {
    if (members.length === 1) this.values.set(members[0]!, name);
    else for (const member of members) this.stacks.set(member, { members, name });
    return name;
  }

  /** The tensor of an expression. */
  value(e: Expression): string {
    if (!this.has(e) && !this.bring(this.home(e)?.members ?? [e])) this.emit(e);
    const stack = this.stacks.get(e);
    if (stack && !this.values.has(e)) {
      const widths = stack.members.map((member) => this.main.width([member]));
      const parts = this.split(stack.name, widths);
      stack.members.forEach((member, k) => {
        if (!this.values.has(member)) this.values.set(member, parts[k]!);
      });
    }
    return this.values.get(e)!;
  }

  /** The tensor of several expressions side by side. */
  pack(members: readonly Expression[]): string {
    const [first] = members;
    if (members.length === 1) return this.value(first!);
    const stack = this.stacks.get(first!);
    if (stack && areSame(stack.members, members)) return stack.name;
    if (this.bring(members)) return this.stacks.get(first!)!.name;
    const name = this.affine(members) ?? (this.isWide(members) ? this.wide(members) : this.concatenate(members));
    return this.set(members, name);
  }

  /** Writes the nodes of one expression; a loop may write more than it was asked for. */
  protected emit(e: Expression): void {
    if (e.operands.length === 0) throw new Error(`The variable ${e.name} has no value.`);
    this.set([e], this.tensorOf(e));
  }
  private tensorOf(e: Expression): string {
    if (e.operation === 'sum') return this.total(e);
    if (e.matrix) return this.product([e]);
    return this.entrywise(
      e,
      e.operands.map((operand) => this.value(operand)),
    );
  }
  protected entrywise(e: Expression, operands: readonly string[]): string {
    return entrywise(e, operands, this, (value) => this.main.constant(value));
  }

  /** [A₁ u + r₁, …, Aₙ u + rₙ] is one product of the stacked matrices with u, if all have an r of one kind or none has. */
  protected affine(members: readonly Expression[]): string | undefined {
    const maps: Expression[] = [];
    const rests: Expression[] = [];
    for (const e of members) {
      const terms = e.operation === 'sum' ? e.operands : [e];
      const [own, ...others] = terms.filter((term) => term.matrix && !this.isFree(term));
      if (!own || others.length > 0) return undefined;
      maps.push(own);
      if (terms.length > 1) rests.push(sum(terms.filter((term) => term !== own)));
    }
    const [u] = maps[0]!.operands;
    if (maps.some(({ operands }) => operands[0] !== u) || ![0, members.length].includes(rests.length)) return undefined;
    if (!this.isOneKind(rests)) return undefined;
    return this.product(maps, rests.length > 0 ? this.pack(rests) : undefined);
  }

  /** The stacked matrices of several maps, which all read the same operand, applied to it. */
  private product(maps: readonly Expression[], added?: string): string {
    const operand = maps[0]!.operands[0]!;
    const u = this.main.isConstant(operand) ? this.main.everywhere(operand) : this.value(operand);
    const inputs = [u, this.main.weights(maps.map(({ matrix }) => matrix!)), ...(added ? [added] : [])];
    // Weights lie as A [outputs, inputs]; a runtime arranges constant ones for this product once.
    return this.apply('Gemm', inputs, { transB: 1 });
  }

  /** What is free of the state is added up first, as one term, and a matrix product takes the sum so far as its start. */
  private total(e: Expression): string {
    const free = e.operands.filter((term) => this.isFree(term));
    const own = e.operands.filter((term) => !this.isFree(term));
    const terms = [...(free.length === 0 || own.length === 0 ? free : [sum(free)]), ...own];
    const maps = own.filter(({ matrix }) => matrix);
    let result: string | undefined;
    for (const term of terms) {
      if (maps.includes(term)) continue;
      const name = this.value(term);
      result = result === undefined ? name : this.apply('Add', [result, name]);
    }
    for (const map of maps) result = this.product([map], result);
    return result!;
  }

  private wide(members: readonly Expression[]): string {
    const operands = members[0]!.operands.map((_, k) => this.pack(members.map((e) => e.operands[k]!)));
    return this.entrywise(members[0]!, operands);
  }
  /** Wide work pays when some operand is wide already; otherwise laying operands side by side costs more than it saves. */
  private isWide(members: readonly Expression[]): boolean {
    const [first] = members;
    if (!first || members.length < 2 || first.operands.length === 0 || first.matrix || first.operation === 'sum')
      return false;
    const isLikeFirst = (e: Expression): boolean =>
      !this.has(e) && e.operation === first.operation && e.numbers.join() === first.numbers.join();
    if (!members.every(isLikeFirst)) return false;
    const columns = first.operands.map((_, k) => members.map((e) => e.operands[k]!));
    return columns.every((column) => this.isOneKind(column)) && columns.some((column) => this.isStacked(column));
  }
  /** Constants have no batch, so they cannot lie beside what has one. */
  private isOneKind(members: readonly Expression[]): boolean {
    return new Set(members.map((e) => this.main.isConstant(e))).size < 2;
  }
  private isStacked(members: readonly Expression[]): boolean {
    const home = this.home(members[0]!);
    const isAtHome = home !== undefined && areSame(home.members, members);
    return new Set(members).size === members.length && (isAtHome || this.isWide(members));
  }
  private concatenate(members: readonly Expression[]): string {
    const names: string[] = [];
    for (let start = 0, end: number; start < members.length; start = end) {
      for (end = members.length; end > start + 1 && !this.isStacked(members.slice(start, end));) end--;
      names.push(this.pack(members.slice(start, end)));
    }
    return this.apply('Concat', names, { axis: -1 });
  }
}

const areSame = (p: readonly Expression[], q: readonly Expression[]): boolean =>
  p.length === q.length && p.every((e, k) => e === q[k]);
