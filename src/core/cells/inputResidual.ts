import { concat, entrywise, vector, type Expression } from './language';
import { matrix } from './linearMap';

/** α = σ(trainable), how much of the past amends each entry of the input. */
const alpha = entrywise('sigmoid', vector('alpha', 'input'));

/** U_v h, the past as something of the input's width. */
export const pastInput = (h: Expression<'hidden'>): Expression<'input'> =>
  matrix('U_v', 'hidden', 'input', 'recurrent')(h);

/** v = x + α ∘ (U_v h): the input residual connection (Kuo et al. 2020, equation 13). */
export const amendedInput = (x: Expression<'input'>, h: Expression<'hidden'>): Expression<'input'> =>
  x.plus(alpha.times(pastInput(h)));

/** v = x + α ∘ (ω_v ∘ h) with ω_v = tanh(trainable), for cells whose input is as wide as their state. */
export function diagonallyAmendedInput(x: Expression<'input'>, h: Expression<'hidden'>): Expression<'input'> {
  const omega = entrywise('tanh', vector('omega_v', 'input'));
  return x.plus(alpha.times(omega.times(concat('input', [h]))));
}
