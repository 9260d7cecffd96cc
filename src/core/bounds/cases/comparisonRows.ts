import { bartlettComplexity } from '../literature/bartlett';
import { golowichComplexity } from '../literature/golowich';
import { sumLogs } from '../numbers/logarithms';
import type { LogNorms } from '../classes/networkClass';
import { printedTheorem3 } from '../literature/printedTheorem3';
import { radiusOf } from '../numbers/radiusGrid';
import { selectionCost } from '../classes/selectionCost';
import { growthBound, logGrowth, sigmoidWeights } from '../literature/vapnikChervonenkis';
import { zhangLeiDhillon } from '../literature/zhangLeiDhillon';
import type { CaseInputs } from './caseInputs';
import { clipped, log10, type Outputs } from './caseOutputs';

const sizes = (inputs: CaseInputs) => ({
  inputSize: inputs.count('dx'),
  hiddenSize: inputs.count('dh'),
  outputs: inputs.count('dy'),
  steps: inputs.count('t'),
  sequences: inputs.count('m'),
});

const logs = (norms: ReadonlyMap<string, number>): LogNorms =>
  new Map([...norms].map(([name, norm]) => [name, Math.log(norm)]));

/** ramp + C/γ + rest + 3 √((ln(2/δ) + Λ)/(2m)). */
function ofComplexity(inputs: CaseInputs, logComplexity: number, lambda: number, rest: number): Outputs {
  const sequences = inputs.count('m');
  const confidence = 3 * Math.sqrt((Math.log(2 / inputs.confidence('delta')) + lambda) / (2 * sequences));
  const parts = [inputs.share('ramp'), rest, confidence].map(Math.log);
  const raw = sumLogs([...parts, logComplexity - Math.log(inputs.positive('gamma'))]);
  return { bound: clipped(Math.exp(raw)), log10raw: log10(raw) };
}

const notOnGrid: Outputs = { bound: 1, log10raw: null };

const costOf = (inputs: CaseInputs, radii: number): number =>
  selectionCost({
    ...{ radii, gamma: true, inputRadii: 0, length: null },
    architecture: inputs.number('Lambda_arch', 0),
  });

/** `norms` and `column_sums` (‖A‖_{2,1}) of U, W and V. */
export function boundThreeRow(inputs: CaseInputs): Outputs {
  const { logComplexity } = printedTheorem3(
    {
      ...sizes(inputs),
      ...{ norms: logs(inputs.sizes('norms')), logInput: Math.log(inputs.size('B_x')) },
      ...{ slope: inputs.number('rho_h', 1), readoutSlope: inputs.number('rho_y', 1) },
    },
    logs(inputs.sizes('column_sums')),
  );
  return ofComplexity(inputs, logComplexity, 0, 0);
}

/** `spectral` and `row_sums` of `step`, [U W b], and of `readout`, [V c]; `bias` and `readout_bias` say whether b and c exist. */
export function bartlettRow(inputs: CaseInputs): Outputs {
  const [spectral, rows] = [inputs.object('spectral'), inputs.object('row_sums')];
  const point = (from: CaseInputs, name: string): number => radiusOf(from.size(name))?.log ?? NaN;
  const [hasBias, hasReadoutBias] = [inputs.flag('bias'), inputs.flag('readout_bias')];
  const size = sizes(inputs);
  const perSequence = size.steps * (inputs.size('B_x') ** 2 + (hasBias ? 1 : 0)) + (hasReadoutBias ? 1 : 0);
  const logComplexity = bartlettComplexity({
    ...{ ...size, hasBias, hasReadoutBias, logData: Math.log(size.sequences * perSequence) / 2 },
    ...{ logStep: point(spectral, 'step'), logReadout: point(spectral, 'readout') },
    ...{ logStepRows: point(rows, 'step'), logReadoutRows: point(rows, 'readout') },
  });
  return Number.isNaN(logComplexity)
    ? notOnGrid
    : ofComplexity(inputs, logComplexity, costOf(inputs, 4), 8 / size.sequences);
}

/** `frobenius` of U, W and V. */
export function golowichRow(inputs: CaseInputs): Outputs {
  const norms = inputs.object('frobenius');
  const step = radiusOf(Math.hypot(norms.size('U'), Math.SQRT2 * norms.size('W')));
  const readout = radiusOf(norms.size('V'));
  if (!step || !readout) return notOnGrid;
  const steps = inputs.count('t');
  const logComplexity = golowichComplexity({
    ...{ inputSize: inputs.count('dx'), steps, sequences: inputs.count('m') },
    ...{ logStep: step.log, logReadout: readout.log, logInput: Math.log(Math.sqrt(steps) * inputs.size('B_x')) },
  });
  return ofComplexity(inputs, Math.LN2 + logComplexity, costOf(inputs, 2), 0);
}

/** `norms` of U, W and V. */
export function zhangRow(inputs: CaseInputs): Outputs {
  const log = zhangLeiDhillon({ ...sizes(inputs), norms: logs(inputs.sizes('norms')) });
  return { log10raw: log10(log - Math.log(inputs.positive('gamma'))) };
}

/** `error`: the training error. */
export function growthRow(inputs: CaseInputs): Outputs {
  const size = sizes(inputs);
  if (2 * size.sequences < sigmoidWeights(size)) return { bound: null, log10raw: null, ln_growth: null };
  const logCount = logGrowth(size, 2 * size.sequences);
  const bound = growthBound(inputs.share('error'), logCount, size.sequences, inputs.confidence('delta'));
  return { bound: clipped(bound), log10raw: Math.log10(bound), ln_growth: logCount };
}
