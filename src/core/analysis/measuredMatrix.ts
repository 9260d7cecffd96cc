import type { Interval } from '../linalg/matrix';
import type { MatrixNorms } from './matrixNorms';

/** A matrix with every norm that a report or a bound asks for; the spectral norm as an interval that encloses it. */
export interface MeasuredMatrix {
  readonly norms: MatrixNorms;
  readonly spectral: Interval;
}
