import type { RecurrentLayer } from '../../checkpoint';
import type { MeasuredBlock } from './boundedNetwork';
import type { InputDomain } from './inputDomain';
import type { Norm } from './networkClass';
import type { Posterior } from '../methods/pacBayesMajorant';

/** What the classes of all networks around a trained one have in common, whatever bounds their Lipschitz constants. */
export interface BoundedClass {
  readonly layers: readonly RecurrentLayer[];
  /** The file that radii and priors are measured from; null: from zero. */
  readonly reference: string | null;
  readonly outputs: number;
  /** Every learned matrix and vector, the readout's V and c last. */
  readonly blocks: readonly MeasuredBlock[];
  /** J: how many radii enter a formula. */
  readonly radii: number;
  /** The norms of the input that the constants in the p-norm depend on. */
  readonly inputNorms: (p: Norm) => readonly Norm[];
  /** Λ_arch where nobody declared that the architecture was fixed. */
  readonly architectureCost: number;
  /** The tensor of the trained embedding that is a block of the class; none where nothing trained precedes the layers. @default none */
  readonly embedding?: string;
  /** What is assumed of the activations, and of the gates where there are any: sentences. */
  readonly facts: readonly string[];
  /** The constants of the class whose radii are the measured norms rounded up to the grid; or why there are none. */
  readonly constants: (p: Norm, domain: InputDomain) => ClassConstants | string;
  /** The Gaussian posteriors around the trained network, by the ln Δ_y they may move the scores; or why there are none. */
  readonly posteriors: (domain: InputDomain, eta: number) => ((logScoreBudget: number) => Posterior) | string;
}

export interface ClassConstants {
  /** ln R_A in the p-norm, by block. */
  readonly logRadii: ReadonlyMap<string, number>;
  /** ln Λ_A by block, where the class also limits the sum of all absolute values. @default no limit */
  readonly logSums?: ReadonlyMap<string, number>;
  /** ln L_A, by block. */
  readonly logConstants: ReadonlyMap<string, number>;
  /** ln H_T, the largest hidden state. */
  readonly logState: number;
  /** The largest score: ln ρ_y (‖V‖ H_T + ‖c‖). */
  readonly logScores: number;
}
