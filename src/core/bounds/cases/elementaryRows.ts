import { Problem } from '../../problem';
import type { CaseInputs } from './caseInputs';
import { caseBlocks, caseSetting } from './caseNetwork';
import { fromLogs, type Output, type Outputs } from './caseOutputs';
import { gateRange } from '../recursions/gateRanges';
import { lipschitz } from '../recursions/lipschitz';
import { binaryMargin, margin, marginLoss, rampLoss, type Margins } from '../margins/margins';
import { radiusOf } from '../numbers/radiusGrid';

export const classMarginsRow = (inputs: CaseInputs): Outputs =>
  marginRow(inputs, classMargins(inputs.rows('logits'), inputs.list('labels')));

export const binaryMarginsRow = (inputs: CaseInputs): Outputs =>
  marginRow(inputs, binaryMargins(inputs.list('scores'), inputs.list('labels')));

function oneEach(values: readonly number[]): Margins {
  return { values: Float64Array.from(values), starts: Int32Array.from({ length: values.length + 1 }, (_, k) => k) };
}

function classMargins(logits: readonly (readonly number[])[], labels: readonly number[]): Margins {
  if (logits.length !== labels.length)
    throw new Problem('inputs.logits and inputs.labels must have one entry a sequence.');
  return oneEach(
    logits.map((scores, i) => {
      const label = labels[i]!;
      if (!Number.isInteger(label) || label < 0 || label >= scores.length) {
        throw new Problem(`inputs.labels[${i}] must be a class from 0 to ${scores.length - 1}.`);
      }
      return margin(scores, label);
    }),
  );
}

function binaryMargins(scores: readonly number[], labels: readonly number[]): Margins {
  if (scores.length !== labels.length || labels.some((label) => label !== 0 && label !== 1)) {
    throw new Problem('inputs.labels must have one 0 or 1 for each of inputs.scores.');
  }
  return oneEach(scores.map((score, i) => binaryMargin(score, labels[i]!)));
}

function marginRow(inputs: CaseInputs, margins: Margins): Outputs {
  const gamma = inputs.positive('gamma');
  return {
    margins: [...margins.values],
    emp01: marginLoss(margins, gamma),
    emp0: marginLoss(margins, 0),
    ramp: rampLoss(margins, gamma),
  };
}

export function radiusRow(inputs: CaseInputs): Outputs {
  const point = radiusOf(inputs.size('measured'));
  return { k: point?.k ?? null, radius: point?.radius ?? null };
}

export function lipschitzRow(inputs: CaseInputs): Outputs {
  const setting = caseSetting(inputs);
  const norms = inputs.sizes('norms');
  caseBlocks(setting.architecture, norms);
  const logNorms = new Map([...norms].map(([name, norm]) => [name, Math.log(norm)]));
  const { logState, logConstants } = lipschitz(setting, logNorms);
  return { lnH: logState, lnL: fromLogs(logConstants) };
}

export function kappaRow(inputs: CaseInputs): Outputs {
  const rows = inputs.sizes('W_maxrow');
  const recurrent = inputs.sizes('U_inf');
  const biases = inputs.sizes('b_inf');
  const gates: Record<string, Output> = {};
  let radii = 0;
  for (const [name, inputRow] of rows) {
    const gate = name.slice(1);
    const recurrentInf = recurrent.get(`U${gate}`);
    if (recurrentInf === undefined) throw new Problem(`inputs.U_inf.U${gate} is missing.`);
    const norms = { inputRow, recurrentInf, biasInf: biases.get(`b${gate}`) ?? null };
    const found = gateRange(norms, inputs.size('B_x'), inputs.number('hbar', 1));
    if (!found) return { gates: null, J_extra: null };
    gates[gate] = [found.range.low, found.range.high];
    radii += found.radii;
  }
  return { gates, J_extra: radii };
}
