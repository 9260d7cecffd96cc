import { linear, vector, type Expression } from './language';

/** Names a parameter as the equations do: W_f, and plain W where there is only one. */
export const parameterName = (family: string, letter: string): string => (letter ? `${family}_${letter}` : family);

/** W_g x. */
export const inputMap = (letter: string, x: Expression<'input'>): Expression<'hidden'> =>
  linear({ name: parameterName('W', letter), from: 'input', to: 'hidden' }, x);

/** U_g h. */
export const recurrentMap = (letter: string, h: Expression<'hidden'>): Expression<'hidden'> =>
  linear({ name: parameterName('U', letter), from: 'hidden', to: 'hidden' }, h);

/** b_g, as a list that is empty in a cell without biases: a bias that does not exist is no block of any bound. */
export const biases = (letter: string, bias: boolean): Expression<'hidden'>[] =>
  bias ? [vector(parameterName('b', letter), 'hidden')] : [];

/** W_g x + U_g h + b_g, what most gates of most cells begin with. */
export function affineMap(
  letter: string,
  x: Expression<'input'>,
  h: Expression<'hidden'>,
  bias: boolean,
): Expression<'hidden'> {
  return inputMap(letter, x).plus(recurrentMap(letter, h), ...biases(letter, bias));
}
