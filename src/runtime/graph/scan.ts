import type { Expression } from '../../core/cells/language';
import type { Direction } from '../../core/checkpoint';
import type { Loop, LoopState } from './loop';
import type { Main } from './main';
import type { Attribute, Graph, Node, Port } from './modelFile';
import { planOf, Step } from './step';

/** A loop over sequences of any length: an ONNX Scan, whose body is one step. */
export class Scan extends Step implements Loop {
  readonly finals: readonly string[];
  private readonly reversed: number;
  private readonly bodyInputs: Port[] = [];
  private readonly bodyOutputs: Port[] = [];
  private readonly scanInputs: string[] = [];
  private readonly scanOutputs: string[] = [];
  private readonly tapDirections: number[] = [];

  constructor(main: Main, states: readonly LoopState[], direction: Direction) {
    super(main, planOf(states));
    this.reversed = direction === 'reverse' ? 1 : 0;
    for (const { before, initial } of states) this.enter([before], initial);
    this.finals = states.map(({ after }) => this.rows(after)).map((name) => this.write(name));
    // A Scan counts its steps by its sequences, so a loop that reads none is given one to count by.
    if (this.scanInputs.length === states.length) this.enter([], main.sequence);
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

  tap(members: readonly Expression[]): string | undefined {
    if (!this.computes(members)) return undefined;
    this.tapDirections.push(this.reversed);
    return this.main.flat(this.write(this.pack(members)), this.main.width(members));
  }

  protected read(members: readonly Expression[]): void {
    this.enter(members, this.main.steps(this.main.pack(members), this.main.width(members)));
  }
  private enter(members: readonly Expression[], outside: string): void {
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
}
