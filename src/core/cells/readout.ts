import { activate, type Activation } from './activation';
import { concat, vector, type Expression, type Size } from './language';
import { matrix, type LinearMap } from './linearMap';
import type { NetworkReadout } from './network';

/** A dense layer in front of the last one: activation(V u + c). */
export interface HiddenDense {
  readonly units: number;
  readonly activation: Activation;
  readonly bias: boolean;
}

/** One dense layer of a readout, by the names of the network. */
export interface ReadoutLayer {
  readonly map: LinearMap;
  /** null where nothing is added. */
  readonly bias: string | null;
  readonly activation: Activation;
  readonly outputs: number;
}

/**
 * The dense layers of a readout in their order: V and c where there is one, else V1, c1, V2, c2, …; the last gives the scores
 * and has no activation.
 */
export function readoutLayers({ hidden = [], outputs, bias }: NetworkReadout): readonly ReadoutLayer[] {
  const all = [...hidden, { units: outputs, activation: 'linear', bias } as const];
  return all.map((dense, k) => {
    const place = all.length === 1 ? '' : String(k + 1);
    return {
      map: {
        ...{ name: `V${place}`, from: k === 0 ? 'read' : `dense${k}`, role: 'inner', structure: { kind: 'dense' } },
        to: k === all.length - 1 ? 'scores' : `dense${k + 1}`,
      },
      bias: dense.bias ? `c${place}` : null,
      activation: dense.activation,
      outputs: dense.units,
    };
  });
}

/** The widths between what a readout reads and the scores, and that of the scores. */
export const readoutSizes = (readout: NetworkReadout): readonly (readonly [Size, number])[] =>
  readoutLayers(readout).map(({ map, outputs }) => [map.to, outputs]);

/** The names of the matrix and of the bias, if there is one, that the scores come out of. */
export function lastDense(readout: NetworkReadout): { readonly matrix: string; readonly bias: string | null } {
  const { map, bias } = readoutLayers(readout).at(-1)!;
  return { matrix: map.name, bias };
}

/** The scores, V h + c or V2 σ(V1 h + c1) + c2, …, of what the layers hand on, side by side. */
export function scoresExpression(readout: NetworkReadout, handedOn: readonly Expression[]): Expression {
  let u: Expression = concat('read', handedOn);
  for (const { map, bias, activation } of readoutLayers(readout)) {
    const image = matrix(map.name, map.from, map.to, map.role)(u);
    u = activate(activation, bias === null ? image : image.plus(vector(bias, map.to)));
  }
  return u;
}
