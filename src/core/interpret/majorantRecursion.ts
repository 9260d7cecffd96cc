import type { Cell } from '../cells/cell';
import { inOrder, type Expression } from '../cells/language';
import { networkInput } from '../cells/network';
import type { VectorRadii, RuleContext } from './majorantClass';
import { assign, copyOf, enlarge, isSame, setRadii, still, type Bounds } from './majorantBounds';
import { flawOf, rule } from './majorantRule';

/** How large something gets in any step, and how far it moves, as natural logarithms. */
export interface Reach {
  /** ln of the largest Euclidean norm, and of the largest absolute entry. */
  readonly logTwo: number;
  readonly logInf: number;
  /** ln L_A: ‖v − v′‖_p ≤ Σ_A L_A ‖A − A′‖_p for any two networks of the class and any input. */
  readonly logMoves: ReadonlyMap<string, number>;
}

export interface GateRange {
  readonly low: number;
  readonly high: number;
}

/** What the calculus finds for a layer, over all steps it has taken. */
export interface Majorant extends Reach {
  readonly states: ReadonlyMap<string, Reach>;
  /** Between which values each gate stays, whatever the network of the class and the input. */
  readonly gateRanges: ReadonlyMap<string, GateRange>;
  /** Which operation has no Lipschitz constant in this class, and why; infinite coefficients come from it. Mostly null. */
  readonly notCertifiable: string | null;
}

/** One layer: its equations, what it reads as an expression, and what it hands on. */
export interface LayerEquations extends Pick<Cell, 'input' | 'states' | 'gates'> {
  readonly reads: Expression;
  readonly handsOn: Expression;
  /** In the order of the states; their norms, and whether they are blocks that differ between networks. @default zero */
  readonly initialStates?: readonly VectorRadii[];
  readonly initialStatesMove?: boolean;
}

/** The recursion over time that the calculus makes of the equations of a layer. */
export interface Recursion {
  /** The bounds of a variable that the layer reads, to be set before a step. */
  readonly boundsOf: (variable: Expression) => Bounds;
  /** Takes a step; false where no state differs from the step before. */
  readonly step: () => boolean;
  /** What the layer hands on after the last step taken. */
  readonly output: Bounds;
  /** Over all steps taken: sequences may end sooner, and what starts large may be largest long before the last step. */
  readonly result: () => Majorant;
}

export function recursion(
  { input, states, gates, reads, handsOn, initialStates, initialStatesMove = false }: LayerEquations,
  context: RuleContext,
): Recursion {
  const before = states.map((state) => state.before);
  const roots = [reads, input, ...before, ...states.map(({ after }) => after), handsOn, ...Object.values(gates)];
  const expressions = inOrder(roots);
  const bounds = new Map(expressions.map((e) => [e, still(context.blocks.size)]));
  const boundsOf = (e: Expression): Bounds => bounds.get(e)!;
  states.forEach(({ name, before: state }, k) => {
    setRadii(boundsOf(state), initialStates?.[k] ?? { two: 0, inf: 0 });
    if (initialStatesMove) boundsOf(state).moves[context.blocks.get(name)!] = 0;
  });
  const rules = expressions.map((e) =>
    e === input && reads !== input
      ? () => assign(boundsOf(input), boundsOf(reads))
      : rule(e, e.operands.map(boundsOf), boundsOf(e), context),
  );
  const eachStep = changing(expressions, { before, input, reads }).map((k) => rules[k]!);
  const mayJump = expressions.filter((e) => e.operation === 'modRelu' || flawOf(e, []) !== null);
  let notCertifiable: string | null = null;
  let steps = 0;
  const output = boundsOf(handsOn);
  const largest = still(context.blocks.size);
  const largestStates = states.map(() => still(context.blocks.size));
  const gateRanges = new Map(Object.keys(gates).map((gate) => [gate, { low: Infinity, high: -Infinity }]));

  const step = (): boolean => {
    for (const apply of steps++ === 0 ? rules : eachStep) apply();
    for (const [gate, range] of gateRanges) {
      const { low, high } = boundsOf(gates[gate]!);
      range.low = Math.min(range.low, low);
      range.high = Math.max(range.high, high);
    }
    for (const e of mayJump) notCertifiable ??= flawOf(e, e.operands.map(boundsOf));
    enlarge(largest, output);
    // A state may be what another state was before the step, so all are read before any is written.
    const after = states.map((state) => copyOf(boundsOf(state.after)));
    let hasChanged = false;
    states.forEach((state, k) => {
      const now = boundsOf(state.before);
      hasChanged ||= !isSame(now, after[k]!);
      assign(now, after[k]!);
      enlarge(largestStates[k]!, now);
    });
    return hasChanged;
  };
  const result = (): Majorant => ({
    ...reachOf(largest, context.blocks),
    states: new Map(states.map(({ name }, k) => [name, reachOf(largestStates[k]!, context.blocks)])),
    gateRanges,
    notCertifiable,
  });
  return { boundsOf, step, output, result };
}

export const reachOf = ({ logTwo, logInf, moves }: Bounds, blocks: ReadonlyMap<string, number>): Reach => ({
  ...{ logTwo, logInf },
  logMoves: new Map([...blocks].map(([name, k]) => [name, moves[k]!])),
});

/** The places of the expressions that need not be the same at every step. */
function changing(
  expressions: readonly Expression[],
  { before, input, reads }: { before: readonly Expression[]; input: Expression; reads: Expression },
): number[] {
  // What earlier layers hand on changes; the bounds of the input of the network do not.
  const others = inOrder([reads]).filter((e) => e.operation === 'variable' && e !== networkInput);
  const moving = new Set([...before, ...others]);
  return expressions.flatMap((e, place) => {
    const moves = moving.has(e) || (e === input ? moving.has(reads) : e.operands.some((u) => moving.has(u)));
    if (moves) moving.add(e);
    return moves ? [place] : [];
  });
}
