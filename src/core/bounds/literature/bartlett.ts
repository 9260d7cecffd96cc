import { addLogs } from '../numbers/logarithms';

/** A vanilla network unrolled in time, as Bartlett, Foster & Telgarsky 2017 see it; logarithms of radii. */
export interface UnrolledNetwork {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputs: number;
  readonly steps: number;
  readonly sequences: number;
  /** ‖[U W b]‖₂ and ‖[V c]‖₂. */
  readonly logStep: number;
  readonly logReadout: number;
  /** The sums of the Euclidean norms of the rows of their distances from the reference. */
  readonly logStepRows: number;
  readonly logReadoutRows: number;
  /** Whether a 1 is put beside every input for b, and one for c. */
  readonly hasBias: boolean;
  readonly hasReadoutBias: boolean;
  /** ln ‖X‖_F, over all sequences and steps, those ones included. */
  readonly logData: number;
}

/**
 * ln C of the bound C/γ + 8/m for a vanilla network with |φ′| ≤ 1 and φ(0) = 0 (theory section 5): the state of step j is
 * [h_j; x_{j+1}; …; x_t], the matrix of a step is [U W] beside an identity, so its spectral norm is s = max(1, ‖[U W]‖₂), and
 * with the identity as reference only the rows of [U W] count. With D the largest width, s_V, b and b_V as above,
 *
 *     C = (48/m) ‖X‖_F s^t s_V (t (b/s)^{2/3} + (b_V/s_V)^{2/3})^{3/2} √(ln 2D²) ln max(e, m/4).
 *
 * It is Dudley's integral (theory 1.5) over the cover of their Theorem 3.3, with √2 for the margin and √2 for the rounding up
 * that their statement drops. A bias is one more column: [U W b] reads a 1 beside every input, and [V c] one that is handed on to
 * the end. Shorter sequences begin with zeros, those ones included, which leave h at φ(0) = 0.
 */
export function bartlettComplexity(network: UnrolledNetwork): number {
  const { steps, sequences, logStep, logReadout, logStepRows, logReadoutRows, logData } = network;
  const norm = Math.max(0, logStep);
  const ratios = addLogs(Math.log(steps) + (2 / 3) * (logStepRows - norm), (2 / 3) * (logReadoutRows - logReadout));
  const logA = steps * norm + logReadout + 1.5 * ratios;
  const width = unrolledWidth(network);
  return (
    Math.log(48 / sequences) +
    logData +
    logA +
    Math.log(Math.log(2 * width * width)) / 2 +
    Math.log(Math.log(Math.max(Math.E, sequences / 4)))
  );
}

const unrolledWidth = ({ inputSize, hiddenSize, outputs, steps, hasBias, hasReadoutBias }: UnrolledNetwork): number =>
  Math.max(outputs, hiddenSize + steps * (inputSize + (hasBias ? 1 : 0)) + (hasReadoutBias ? 1 : 0));
