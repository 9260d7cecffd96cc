import type { Expression, Size } from '../../core/cells/language';
import { widthOf } from '../../core/cells/sizes';
import type { Direction } from '../../core/checkpoint';
import { GraphFile, type Elements } from './graphFile';
import type { Loop, LoopState } from './loop';
import type { TensorType } from './modelFile';
import { Parameters, type ParameterForm } from './parameters';
import { Scan } from './scan';
import type { Stack } from './scope';
import { Unrolled } from './unrolled';

/**
 * `scan`: a loop over sequences of any length. With a number of steps: a copy of the step for each of them; with that of the
 * sequences as well, onnxruntime knows the shape of every tensor, and opens a long graph many times as fast.
 */
export type LoopForm = 'scan' | { readonly steps: number; readonly batch?: number };

export interface MainOptions {
  /** The widths of all sizes; `input` is that of the sequence. */
  readonly sizes: Readonly<Record<Size, number>>;
  /** Parameters by their names in the equations, as they are stored; none are needed where they are inputs. */
  readonly weights: ReadonlyMap<string, Float64Array>;
  readonly elements: Elements;
  /** @default 'folded' */
  readonly parameters?: ParameterForm;
  /** @default 'scan' */
  readonly form?: LoopForm;
}

/** The main graph. Its tensors hold all steps of all sequences, [steps · batch, n], because matrix products like it so. */
export class Main extends GraphFile {
  /** The input sequence, [steps, batch, input size]. */
  readonly sequence = 'X';
  readonly main = this;
  readonly sizes: Readonly<Record<Size, number>>;
  readonly parameters: Parameters;
  /** How many tensors one node may read or write: WebGPU binds at most 16 buffers to a kernel. */
  readonly mostTensors: number;
  private readonly form: LoopForm;
  private readonly loops: Loop[] = [];
  private readonly constants = new Map<Expression, boolean>();
  private readonly meanings = new Map<Expression, Expression>();

  constructor({ sizes, weights, elements, parameters = 'folded', form = 'scan' }: MainOptions) {
    super(elements);
    this.sizes = sizes;
    this.form = form;
    this.mostTensors = form === 'scan' ? Infinity : 8;
    this.parameters = new Parameters(this, weights, parameters);
    this.input(this.sequence, [this.length, 'batch', this.widthOf('input')]);
  }

  /** How long sequences are, where it is known, or the name of a free length. */
  get length(): string | number {
    return this.form === 'scan' ? 'steps' : this.form.steps;
  }
  override input(name: string, dims: readonly (string | number)[], type?: TensorType): string {
    const batch = this.form === 'scan' ? undefined : this.form.batch;
    return super.input(name, batch === undefined ? dims : dims.map((dim) => (dim === 'batch' ? batch : dim)), type);
  }
  /** Lets a variable stand for an expression, at all steps; nothing is computed before somebody asks for it. */
  define(variable: Expression, meaning: Expression): void {
    this.meanings.set(variable, meaning);
  }
  /** Runs the states over the whole sequence. */
  loop(states: readonly LoopState[], direction: Direction): Loop {
    const loop =
      this.form === 'scan' ? new Scan(this, states, direction) : new Unrolled(this, states, direction, this.form.steps);
    this.loops.push(loop);
    return loop;
  }
  widthOf(size: Size): number {
    return widthOf(this.sizes, size);
  }
  width(members: readonly Expression[]): number {
    return members.reduce((total, { size }) => total + this.widthOf(size), 0);
  }

  /** [steps, batch, n] as [steps · batch, n] and back; both are views, nothing is copied. */
  flat(tensor: string, n: number): string {
    const flat = this.once(`flat ${tensor}`, () => this.apply('Reshape', [tensor, this.integers([-1, n])]));
    this.once(`steps ${flat}`, () => tensor);
    return flat;
  }
  steps(tensor: string, n: number): string {
    return this.once(`steps ${tensor}`, () => this.apply('Reshape', [tensor, this.shape(n)]));
  }
  private shape(n: number): string {
    if (this.form !== 'scan') return this.integers([this.form.steps, -1, n]);
    const stepsAndBatch = this.once('steps and batch', () =>
      this.apply('Shape', [this.sequence], { start: 0, end: 2 }),
    );
    return this.once(`shape ${n}`, () => this.apply('Concat', [stepsAndBatch, this.integers([n])], { axis: 0 }));
  }

  /** The value at all steps, [steps · batch, n], of a constant too. */
  everywhere(e: Expression): string {
    return this.rows(e);
  }
  /** Where there is a Scan, the provider is one that has Identity too. */
  protected override copied(tensor: string): string {
    return this.form === 'scan' ? this.apply('Identity', [tensor]) : super.copied(tensor);
  }
  protected spread(constant: Expression): string {
    return this.repeated(this.value(constant), 'everywhere');
  }
  /** A tensor [n] as a row for every sequence, [batch, n], or for every step of every sequence, [steps · batch, n]. */
  repeated(tensor: string, where: 'everywhere' | 'inOneStep'): string {
    return this.once(`${tensor} ${where}`, () => this.apply('Expand', [tensor, this.columnShape(where)]));
  }
  /** The shape of one column of the sequence, to expand to. */
  private columnShape(where: 'everywhere' | 'inOneStep'): string {
    return this.once(`column ${where}`, () => {
      const column = this.cut(this.sequence, 0, 1, 2);
      const seen = where === 'everywhere' ? column : this.cut(column, 0, 1, 0);
      return this.apply('Shape', [this.flat(seen, 1)]);
    });
  }
  /** What the states of a sequence that has not begun are: zero, [batch, n]. */
  zeros(n: number): string {
    const row = this.once(`zeros ${n}`, () => this.numbers(this.fresh(), [n], new Float64Array(n)));
    return this.repeated(row, 'inOneStep');
  }

  /** Whether an expression is made of vectors only; then its tensor has no steps and no batch, and broadcasts. */
  isConstant(e: Expression): boolean {
    const known = this.constants.get(e);
    if (known !== undefined) return known;
    const isMade = e.operands.length > 0 && !e.matrix && e.operands.every((operand) => this.isConstant(operand));
    const isConstant = e.operation === 'vector' || isMade;
    this.constants.set(e, isConstant);
    return isConstant;
  }

  knows(e: Expression): boolean {
    return this.has(e) || this.loops.some((loop) => loop.has(e));
  }
  home(e: Expression): Stack | undefined {
    return this.stackOf(e) ?? this.loops.map((loop) => loop.stackOf(e)).find((stack) => stack);
  }
  /** What an unrolled loop computes of these at one step, where it has not been collected over all steps. */
  atStep(members: readonly Expression[], step: number): string | undefined {
    if (members.some((e) => this.has(e))) return undefined;
    for (const loop of this.loops) {
      const tensor = loop.at?.(members, step);
      if (tensor !== undefined) return tensor;
    }
    return undefined;
  }
  protected isFree(): boolean {
    return false;
  }
  protected bring(members: readonly Expression[]): boolean {
    const [first] = members;
    if (members.length === 1 && first!.operation === 'vector') {
      this.set(members, this.parameters.vector(first!.name, this.width(members)));
      return true;
    }
    const meaning = members.length === 1 && this.meanings.get(first!);
    if (meaning) return Boolean(this.set(members, this.everywhere(meaning)));
    for (const loop of this.loops) {
      const tensor = loop.tap(members);
      if (tensor !== undefined) return Boolean(this.set(members, tensor));
    }
    return false;
  }
}
