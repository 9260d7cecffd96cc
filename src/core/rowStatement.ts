import type { BoundResult, RegressionQuantity } from './report';
import { roundedUp } from './roundedUp';

/**
 * What a row with a number says, as half a sentence, with the name of the row in brackets where one is given: "the error on a
 * new sequence is at most 7.13 % (T2-Occam, 2-norm)", "the mean absolute error on new sequences, cut at a = 0.5, is at most
 * 0.13 (26 % of a; Reg-Occam, 2-norm)". Numbers are rounded up, so that it never promises more than the row.
 */
export function rowStatement(
  { value, quantity, about }: Pick<BoundResult, 'quantity' | 'about'> & { readonly value: number },
  name: string | null = null,
): string {
  const percent = `${percentUp(value)} %`;
  const named = name === null ? '' : ` (${name})`;
  if (!quantity) {
    const whose = about ? ` of the ${about} network near the checkpoint` : '';
    return `the error${whose} on a new sequence is at most ${percent}${named}`;
  }
  const { kind, scale, norm, everyStep } = quantity;
  if (kind === 'exceedance') {
    const distance = norm === null ? '' : norm === 2 ? ' (Euclidean distance)' : ' (in some entry)';
    const off = `off by more than a = ${short(scale)}${distance}`;
    return everyStep
      ? `predictions are ${off} at no more than ${percent} of the steps of a new sequence, on average${named}`
      : `a prediction is ${off} on at most ${percent} of new sequences${named}`;
  }
  const [a, unit] = kind === 'absolute' ? ['a', scale] : ['a²', scale * scale];
  const share = [`${percent} of ${a}`, ...(name === null ? [] : [name])].join('; ');
  const cut = `cut at ${kind === 'absolute' ? 'a' : 'a²'} = ${short(unit)}`;
  return `the ${losses[kind][norm ?? 1]} on new sequences, ${cut}, is at most ${roundedUp(value * unit, 3)} (${share})`;
}

/** By how the distance is measured; 1: there is one number to predict. */
const losses: Readonly<Record<Exclude<RegressionQuantity['kind'], 'exceedance'>, Record<1 | 2 | 'inf', string>>> = {
  absolute: {
    1: 'mean absolute error',
    2: 'mean Euclidean distance from the label',
    inf: 'mean of the largest absolute error of an entry',
  },
  squared: {
    1: 'mean squared error',
    2: 'mean squared Euclidean distance from the label',
    inf: 'mean of the largest squared error of an entry',
  },
};

/** Three significant digits, the last one rounded up. */
export const percentUp = (share: number): string => String(roundedUp(100 * share, 3));

const short = (value: number): string => String(Number(value.toPrecision(6)));
