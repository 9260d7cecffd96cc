import { inOrder, type Expression } from '../../core/cells/language';
import type { Direction } from '../../core/checkpoint';
import type { Main } from './main';
import type { Attribute, Graph, Node, Port } from './modelFile';
import { Scope, type Stack } from './scope';
import { findStrands, type Strand } from './strands';

export interface LoopState {
  readonly before: Expression;
  readonly after: Expression;
  /** A tensor of the main graph, [batch, size]. */
  readonly initial: string;
}

/**
 * An ONNX Scan. Only what lies between the states before and the states after a step is computed in it. Matrix products
 * that do not see the states are done before it, for all steps at once; what no state needs is done after it, from taps.
 */
export class Loop extends Scope {
  private readonly reversed: number;
  private readonly bodyInputs: Port[] = [];
  private readonly bodyOutputs: Port[] = [];
  private readonly scanInputs: string[] = [];
  private readonly scanOutputs: string[] = [];
  private readonly tapDirections: number[] = [];
  private readonly dependent: Set<Expression>;
  private readonly strands: Map<Expression, readonly Strand[]>;

  constructor(
    protected readonly main: Main,
    states: readonly LoopState[],
    direction: Direction,
  ) {
    super();
    this.reversed = direction === 'reverse' ? 1 : 0;
    const roots = states.map(({ after }) => after);
    this.dependent = new Set(states.map(({ before }) => before));
    for (const e of inOrder(roots)) {
      if (e.operands.some((operand) => this.dependent.has(operand))) this.dependent.add(e);
    }
    this.strands = findStrands(roots, this.dependent);

    for (const { before, initial } of states) this.read([before], initial);
    for (const root of roots) {
      // A Scan refuses a state that has no batch.
      if (main.isConstant(root)) this.read([root], main.steps(main.everywhere(root), main.width([root])));
    }
    for (const name of roots.map((root) => this.value(root))) this.write(name);
    // A Scan counts its steps by its sequences, so a loop that reads none is given one to count by.
    if (this.scanInputs.length === states.length) this.read([], main.sequence);
    main.nodes.push(this.scan(this.scanInputs.length - states.length));
  }

  /** The node, whose body and taps are still open: whoever taps the loop later adds to them. */
  private scan(sequences: number): Node {
    const body: Graph = {
      name: 'step',
      nodes: this.nodes,
      initializers: [],
      inputs: this.bodyInputs,
      outputs: this.bodyOutputs,
    };
    const attributes: Record<string, Attribute> = {
      body,
      num_scan_inputs: sequences,
      scan_input_directions: Array.from({ length: sequences }, () => this.reversed),
      scan_output_directions: this.tapDirections,
    };
    return { operator: 'Scan', inputs: this.scanInputs, outputs: this.scanOutputs, attributes };
  }

  /** What the loop computes of these, at every step, as a tensor of the main graph; undefined if it does not. */
  tap(members: readonly Expression[]): string | undefined {
    if (!members.every((e) => this.dependent.has(e) && this.has(e))) return undefined;
    this.tapDirections.push(this.reversed);
    return this.main.flat(this.write(this.pack(members)), this.main.width(members));
  }

  home(e: Expression): Stack | undefined {
    return this.stackOf(e) ?? (this.isFree(e) ? this.main.home(e) : undefined);
  }
  protected isFree(e: Expression): boolean {
    return !this.dependent.has(e);
  }

  protected bring(members: readonly Expression[]): boolean {
    if (!members.every((e) => this.isFree(e))) return false;
    // A body sees the tensors around it, so what depends on parameters only is simply named.
    if (members.every((e) => this.main.isConstant(e))) this.set(members, this.main.pack(members));
    else if (!members.every((e) => this.isWorthBringing(e))) return false;
    else this.read(members, this.main.steps(this.main.pack(members), this.main.width(members)));
    return true;
  }
  /** Matrix products, and what exists already. Other entrywise work is as cheap here, where its operands are in the cache. */
  private isWorthBringing(e: Expression): boolean {
    const isProduct = e.matrix !== null || (e.operation === 'sum' && e.operands.some(({ matrix }) => matrix));
    return e.operands.length === 0 || this.main.knows(e) || isProduct;
  }

  private read(members: readonly Expression[], outside: string): void {
    this.scanInputs.push(outside);
    this.bodyInputs.push({ name: this.set(members, this.main.fresh()), type: this.main.type });
  }
  private write(name: string): string {
    // A body may not hand out its inputs, nor what it only sees, nor the same tensor twice.
    const isOwn = this.nodes.some(({ outputs }) => outputs.includes(name));
    const isNew = isOwn && !this.bodyOutputs.some((port) => port.name === name);
    this.bodyOutputs.push({ name: isNew ? name : this.apply('Identity', [name]), type: this.main.type });
    const outside = this.main.fresh();
    this.scanOutputs.push(outside);
    return outside;
  }

  /** Asked for one of several strands, a loop emits them all: one product, split where the operation on it changes. */
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
