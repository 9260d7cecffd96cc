import type { Expression } from '../../core/cells/language';
import type { LinearMap } from '../../core/cells/linearMap';
import { widthOf, type Sizes } from '../../core/cells/sizes';
import type { Direction } from '../../core/checkpoint';
import { Loop, type LoopState } from './loop';
import { modelFile, tensorTypes, type Initializer, type Port, type TensorType } from './modelFile';
import { Scope, type Stack } from './scope';

/** The main graph. Its tensors hold all steps of all sequences, [steps · batch, n], because matrix products like it so. */
export class Main extends Scope {
  /** The input sequence, [steps, batch, input size]. */
  readonly sequence = 'X';
  readonly type: TensorType;
  protected readonly main = this;
  private readonly initializers: Initializer[] = [];
  private readonly inputs: Port[] = [];
  private readonly outputs: Port[] = [];
  private readonly loops: Loop[] = [];
  private readonly made = new Map<string, string>();
  private readonly constants = new Map<Expression, boolean>();
  private names = 0;

  constructor(
    private readonly sizes: Sizes,
    /** Parameters by their names in the equations, matrices row by row. */
    private readonly parameters: ReadonlyMap<string, Float64Array>,
    private readonly elements: 'float32' | 'float64',
  ) {
    super();
    this.type = tensorTypes[elements];
    this.input(this.sequence, ['steps', 'batch', sizes.input]);
  }

  fresh(): string {
    return `t${this.names++}`;
  }
  input(name: string, dims: readonly (string | number)[]): string {
    this.inputs.push({ name, type: this.type, dims });
    return name;
  }
  /** Makes a tensor come out of the graph; answers the name it comes out by. Asked twice, it still comes out once. */
  output(tensor: string): string {
    const isComputed = this.nodes.some(({ outputs }) => outputs.includes(tensor));
    const name = isComputed ? tensor : this.once(`copy of ${tensor}`, () => this.apply('Identity', [tensor]));
    if (!this.outputs.some((port) => port.name === name)) this.outputs.push({ name, type: this.type });
    return name;
  }
  loop(states: readonly LoopState[], direction: Direction): void {
    this.loops.push(new Loop(this, states, direction));
  }
  encode(): Uint8Array {
    const { nodes, initializers, inputs, outputs } = this;
    return modelFile({ name: 'cell', nodes, initializers, inputs, outputs });
  }

  private once(key: string, make: () => string): string {
    const name = this.made.get(key) ?? make();
    this.made.set(key, name);
    return name;
  }
  private initializer(key: string, dims: readonly number[], type: TensorType, data: ArrayBufferView): string {
    return this.once(key, () => {
      const name = this.fresh();
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      this.initializers.push({ name, dims, type, bytes });
      return name;
    });
  }
  numbers(key: string, dims: readonly number[], values: Float64Array): string {
    const data = this.elements === 'float64' ? values : Float32Array.from(values);
    return this.initializer(key, dims, this.type, data);
  }
  constant(value: number): string {
    return this.numbers(`number ${value}`, [], Float64Array.of(value));
  }
  integers(values: readonly number[]): string {
    const data = BigInt64Array.from(values.map(BigInt));
    return this.initializer(`integers ${values.join()}`, [values.length], tensorTypes.int64, data);
  }
  width(members: readonly Expression[]): number {
    return members.reduce((total, { size }) => total + widthOf(this.sizes, size), 0);
  }

  /** [steps, batch, n] as [steps · batch, n] and back; both are views, nothing is copied. */
  flat(tensor: string, n: number): string {
    const flat = this.once(`flat ${tensor}`, () => this.apply('Reshape', [tensor, this.integers([-1, n])]));
    this.made.set(`steps ${flat}`, tensor);
    return flat;
  }
  steps(tensor: string, n: number): string {
    return this.once(`steps ${tensor}`, () => this.apply('Reshape', [tensor, this.shape(n)]));
  }
  private shape(n: number): string {
    const stepsAndBatch = this.once('steps and batch', () =>
      this.apply('Shape', [this.sequence], { start: 0, end: 2 }),
    );
    return this.once(`shape ${n}`, () => this.apply('Concat', [stepsAndBatch, this.integers([n])], { axis: 0 }));
  }
  /** The value at all steps, of a constant too, for whoever cannot broadcast. */
  everywhere(e: Expression): string {
    if (!this.isConstant(e)) return this.value(e);
    const n = this.width([e]);
    const value = this.value(e);
    return this.flat(
      this.once(`spread ${value}`, () => this.apply('Expand', [value, this.shape(n)])),
      n,
    );
  }

  /** Matrices with a row for each output, one above the other. */
  weights(matrices: readonly LinearMap[]): string {
    const columns = widthOf(this.sizes, matrices[0]!.from);
    const heights = matrices.map(({ to }) => widthOf(this.sizes, to));
    const rows = heights.reduce((total, height) => total + height, 0);
    const stack = new Float64Array(rows * columns);
    let start = 0;
    for (const [k, { name }] of matrices.entries()) {
      stack.set(this.parameter(name, heights[k]! * columns), start);
      start += heights[k]! * columns;
    }
    return this.numbers(`weights ${matrices.map(({ name }) => name).join()}`, [rows, columns], stack);
  }
  private parameter(name: string, size: number): Float64Array {
    const values = this.parameters.get(name);
    if (!values) throw new Error(`The cell needs ${name}, which the layer does not have.`);
    if (values.length === size) return values;
    throw new Error(`The cell needs ${size} numbers in ${name}, but there are ${values.length}.`);
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
  protected isFree(): boolean {
    return false;
  }
  protected bring(members: readonly Expression[]): boolean {
    const [first] = members;
    if (members.length === 1 && first!.operation === 'vector') {
      const size = this.width(members);
      this.set(members, this.numbers(`vector ${first!.name}`, [size], this.parameter(first!.name, size)));
      return true;
    }
    for (const loop of this.loops) {
      const tensor = loop.tap(members);
      if (tensor !== undefined) return Boolean(this.set(members, tensor));
    }
    return false;
  }
}
