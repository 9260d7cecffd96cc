import type { Size } from './majorantBounds';

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

export const reachOf = (
  { logTwo, logInf }: Size,
  logMoves: Float64Array,
  blocks: ReadonlyMap<string, number>,
): Reach => ({
  ...{ logTwo, logInf },
  logMoves: new Map([...blocks].map(([name, k]) => [name, logMoves[k]!])),
});
