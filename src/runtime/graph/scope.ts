import { sum, type Expression } from '../../core/cells/language';
import { entrywise, isEntrywise } from './entrywise';
import { NodeWriter } from './nodeWriter';
import { rearranged } from './rearranged';
import { structuredProduct } from './structuredProduct';

/** Expressions that lie side by side in one tensor, in this order. */
export interface Stack {
  readonly members: readonly Expression[];
  readonly name: string;
}

/**
 * Where ONNX nodes are written: the main graph, whose tensors hold all steps, or one step of a loop. Nothing is emitted
 * until somebody asks for it, singly (`value`) or side by side (`pack`). A pack asks for packs of its operands where its
 * members are alike; that one rule turns n maps of one vector into one matrix product, and the entrywise work around it into
 * one wide operation. No cell is mentioned here.
 */
export abstract class Scope extends NodeWriter {
  private readonly values = new Map<Expression, string>();
  private readonly stacks = new Map<Expression, Stack>();

  /** Brings in what another scope has or should compute; false if it is this scope's own work. */
  protected abstract bring(members: readonly Expression[]): boolean;
  /** The stack an expression lies in, here or where it can be brought from. */
  abstract home(e: Expression): Stack | undefined;
  /** In a loop: whether an expression can be known without the state, and so is not the loop's own work. */
  protected abstract isFree(e: Expression): boolean;
  /** The tensor of a constant with as many rows as other tensors of this scope have, for whoever cannot broadcast. */
  protected abstract spread(constant: Expression): string;

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
  /** The tensor of an expression, with a row for each sequence even where it is the same for all. */
  rows(e: Expression): string {
    return this.main.isConstant(e) ? this.spread(e) : this.value(e);
  }

  /** The tensor of several expressions side by side. */
  pack(members: readonly Expression[]): string {
    const [first] = members;
    if (members.length === 1) return this.value(first!);
    const stack = this.stacks.get(first!);
    if (stack && areSame(stack.members, members)) return stack.name;
    if (this.bring(members)) return this.stacks.get(first!)!.name;
    // What exists already is only laid side by side.
    const product = members.every((e) => this.has(e)) ? undefined : this.affine(members);
    const name = product ?? (this.isWide(members) ? this.wide(members) : this.concatenate(members));
    return this.set(members, name);
  }
  /** The same, but what lies apart is not remembered as lying side by side. */
  sideBySide(members: readonly Expression[]): string {
    return this.isOneKind(members) && this.isStacked(members) ? this.pack(members) : this.concatenate(members);
  }

  /** Writes the nodes of one expression; a loop may write more than it was asked for. */
  protected emit(e: Expression): void {
    this.set([e], this.tensorOf(e));
  }
  private tensorOf(e: Expression): string {
    if (e.operands.length === 0) throw new Error(`The variable ${e.name} has no value.`);
    if (e.operation === 'sum') return this.total(e);
    if (e.matrix) return this.product(e.operands, [e]);
    if (!isEntrywise(e)) return rearranged(this, e);
    return this.entrywise(e, this.broadcast(e.operands));
  }
  protected entrywise(e: Expression, operands: readonly string[]): string {
    return entrywise(e, operands, this, (value) => this.main.constant(value));
  }
  /** The tensors of operands; one number that would be tiled beside a whole vector is left to the runtime to repeat. */
  private broadcast(operands: readonly Expression[], isBesideMaps = false): string[] {
    const isRepeated = (e: Expression): boolean =>
      e.operation === 'tile' && this.main.width(e.operands) === 1 && !this.has(e);
    const isBesideVector = isBesideMaps || operands.some((e) => !isRepeated(e));
    return operands.map((e) => this.value(isBesideVector && isRepeated(e) ? e.operands[0]! : e));
  }

  /** [A₁ u + r₁, …, Aₙ u + rₙ] is one product of the stacked matrices with u, if all have an r of one kind or none has. */
  protected affine(members: readonly Expression[]): string | undefined {
    const maps: Expression[] = [];
    const rests: Expression[] = [];
    for (const e of members) {
      const terms = e.operation === 'sum' ? e.operands : [e];
      const [own, ...others] = terms.filter((term) => term.matrix && !this.isFree(term));
      if (!own || others.length > 0 || own.operation !== 'linear' || !this.isDense(own)) return undefined;
      maps.push(own);
      if (terms.length > 1) rests.push(sum(terms.filter((term) => term !== own)));
    }
    const { operands } = maps[0]!;
    if (maps.some((map) => map.operands[0] !== operands[0])) return undefined;
    if (![0, members.length].includes(rests.length) || !this.isOneKind(rests)) return undefined;
    return this.product(operands, maps, rests.length > 0 ? this.pack(rests) : undefined);
  }

