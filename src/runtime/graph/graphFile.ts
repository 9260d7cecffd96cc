import { modelFile, tensorTypes, type Initializer, type Port, type TensorType } from './modelFile';
import { renamed } from './renamed';
import { Scope } from './scope';

export type Elements = 'float32' | 'float64';

/** What a file with a graph has besides nodes: inputs, outputs, constants and the names of all tensors. */
export abstract class GraphFile extends Scope {
  /** The type of the numbers that are computed with. */
  readonly type: TensorType;
  private readonly initializers: Initializer[] = [];
  private readonly inputs: Port[] = [];
  private readonly outputs: Port[] = [];
  /** The names that tensors have been given, by their own. */
  private readonly given = new Map<string, string>();
  private names = 0;

  constructor(private readonly elements: Elements) {
    super();
    this.type = tensorTypes[elements];
  }

  fresh(): string {
    return `t${this.names++}`;
  }
  input(name: string, dims: readonly (string | number)[], type: TensorType = this.type): string {
    this.inputs.push({ name, type, dims });
    return name;
  }
  /** Gives a tensor a name that whoever opens the file can read; answers it. */
  named(tensor: string, name: string): string {
    // A tensor has one name: what comes from outside or goes there keeps it, and its numbers get another tensor.
    const ports = [...this.inputs, ...this.initializers, ...this.outputs];
    const hasName = this.given.has(tensor) || ports.some((port) => port.name === tensor);
    this.given.set(hasName ? this.copied(tensor) : tensor, name).set(name, name);
    return name;
  }
  /** Makes a tensor come out of the graph; answers the name it comes out by. Asked twice, it still comes out once. */
  output(tensor: string, name?: string, dims?: readonly (string | number)[]): string {
    const isFromOutside = [...this.inputs, ...this.initializers].some((port) => port.name === tensor);
    const plain = (): string => (isFromOutside ? this.once(`copy of ${tensor}`, () => this.copied(tensor)) : tensor);
    const own = name === undefined ? (this.given.get(tensor) ?? plain()) : this.named(tensor, name);
    if (!this.outputs.some((port) => port.name === own)) {
      this.outputs.push({ name: own, type: this.type, ...(dims && { dims }) });
    }
    return own;
  }
  /** The same numbers once more, by an operator that every provider has, as Identity is not. */
  protected copied(tensor: string): string {
    return this.apply('Mul', [tensor, this.constant(1)]);
  }
  encode(metadata?: ReadonlyMap<string, string>): Uint8Array {
    const { nodes, initializers, inputs, outputs } = this;
    return modelFile(renamed({ name: 'cell', nodes, initializers, inputs, outputs }, this.given), metadata);
  }

  private initializer(name: string, dims: readonly number[], type: TensorType, data: ArrayBufferView): string {
    this.initializers.push({ name, dims, type, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
    return name;
  }
  /** A constant of the graph's numbers. */
  numbers(name: string, dims: readonly number[], values: Float64Array): string {
    return this.initializer(name, dims, this.type, this.elements === 'float64' ? values : new Float32Array(values));
  }
  constant(value: number): string {
    return this.once(`number ${value}`, () => this.numbers(this.fresh(), [], Float64Array.of(value)));
  }
  integers(values: readonly number[]): string {
    const data = (): BigInt64Array => BigInt64Array.from(values.map(BigInt));
    const dims = [values.length];
    return this.once(`integers ${values.join()}`, () =>
      this.initializer(this.fresh(), dims, tensorTypes.int64, data()),
    );
  }
  /** Places to gather from. */
  indices(key: string, values: Int32Array): string {
    return this.once(key, () => this.initializer(this.fresh(), [values.length], tensorTypes.int32, values));
  }
}
