import { vector, type Expression, type Size } from './language';
import { matrix } from './linearMap';

/** Names a parameter as the equations do: W_f, and plain W where there is only one. */
export const parameterName = (family: string, letter: string): string => (letter ? `${family}_${letter}` : family);

/** W_g x. */
export const inputMap = (letter: string, x: Expression<'input'>): Expression<'hidden'> =>
  matrix(parameterName('W', letter), 'input', 'hidden', 'input')(x);

/** U_g h. */
export const recurrentMap = (letter: string, h: Expression<'hidden'>): Expression<'hidden'> =>
  matrix(parameterName('U', letter), 'hidden', 'hidden', 'recurrent')(h);

/** b_g, as a list that is empty in a cell without biases: a bias that does not exist is no block of any bound. */
export const biases = <S extends Size = 'hidden'>(
  letter: string,
  bias: boolean,
  size: S = 'hidden' as S,
): Expression<S>[] => (bias ? [vector(parameterName('b', letter), size)] : []);

/** W_g x + U_g h + b_g, what most gates of most cells begin with. */
export function affineMap(
  letter: string,
  x: Expression<'input'>,
  h: Expression<'hidden'>,
  bias: boolean,
): Expression<'hidden'> {
  return inputMap(letter, x).plus(recurrentMap(letter, h), ...biases(letter, bias));
}
