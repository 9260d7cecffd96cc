import type { MeasuredMatrix, MeasuredParameter } from './analysis/measureNetwork';
import { stableRank } from './analysis/matrixNorms';
import { regime } from './bounds/recursions/regime';
import type { Parameter, RecurrentLayer } from './checkpoint';
import { equations, equationsMathMl } from './interpret/equations';
import { layerSizes, outputWidth } from './layerSizes';
import type { GateStatistics } from './observations';
import type { LayerReport, MatrixReport, NormsReport, VectorReport } from './report';

/** What the report says of one layer; `longest` is the longest sequence, or null when the model was not run. */
export function layerReport(
  layer: RecurrentLayer,
  measured: readonly MeasuredParameter[],
  gates: readonly GateStatistics[],
  longest: number | null,
): LayerReport {
  const { name, cellName, cell, direction, inputSize, hiddenSize, biases } = layer;
  const matrices = measured.map(matrixReport);
  const recurrent = matrices.find(({ role }) => role === 'recurrent');
  // β = ρ‖U‖₂, and ρ = 1 for the two activations that the theorem's regimes are about.
  const activation = cell?.options.candidateActivation;
  const isVanilla = cellName === 'vanilla' && (activation === 'tanh' || activation === 'relu');
  const beta = isVanilla ? recurrent?.spectralNorm.upper : undefined;
  return {
    name,
    cell: cellName,
    direction,
    inputSize,
    hiddenSize,
    inputWidth: layerSizes(layer).input,
    outputWidth: outputWidth(layer),
    residual: layer.residual ?? false,
    equations: cell ? equations(cell, direction) : [],
    equationsMathMl: cell ? equationsMathMl(cell, direction) : [],
    source: cell?.source ?? null,
    stateBound: cell && { text: cell.stateBound.text, unbounded: [...cell.stateBound.unbounded] },
    matrices: inGateOrder(matrices, Object.keys(cell?.gates ?? {})),
    biases: biases.filter(isBias).map((bias) => {
      const { name, gate, ...norms } = vectorReport(bias);
      return { name, gate, role: bias.role === 'inputBias' ? 'input' : 'recurrent', ...norms };
    }),
    vectors: biases.filter((vector) => !isBias(vector)).map(vectorReport),
    gates: [...gates],
    regime: beta === undefined ? null : { beta, regime: regime(beta, longest) },
  };
}

const isBias = ({ role }: Parameter): boolean => role !== 'weight';

/** Gate by gate in the order in which the cell names them, as its equations and statistics are; the file has its own order. */
function inGateOrder(matrices: readonly MatrixReport[], gates: readonly string[]): MatrixReport[] {
  const rank = ({ gate }: MatrixReport): number => (gate === null ? gates.length : gates.indexOf(gate));
  return [...matrices].sort((a, b) => rank(a) - rank(b));
}

function matrixReport({ parameter, applied, ...measured }: MeasuredParameter): MatrixReport {
  const { name, gate, role, rows, columns } = parameter;
  const isStoredSo = rows === applied[0] && columns === applied[1];
  return {
    name,
    gate,
    role: role === 'input' || role === 'inner' ? role : 'recurrent',
    ...normsReport(applied, measured),
    stored: isStoredSo ? null : [rows, columns],
  };
}

/** The norms of a matrix of this shape. */
export function normsReport(
  [rows, columns]: readonly [rows: number, columns: number],
  { norms, spectral }: MeasuredMatrix,
): NormsReport {
  return {
    shape: [rows, columns],
    spectralNorm: { lower: spectral.lower, upper: spectral.upper },
    frobeniusNorm: norms.frobenius,
    norm21: norms.norm21,
    infinityNorm: norms.infinity,
    maxRowNorm: norms.maxRow,
    stableRank: stableRank(norms.frobenius, spectral.upper),
  };
}

function vectorReport({ name, gate, rows, values }: Parameter): VectorReport {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return { name, gate, size: rows, norm2: euclideanNorm(values), infinityNorm: largest };
}

export function euclideanNorm(values: Float32Array | Float64Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}
