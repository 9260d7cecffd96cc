import type { CaseInputs } from './caseInputs';
import { clipped, fromLogs, log10, type Outputs } from './caseOutputs';
import {
  printedBound,
  printedTheorem2,
  printedTheorem4,
  printedTheorem5,
  type PrintedQuestion,
  type PrintedTheorem,
} from '../literature/printedTheorems';

export const theorem2Row = (inputs: CaseInputs): Outputs =>
  printedRow(inputs, printedTheorem2(printedQuestion(inputs)));

function printedQuestion(inputs: CaseInputs): PrintedQuestion {
  return {
    norms: new Map([...inputs.sizes('norms')].map(([name, norm]) => [name, Math.log(norm)])),
    inputSize: inputs.count('dx'),
    hiddenSize: inputs.count('dh'),
    outputs: inputs.count('dy'),
    logInput: Math.log(inputs.size('B_x')),
    steps: inputs.count('t'),
    sequences: inputs.count('m'),
    delta: inputs.confidence('delta'),
    slope: inputs.number('rho_h', 1),
    cap: inputs.number('b', 1),
    readoutSlope: inputs.number('rho_y', 1),
  };
}

function printedRow(inputs: CaseInputs, theorem: PrintedTheorem): Outputs {
  const log = printedBound(theorem, inputs.positive('gamma'), inputs.share('ramp'));
  if (log === null) return { bound: null, log10raw: null, valid: theorem.valid };
  return { bound: clipped(Math.exp(log)), log10raw: log10(log), valid: theorem.valid };
}

function gatedRow(inputs: CaseInputs, theorem: PrintedTheorem): Outputs {
  return {
    ...printedRow(inputs, theorem),
    theta: Math.exp(theorem.logTheta ?? -Infinity),
    beta: Math.exp(theorem.logBeta ?? -Infinity),
    lnL: fromLogs(theorem.logConstants),
  };
}

export function theorem4Row(inputs: CaseInputs): Outputs {
  const gates = { reset: inputs.number('r_sup'), oneMinusReset: inputs.number('one_minus_r_sup') };
  return gatedRow(inputs, printedTheorem4(printedQuestion(inputs), gates));
}

export function theorem5Row(inputs: CaseInputs): Outputs {
  const gates = { forget: inputs.number('g_sup'), input: inputs.number('r_sup'), output: inputs.number('o_sup') };
  return gatedRow(inputs, printedTheorem5(printedQuestion(inputs), gates));
}
