import { seededRandom } from '../../linalg/seededRandom';

/** A learned matrix or vector of a network, and where the prior has its centre. */
export interface CentredBlock {
  /** Its name in the network: layer1.W_f, V. */
  readonly name: string;
  readonly values: Float64Array;
  /** A₀; null: zero. */
  readonly start: Float64Array | null;
}

/** What a stream of random numbers is for: draws that were looked at to choose something never count for a bound. */
export type DrawPurpose = 'sensitivity' | 'search' | 'gibbs' | 'rivasplata';

const purposes: readonly DrawPurpose[] = ['sensitivity', 'search', 'gibbs', 'rivasplata'];

/** The seed of one draw: the same on any number of processors, and another for every purpose and every draw. */
export function drawSeed(seed: number, purpose: DrawPurpose, draw: number): number {
  const random = seededRandom(seed);
  let first = 0;
  for (let k = 0; k <= purposes.indexOf(purpose); k++) first = Math.floor(random.uniform(0, 2 ** 53));
  return (first + draw) % 2 ** 53;
}

export interface DrawnWeights {
  /** w̃ = w + σξ, rounded to float32, block by block. */
  readonly weights: readonly Float32Array[];
  /** Of each block ‖w̃_A − A₀‖² and ‖ξ_A‖², before the rounding. */
  readonly blocks: readonly { readonly squaredDistance: number; readonly squaredNoise: number }[];
}

/** Draws every number of every block from a Gaussian around it. */
export function drawnWeights(blocks: readonly CentredBlock[], sigmas: readonly number[], seed: number): DrawnWeights {
  const { normal } = seededRandom(seed);
  const weights: Float32Array[] = [];
  const drawn = blocks.map(({ values, start }, k) => {
    const sigma = sigmas[k]!;
    const near = new Float32Array(values.length);
    let squaredDistance = 0;
    let squaredNoise = 0;
    for (let j = 0; j < values.length; j++) {
      const noise = normal();
      const value = values[j]! + sigma * noise;
      const distance = value - (start?.[j] ?? 0);
      near[j] = value;
      squaredDistance += distance * distance;
      squaredNoise += noise * noise;
    }
    weights.push(near);
    return { squaredDistance, squaredNoise };
  });
  return { weights, blocks: drawn };
}

/** ‖A − A₀‖². */
export function squaredDistance({ values, start }: CentredBlock): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += (values[k]! - (start?.[k] ?? 0)) ** 2;
  return sum;
}
