import { remade, variable, type Expression } from '../../core/cells/language';
import { outputWidth, placedLayers, type Network, type PlacedLayer } from '../../core/cells/network';
import type { Main } from './main';

/** An input by which what a layer hands on to other layers is multiplied, [steps, batch, width]: 0, or 1 / (1 − p). */
export interface DropoutMask {
  readonly name: string;
  readonly width: number;
}

/** The masks of a network in the order of its layers; none where no layer reads another. */
export const dropoutMasks = (network: Network): readonly DropoutMask[] =>
  placedLayers(network).flatMap(({ layer, handedOn }, k, all) =>
    isReadByLayers(all, k) ? [{ name: maskOf(handedOn), width: outputWidth(layer) }] : [],
  );

/**
 * Dropout between layers, as PyTorch has it: of what a layer hands on to later ones, every entry at every step is multiplied
 * by that of a mask. The input of the network, what the readout reads and the states inside the loops are left alone.
 *
 * @returns what each layer reads.
 */
export function addDropout(main: Main, placed: readonly PlacedLayer[]): readonly Expression[] {
  const dropped = new Map<Expression, Expression>();
  for (const [k, { handedOn }] of placed.entries()) {
    if (!isReadByLayers(placed, k)) continue;
    const mask = variable(maskOf(handedOn), handedOn.size);
    const width = main.width([handedOn]);
    main.set([mask], main.flat(main.input(mask.name, [main.length, 'batch', width]), width));
    dropped.set(handedOn, handedOn.times(mask));
  }
  const withMasks = (e: Expression): Expression =>
    dropped.get(e) ?? (e.operands.length === 0 ? e : remade(e, e.operands.map(withMasks), {}));
  return placed.map(({ reads }) => withMasks(reads));
}

const maskOf = ({ name }: Expression): string => `dropout ${name}`;

const isReadByLayers = (placed: readonly PlacedLayer[], k: number): boolean =>
  placed.some(({ layer: { reads } }) => reads !== 'input' && reads.includes(k));