  /** A₁ u, A₂ u, … side by side, or A₁ᵀ u + A₂ᵀ v + …, and what is added to it. */
  private product(operands: readonly Expression[], maps: readonly Expression[], added?: string): string {
    const [map] = maps;
    const u = operands.length === 1 ? this.rows(operands[0]!) : this.pack(operands);
    if (!this.isDense(map!)) {
      const product = structuredProduct(this, map!, u);
      return added === undefined ? product : this.apply('Add', [product, added]);
    }
    const { tensor, isTurned } = this.main.parameters.stack(maps);
    return this.apply('Gemm', [u, tensor, ...(added === undefined ? [] : [added])], isTurned ? {} : { transB: 1 });
  }

  /** What is free of the state is added up first, as one term, and a matrix product takes the sum so far as its start. */
  private total(e: Expression): string {
    const free = e.operands.filter((term) => this.isFree(term));
    const own = e.operands.filter((term) => !this.isFree(term));
    const maps = own.filter(({ matrix }) => matrix);
    const terms = [...(free.length === 0 || own.length === 0 ? free : [sum(free)]), ...own];
    const apart = terms.filter((term) => !maps.includes(term));
    const isSubtracted = apart.map(
      (term, k) => k > 0 && term.operation === 'scale' && term.numbers[0] === -1 && !this.has(term),
    );
    const added = apart.map((term, k) => (isSubtracted[k] ? term.operands[0]! : term));
    let result: string | undefined;
    for (const [k, name] of this.broadcast(added, maps.length > 0).entries()) {
      result = result === undefined ? name : this.apply(isSubtracted[k] ? 'Sub' : 'Add', [result, name]);
    }
    // Σ Aₖᵀ dₖ is one product as well, of the matrices in the order in which they were stacked on the way forward.
    const isBack = (map: Expression): boolean =>
      map.operation === 'transposed' && this.isDense(map) && !this.main.isConstant(map.operands[0]!);
    for (const map of maps) if (!isBack(map)) result = this.product(map.operands, [map], result);
    const back = maps.filter(isBack).toSorted((p, q) => this.main.parameters.rank(p) - this.main.parameters.rank(q));
    const operands = back.map((map) => map.operands[0]!);
    return back.length > 0 ? this.product(operands, back, result) : result!;
  }

  private wide(members: readonly Expression[]): string {
    const operands = members[0]!.operands.map((_, k) => this.pack(members.map((e) => e.operands[k]!)));
    return this.entrywise(members[0]!, operands);
  }
  /** Wide work pays when some operand is wide already; otherwise laying operands side by side costs more than it saves. */
  private isWide(members: readonly Expression[]): boolean {
    const [first] = members;
    if (!first || members.length < 2 || !isEntrywise(first)) return false;
    const isLikeFirst = (e: Expression): boolean =>
      !this.has(e) && e.operation === first.operation && e.numbers.join() === first.numbers.join();
    if (!members.every(isLikeFirst)) return false;
    const columns = first.operands.map((_, k) => members.map((e) => e.operands[k]!));
    return columns.every((column) => this.isOneKind(column)) && columns.some((column) => this.isStacked(column));
  }
  private isDense({ matrix }: Expression): boolean {
    return this.main.parameters.isDense(matrix!);
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
    const isOneKind = this.isOneKind(members);
    const names: string[] = [];
    for (let start = 0, end: number; start < members.length; start = end) {
      for (end = members.length; end > start + 1 && !this.isStacked(members.slice(start, end));) end--;
      const part = members.slice(start, end);
      names.push(part.length === 1 && !isOneKind ? this.rows(part[0]!) : this.pack(part));
    }
    return this.join(names);
  }
}

const areSame = (p: readonly Expression[], q: readonly Expression[]): boolean =>
  p.length === q.length && p.every((e, k) => e === q[k]);
