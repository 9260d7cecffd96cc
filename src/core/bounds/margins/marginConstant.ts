import type { Norm } from '../classes/networkClass';

/** c_M, the Lipschitz constant of the margin in the scores (theory section 0): 1 for a scalar score, else √2 or 2. */
export const marginConstant = (outputs: number, p: Norm): number => (outputs === 1 ? 1 : p === 2 ? Math.SQRT2 : 2);
