import type { LayerReport, MatrixReport, NormsReport } from '../../../src/core/report';
import type { Column } from '../DataTable';
import { DataTable } from '../DataTable';
import { formatEnds, formatInterval, formatNumber } from '../format';
import { Equations } from './Equations';
import { Regime } from './Regime';
import { SpectralNorms } from './SpectralNorms';
import { Vectors } from './Vectors';

export const NORM_COLUMNS: readonly Column[] = [
  { name: 'Shape', title: 'Outputs × inputs' },
  {
    name: (
      <>
        ‖A‖<sub>2</sub>
      </>
    ),
    title: 'Spectral norm: a certified interval that contains the true value',
  },
  {
    name: (
      <>
        ‖A‖<sub>F</sub>
      </>
    ),
    title: 'Frobenius norm',
  },
  {
    name: (
      <>
        ‖A‖<sub>2,1</sub>
      </>
    ),
    title: '(2,1) norm: the sum of the Euclidean norms of the columns',
  },
  {
    name: (
      <>
        ‖A‖<sub>∞</sub>
      </>
    ),
    title: 'Infinity norm: the largest absolute row sum',
  },
  { name: 'Max row', title: 'The largest Euclidean norm of a row' },
  { name: 'Stable rank', title: 'The squared ratio of the Frobenius norm to the spectral norm' },
];

/** The cells of NORM_COLUMNS for one matrix. */
export function normCells(matrix: NormsReport & Partial<Pick<MatrixReport, 'stored'>>) {
  return [
    shapeOf(matrix),
    <span title={formatEnds(matrix.spectralNorm)}>{formatInterval(matrix.spectralNorm)}</span>,
    formatNumber(matrix.frobeniusNorm),
    formatNumber(matrix.norm21),
    formatNumber(matrix.infinityNorm),
    formatNumber(matrix.maxRowNorm),
    formatNumber(matrix.stableRank),
  ];
}

/** The recurrent layers: their equations, and the norms of each matrix of each gate. */
export function Layers({ layers }: { readonly layers: readonly LayerReport[] }) {
  return (
    <section>
      <h2>Layers</h2>
      {layers.length === 0 && <p class="empty">No recurrent layer was found.</p>}
      {layers.map((layer) => (
        <Layer layer={layer} />
      ))}
    </section>
  );
}

function Layer({ layer }: { readonly layer: LayerReport }) {
  const { name, cell, direction, inputSize, hiddenSize, inputWidth, outputWidth, residual, matrices } = layer;
  return (
    <article>
      <h3>
        {name}
        <span class="facts">
          <span>
            <code>{cell}</code>
          </span>
          <span>{direction}</span>
          <span title="Input size → hidden size">
            {inputSize} → {hiddenSize}
          </span>
          {(inputWidth !== inputSize || outputWidth !== hiddenSize) && (
            <span title="Numbers that a step reads → numbers that it hands on">
              {inputWidth} → {outputWidth} a step
            </span>
          )}
          {residual && <span title="What the layer reads is added to what it hands on">residual</span>}
        </span>
      </h3>
      <div class="beside">
        <Equations layer={layer} />
        <SpectralNorms matrices={matrices} layer={name} />
      </div>
      <Regime regime={layer.regime} />
      <DataTable
        label={`Norms of the weights of ${name}`}
        columns={[{ name: 'Gate', text: true }, { name: 'Weights', text: true }, ...NORM_COLUMNS]}
        rows={matrices.map((matrix) => [
          matrix.gate ?? '(none)',
          `${matrix.role} ${matrix.name}`,
          ...normCells(matrix),
        ])}
      />
      <Vectors layer={layer} />
    </article>
  );
}

/** "4 × 3"; of a convolution also what is stored of it. */
function shapeOf({ shape, stored }: Pick<MatrixReport, 'shape'> & Partial<Pick<MatrixReport, 'stored'>>) {
  const text = shape.join(' × ');
  if (!stored) return text;
  return <span title={`The matrix that is applied; stored are ${stored.join(' × ')} numbers`}>{text}</span>;
}
