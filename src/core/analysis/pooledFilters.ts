import type { RecurrentLayer } from '../checkpoint';

/** A family of filters whose results are averaged: they act as one convolution, with their mean. */
export interface PooledFilter {
  readonly family: 'U' | 'W' | 'V';
  /** How many numbers the mean filter has. */
  readonly size: number;
  /** The sum of the absolute values of the mean filter, which bounds its convolution in every norm. */
  readonly one: number;
  readonly two: number;
}

/** The mean filters of a convolutional RNN with averaged channels (Chen, Li & Zhao 2019, section 5); null for any other cell. */
export function pooledFilters({ cellName, matrices }: RecurrentLayer): readonly PooledFilter[] | null {
  if (cellName !== 'conv-rnn') return null;
  const families = (['U', 'W', 'V'] as const).map((family): PooledFilter | null => {
    const filters = matrices.filter(({ name }) => name.startsWith(`${family}_`));
    const size = filters[0]?.values.length ?? 0;
    if (size === 0 || filters.some(({ values }) => values.length !== size)) return null;
    let [one, squares] = [0, 0];
    for (let k = 0; k < size; k++) {
      let sum = 0;
      for (const { values } of filters) sum += values[k]!;
      one += Math.abs(sum / filters.length);
      squares += (sum / filters.length) ** 2;
    }
    return { family, size, one, two: Math.sqrt(squares) };
  });
  return families.every((family) => family !== null) ? families : null;
}
