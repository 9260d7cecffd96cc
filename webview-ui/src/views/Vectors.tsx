import type { BiasReport, LayerReport, VectorReport } from '../../../src/core/report';
import type { Column } from '../DataTable';
import { DataTable } from '../DataTable';
import { formatNumber } from '../format';

const NORMS: readonly Column[] = [
  { name: 'Size' },
  {
    name: (
      <>
        ‖b‖<sub>2</sub>
      </>
    ),
    title: 'Euclidean norm',
  },
  {
    name: (
      <>
        ‖b‖<sub>∞</sub>
      </>
    ),
    title: 'The largest absolute entry',
  },
];

/** The learned vectors of a layer: biases, and those that multiply. */
export function Vectors({ layer: { name, biases, vectors } }: { readonly layer: LayerReport }) {
  return (
    <>
      {biases.length > 0 && (
        <details>
          <summary>Biases</summary>
          <DataTable
            label={`Norms of the biases of ${name}`}
            columns={[{ name: 'Gate', text: true }, { name: 'Bias', text: true }, ...NORMS]}
            rows={biases.map((bias: BiasReport) => [
              bias.gate ?? '(none)',
              `${bias.role} ${bias.name}`,
              ...cells(bias),
            ])}
          />
        </details>
      )}
      {vectors.length > 0 && (
        <details>
          <summary>Multiplying vectors</summary>
          <DataTable
            label={`Norms of the multiplying vectors of ${name}`}
            columns={[{ name: 'Gate', text: true }, { name: 'Vector', text: true }, ...NORMS]}
            rows={vectors.map((vector) => [vector.gate ?? '(none)', vector.name, ...cells(vector)])}
          />
        </details>
      )}
    </>
  );
}

const cells = ({ size, norm2, infinityNorm }: VectorReport): string[] => [
  String(size),
  formatNumber(norm2),
  formatNumber(infinityNorm),
];
