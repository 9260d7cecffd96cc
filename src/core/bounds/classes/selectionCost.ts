import { eighthPower } from '../numbers/eighthPower';
import { gridCost } from '../numbers/radiusGrid';

/** The ramp widths Γ = {2^(k/2): k = −40 … 40}, fixed before the data (theory rule R1). */
export const gammaGrid: readonly number[] = Array.from({ length: 81 }, (_, k) => eighthPower(4 * (k - 40)));

export const gammaCost = Math.log(gammaGrid.length);

export interface Selection {
  /** How many radii enter the formula (J). */
  readonly radii: number;
  /** Whether the ramp width (or the scale of a regression loss) was chosen from Γ after seeing the data. */
  readonly gamma: boolean;
  /** How many norms of the input domain were read off the sample (rule R5b). */
  readonly inputRadii: number;
  /** The length when it was read off the sample (rule R5b), else null. */
  readonly length: number | null;
  /** Λ_arch of rule R8. */
  readonly architecture: number;
}

/** Λ, the price in nats of everything chosen after seeing the data: a union bound over the choices (theory section 0). */
export function selectionCost({ radii, gamma, inputRadii, length, architecture }: Selection): number {
  return (
    (gamma ? gammaCost : 0) +
    (radii + inputRadii) * gridCost +
    (length === null ? 0 : Math.log(length) + Math.log(length + 1)) +
    architecture
  );
}

/** Λ_arch where nobody declared that the architecture was fixed: 64 cells, any width, any depth (rule R8). */
export const universalArchitectureCost = (hiddenSize: number, layers: number): number =>
  Math.log(64) + Math.log(hiddenSize * (hiddenSize + 1)) + Math.log(layers * (layers + 1));
