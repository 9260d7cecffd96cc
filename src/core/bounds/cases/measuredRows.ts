import { matrixNorms } from '../../analysis/matrixNorms';
import { cellNamed, cellNames, type CellName } from '../../cells/cells';
import { parametersOf } from '../../cells/parametersOf';
import { majorant } from '../../interpret/majorant';
import { certifiedSpectralNorm } from '../../linalg/certifiedSpectralNorm';
import { Problem } from '../../problem';
import type { CaseInputs } from './caseInputs';
import { caseNorm } from './caseNetwork';
import { fromLogs, type Outputs } from './caseOutputs';

/** The norms of a matrix; the spectral one is the upper end of its certified interval. */
export async function normsRow(inputs: CaseInputs): Promise<Outputs> {
  const given = inputs.rows('matrix');
  const columns = given[0]?.length ?? 0;
  if (columns === 0 || given.some((row) => row.length !== columns)) {
    throw new Problem('inputs.matrix must be an array of rows of one length.');
  }
  const matrix = { rows: given.length, columns, values: Float64Array.from(given.flat()) };
  const { frobenius, norm21, infinity, one, maxRow, norm11, maxAbs } = matrixNorms(matrix);
  const { upper } = await certifiedSpectralNorm(matrix);
  return { spectral: upper, frobenius, l21: norm21, inf: infinity, one, maxrow: maxRow, l11: norm11, maxabs: maxAbs };
}

/** The GRUs as the theorems call them. */
const otherNames: Readonly<Record<string, CellName>> = { gru_before: 'gru', gru_after: 'gru-reset-after' };

/** The coefficients of the majorant calculus for a cell whose matrices all have the same norms, and its vectors too. */
export function calculusRow(inputs: CaseInputs): Outputs {
  const given = inputs.text('cell');
  const name = otherNames[given] ?? cellNames.find((known) => known === given);
  if (!name) {
    throw new Problem(`inputs.cell must be one of ${[...cellNames, ...Object.keys(otherNames)].join(', ')}.`);
  }
  const cell = cellNamed(name, { bias: inputs.has('vecs') });
  const hidden = inputs.count('dh');
  const mats = inputs.object('mats');
  const matrix = { two: mats.number('op2'), inf: mats.number('opinf'), maxRow: mats.number('r2inf') };
  const parameters = parametersOf(cell);
  const vecs = inputs.has('vecs') ? inputs.object('vecs') : null;
  const vector = { two: vecs?.number('l2') ?? 0, inf: vecs?.number('inf') ?? 0 };
  const input = inputs.object('x');
  const { logTwo, logInf, logMoves } = majorant(cell, {
    p: caseNorm(inputs),
    sizes: cell.sizes(inputs.has('dx') ? inputs.count('dx') : hidden, hidden),
    steps: inputs.count('t'),
    input: { two: input.number('m2'), inf: input.number('minf') },
    matrices: new Map(parameters.map(({ name: parameter }) => [parameter, matrix])),
    vectors: new Map(parameters.map(({ name: parameter }) => [parameter, vector])),
  });
  const moves = new Map([...logMoves].map(([parameter, log]) => [parameter.replace('_', ''), Math.exp(log)]));
  return { minf: Math.exp(logInf), m2: Math.exp(logTwo), D: fromLogs(moves) };
}
