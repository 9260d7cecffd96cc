import type { Cell } from '../cells/cell';
import { inOrder, type Expression } from '../cells/language';
import { networkInput } from '../cells/network';
import type { VectorRadii, RuleContext } from './majorantClass';
import { assignSize, enlarge, isSameSize, setRadii, still, type Bounds, type Size } from './majorantBounds';
import { flawOf } from './majorantEntrywise';
import { movedWith } from './majorantMovement';
import { movesOf, type Moves } from './majorantMoves';
import { programOf, type Program } from './majorantProgram';
import { reachOf, type Majorant, type Reach } from './majorantReach';
import { rule } from './majorantRule';
import type { Trace } from './majorantTrace';

/** One layer: its equations, what it reads as an expression, and what it hands on. */
export interface LayerEquations extends Pick<Cell, 'input' | 'states' | 'gates'> {
  readonly reads: Expression;
  readonly handsOn: Expression;
  /** Whether the initial states are blocks that differ between networks. */
  readonly initialStatesMove: boolean;
  /** The block that the network's input is at every step; null where the input is the same for all networks. */
  readonly inputBlock: string | null;
}

/** The recursion over time that the calculus makes of the equations of a layer. A class for speed, as `PlainMoves` is one. */
export class Recursion {
  /** What the layer hands on after the last step taken. */
  readonly output: Bounds;
  moves: Moves;
  private readonly program: Program;
  private readonly expressions: readonly Expression[];
  private readonly places: ReadonlyMap<Expression, number>;
  private readonly bounds: readonly Bounds[];
  private readonly operands: readonly Int32Array[];
  private readonly rules: readonly (() => void)[];
  /** The states before a step, and what the layer reads of others; and where they are among the expressions. */
  private readonly variables: readonly Expression[];
  private readonly variablePlaces: Int32Array;
  /** Of the states before a step; and after it, and of what is handed on. */
  private readonly before: readonly Bounds[];
  private readonly results: readonly Bounds[];
  private readonly largest: readonly Size[];
  private readonly next: readonly Size[];
  private readonly gateRanges: readonly { readonly of: Bounds; low: number; high: number }[];
  private readonly mayJump: readonly Expression[];
  private notCertifiable: string | null = null;
  /** By expression: whether its size differs from that at the step before. */
  private readonly hasChanged: Uint8Array;
  private readonly old = still();
  private isFirst = true;

  constructor(
    private readonly layer: LayerEquations,
    private readonly context: RuleContext,
  ) {
    const { input, states, gates, reads, handsOn, inputBlock } = layer;
    const before = states.map((state) => state.before);
    const others = inOrder([reads]).filter((e) => e.operation === 'variable' && e !== networkInput && e !== input);
    this.variables = [...before, ...others];
    this.expressions = inOrder([
      ...[reads, input, ...before, ...states.map(({ after }) => after), handsOn],
      ...Object.values(gates),
    ]);
    this.places = new Map(this.expressions.map((e, place) => [e, place]));
    this.variablePlaces = Int32Array.from(this.variables, (e) => this.places.get(e)!);
    this.bounds = this.expressions.map(still);
    this.hasChanged = new Uint8Array(this.expressions.length);
    if (inputBlock !== null && this.places.has(networkInput))
      this.boundsOf(networkInput).movement = movedWith(context.blocks.get(inputBlock)!);
    const readBy = (e: Expression): readonly Expression[] => (e === input && reads !== input ? [reads] : e.operands);
    this.operands = this.expressions.map((e) => Int32Array.from(readBy(e), (operand) => this.places.get(operand)!));
    this.rules = this.expressions.map((e) => {
      const own = this.boundsOf(e);
      if (e !== input || reads === input) return rule(e, e.operands.map(this.boundsOf), own, context);
      own.movement = this.boundsOf(reads).movement;
      return () => assignSize(own, this.boundsOf(reads));
    });
    this.output = this.boundsOf(handsOn);
    this.before = before.map(this.boundsOf);
    this.results = [...states.map(({ after }) => this.boundsOf(after)), this.output];
    this.largest = this.results.map(still);
    this.next = this.before.map(still);
    this.gateRanges = Object.values(gates).map((e) => ({ of: this.boundsOf(e), low: Infinity, high: -Infinity }));
    this.mayJump = this.expressions.filter((e) => e.operation === 'modRelu' || flawOf(e, []) !== null);
    this.program = programOf(
      this.results.map(({ movement }) => movement),
      this.variables.map((e) => this.boundsOf(e).movement),
    );
    this.moves = this.start(null, []);
  }

