/** What running networks near a checkpoint on its training sequences has shown: numbers only, no weights. */
export interface NearbyRuns {
  /** The largest |ours − theirs| / (1 + |theirs|) over the model's own scores, of the network with its weights as they are. */
  readonly scoreError: number;
  /** null where no noise was asked for. */
  readonly noise: NoiseRuns | null;
  /** null where no quantised network was asked for. */
  readonly quantised: QuantisedRun | null;
}

/** Gaussian noise around the checkpoint: its scales were frozen before any of the draws counted here. */
export interface NoiseRuns {
  /** What all draws were derived from. */
  readonly seed: number;
  readonly blocks: readonly NoisyBlock[];
  /** Fresh draws, each run on every training sequence, and the mean of their losses. */
  readonly draws: number;
  readonly meanLoss: number;
  /** Further draws that were looked at one by one, and the one of them that was kept. */
  readonly looks: number;
  readonly kept: DrawnNetwork;
}

export interface NoisyBlock {
  /** Its name in the network: layer1.W_f, V. */
  readonly name: string;
  readonly parameters: number;
  /** σ_A, the standard deviation of the noise on each of its numbers. */
  readonly sigma: number;
  /** ‖A − A₀‖². */
  readonly squaredDistance: number;
}

/** One draw w̃ = w + σξ, run with its weights rounded to float32; the distances are those of the draw before that. */
export interface DrawnNetwork {
  readonly loss: number;
  /** For each block ‖w̃_A − A₀‖² and ‖ξ_A‖². */
  readonly blocks: readonly { readonly squaredDistance: number; readonly squaredNoise: number }[];
}

/** The network whose weights are A₀ + s_A k for whole numbers k, rounded to float32. */
export interface QuantisedRun {
  readonly loss: number;
  readonly blocks: readonly QuantisedBlock[];
}

export interface QuantisedBlock {
  readonly name: string;
  /** s_A, a point of the grid of radii. */
  readonly step: number;
  /** How often each symbol −L … L occurs; as many entries as there are symbols. */
  readonly counts: readonly number[];
}
