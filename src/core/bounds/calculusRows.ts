import { classFamily, prefixedIds } from './classFamily';
import type { RowFamily } from './row';

export const calculusConstants = 'the majorant calculus, which reads them off the equations step by step';

/** The certified rows of any cells, stacked and in both directions. */
export const calculusRows: RowFamily = ({ hasCalculus }) =>
  hasCalculus ? classFamily(prefixedIds('CALC'), calculusConstants, ({ calculus }) => calculus()) : [];
