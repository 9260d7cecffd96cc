export type Norm = 2 | 'inf';

export type CellKind = 'vanilla' | 'mgu' | 'gru_before' | 'gru_after' | 'lstm';

/** The range a gate can take; [0, 1] costs nothing (theory rule R6). */
export interface GateRange {
  readonly low: number;
  readonly high: number;
}

/** What is fixed about a one-layer network with a linear readout, before any norm is measured. */
export interface Architecture {
  readonly cell: CellKind;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputs: number;
  /** Lipschitz constant ρ_h of the vanilla activation. */
  readonly slope: number;
  /** Largest absolute entry of a vanilla state: 1 for tanh, Infinity for relu. */
  readonly cap: number;
  /** Lipschitz constant ρ_y of what follows the readout. */
  readonly readoutSlope: number;
  /** Lipschitz constant of the gates: 1/4 for the logistic sigmoid, 1/5 for hard-sigmoid. */
  readonly gateSlope: number;
  readonly gates: Readonly<Record<string, GateRange>>;
}

/** One learned matrix or vector. */
export interface Block {
  readonly name: string;
  readonly rows: number;
  /** null for a vector. */
  readonly columns: number | null;
  /** How many free numbers it has (n_A), valid when it is parametrised linearly. */
  readonly parameters: number;
}

/** The names of the blocks of each cell inside the recurrence, in the order of their equations. */
const recurrentBlocks: Readonly<Record<CellKind, readonly string[]>> = {
  vanilla: ['U', 'W', 'b'],
  mgu: ['Ua', 'Wa', 'ba', 'Ur', 'Wr', 'br'],
  gru_before: ['Ua', 'Wa', 'ba', 'Ur', 'Wr', 'br', 'Uz', 'Wz', 'bz'],
  gru_after: ['Ua', 'Wa', 'ba', 'bu', 'Ur', 'Wr', 'br', 'Uz', 'Wz', 'bz'],
  lstm: ['Uf', 'Wf', 'bf', 'Ui', 'Wi', 'bi', 'Ua', 'Wa', 'ba', 'Uo', 'Wo', 'bo'],
};

/** Every block a network of this architecture can have; a network without biases has fewer. */
export function possibleBlocks(architecture: Architecture): Block[] {
  const { inputSize, hiddenSize, outputs } = architecture;
  const block = (name: string, rows: number, columns: number | null): Block => ({
    name,
    rows,
    columns,
    parameters: rows * (columns ?? 1),
  });
  return [
    ...recurrentBlocks[architecture.cell].map((name) => {
      if (name.startsWith('U')) return block(name, hiddenSize, hiddenSize);
      return block(name, hiddenSize, name.startsWith('W') ? inputSize : null);
    }),
    block('V', outputs, hiddenSize),
    block('c', outputs, null),
  ];
}

/** ln ‖A‖ of every block, by name; a block that does not exist is absent. */
export type LogNorms = ReadonlyMap<string, number>;

/** What one cell's recursion needs. */
export interface RecursionSetting {
  readonly architecture: Architecture;
  readonly p: Norm;
  readonly steps: number;
  /** ln sup ‖x_t‖_p. */
  readonly logInput: number;
}

/**
 * How far the last hidden state moves: ‖h − h′‖_p ≤ Σ_A D_A ‖A − A′‖_p for any two networks whose blocks lie within the
 * given norms, and ‖h‖_p ≤ H.
 */
export interface StateSensitivity {
  /** ln H_t. */
  readonly logState: number;
  /** ln D_A. */
  readonly logMoves: ReadonlyMap<string, number>;
}

export const logNorm = (norms: LogNorms, name: string): number => norms.get(name) ?? -Infinity;

/** ln of the largest p-norm of a vector of the given size with entries in [−1, 1]. */
export const logCap = (p: Norm, size: number): number => (p === 2 ? Math.log(size) / 2 : 0);

/** The moves of W, U and b of one gate, from the sums of the gate's coefficient times H_{j−1} and times 1. */
export function gateMoves(
  gate: string,
  logTimesState: number,
  logTimesOne: number,
  logInput: number,
): [string, number][] {
  return [
    [`U${gate}`, logTimesState],
    [`W${gate}`, logTimesOne + logInput],
    [`b${gate}`, logTimesOne],
  ];
}