  /** Begins anew, with what the network reads, where the layer reads it, and the states before the first step. */
  start(networkReads: VectorRadii | null, initialStates: readonly VectorRadii[]): Moves {
    const { reads, input, states, initialStatesMove } = this.layer;
    const { blocks } = this.context;
    if (networkReads) setRadii(this.boundsOf(reads === input ? input : networkInput), networkReads);
    const starts = new Float64Array(states.length * blocks.size);
    states.forEach(({ name }, k) => {
      setRadii(this.before[k]!, initialStates[k] ?? { two: 0, inf: 0 });
      if (initialStatesMove) starts[k * blocks.size + blocks.get(name)!] = 1;
    });
    this.isFirst = true;
    this.notCertifiable = null;
    for (const size of this.largest) assignSize(size, still());
    for (const range of this.gateRanges) Object.assign(range, { low: Infinity, high: -Infinity });
    return (this.moves = movesOf(this.program, blocks.size, starts));
  }

  variableOf(e: Expression): number {
    return this.variables.indexOf(e);
  }

  /** Sets a variable to what an earlier layer handed on at a step, whose blocks have these places here. */
  read(variable: number, trace: Trace, step: number, blockPlaces: Int32Array): void {
    const place = this.variablePlaces[variable]!;
    this.hasChanged[place] = trace.setSize(step, this.bounds[place]!) ? 1 : 0;
    this.moves.read(variable, trace.moment(step), blockPlaces);
  }

  /** Takes a step; false where it changes nothing that the next one depends on. */
  step(): boolean {
    const factorsChanged = this.applyRules();
    if (factorsChanged) this.observe();
    const haveMoved = this.moves.step(factorsChanged)!;
    return (factorsChanged && this.advance()) || haveMoved;
  }

  /** Over all steps taken: sequences may end sooner, and what starts large may be largest long before the last step. */
  result(): Majorant {
    const reach = (k: number): Reach => reachOf(this.largest[k]!, this.moves.logLargest(k), this.context.blocks);
    const { states, gates } = this.layer;
    return {
      ...reach(states.length),
      states: new Map(states.map(({ name }, k) => [name, reach(k)])),
      gateRanges: new Map(
        Object.keys(gates).map((gate, k) => [gate, { low: this.gateRanges[k]!.low, high: this.gateRanges[k]!.high }]),
      ),
      notCertifiable: this.notCertifiable,
    };
  }

  private readonly boundsOf = (e: Expression): Bounds => this.bounds[this.places.get(e)!]!;

  /** Applies the rules whose operands are not as they were at the step before; whether there are any. */
  private applyRules(): boolean {
    const { rules, operands, hasChanged, bounds, old, isFirst } = this;
    let any = isFirst;
    for (let place = 0; place < rules.length; place++) {
      const read = operands[place]!;
      let isDue = isFirst;
      for (let k = 0; k < read.length; k++) isDue ||= hasChanged[read[k]!] === 1;
      if (isDue) {
        any = true;
        assignSize(old, bounds[place]!);
        rules[place]!();
      }
      if (read.length > 0) hasChanged[place] = isDue && !isSameSize(old, bounds[place]!) ? 1 : 0;
    }
    this.isFirst = false;
    return any;
  }

  private observe(): void {
    const { gateRanges, largest, results } = this;
    for (let k = 0; k < gateRanges.length; k++) {
      const range = gateRanges[k]!;
      range.low = Math.min(range.low, range.of.low);
      range.high = Math.max(range.high, range.of.high);
    }
    for (let k = 0; k < largest.length; k++) enlarge(largest[k]!, results[k]!);
    for (const e of this.mayJump) this.notCertifiable ??= flawOf(e, e.operands.map(this.boundsOf));
  }

  /** A state may be what another state was before the step, so all are read before any is written. */
  private advance(): boolean {
    const { next, before, results } = this;
    for (let k = 0; k < next.length; k++) assignSize(next[k]!, results[k]!);
    let any = false;
    for (let k = 0; k < next.length; k++) {
      const isSame = isSameSize(before[k]!, next[k]!);
      this.hasChanged[this.variablePlaces[k]!] = isSame ? 0 : 1;
      any ||= !isSame;
      assignSize(before[k]!, next[k]!);
    }
    return any;
  }
}
