import type { CaseInputs } from './caseInputs';
import { caseArchitecture, caseClass, caseDomain, caseNorm } from './caseNetwork';
import { clipped, log10, type Outputs } from './caseOutputs';
import { countParameters } from '../methods/coveringNumber';
import { dudley } from '../methods/dudley';
import { addLogs } from '../numbers/logarithms';
import { occam } from '../methods/occam';
import { oneLevelRademacher, type UniformQuestion } from '../methods/rademacher';
import { regressionOccam } from '../regression/regression';
import { marginConstant } from '../margins/marginConstant';
import { selectionCost } from '../classes/selectionCost';

interface UniformCase {
  readonly question: UniformQuestion;
  readonly logScoreRadius: number;
}

/** The class and the costs that Rad1, Occam, Dudley1 and their relatives share; null when a norm is beyond the grid. */
function uniformCase(inputs: CaseInputs, constant: number | null): UniformCase | null {
  const range = caseDomain(inputs);
  const fixed = range && caseClass(inputs, range.inputNorm);
  if (!range || !fixed) return null;
  const architecture = caseArchitecture(inputs);
  const margins = constant ?? marginConstant(architecture.outputs, caseNorm(inputs));
  const lambda = selectionCost({
    radii: fixed.blocks.length,
    gamma: true,
    inputRadii: range.inputRadii,
    length: range.length,
    architecture: inputs.number('Lambda_arch', 0),
  });
  const scores = addLogs(fixed.logReadout + fixed.logState, fixed.logBias);
  return {
    question: {
      blocks: fixed.blocks,
      marginConstant: margins,
      sequences: inputs.count('m'),
      delta: inputs.confidence('delta'),
      lambda,
    },
    logScoreRadius: Math.log(margins * architecture.readoutSlope) + scores,
  };
}

export function rademacherRow(inputs: CaseInputs): Outputs {
  return rademacherOutputs(uniformCase(inputs, null), inputs.positive('gamma'), inputs.share('ramp'));
}

export function regressionRademacherRow(inputs: CaseInputs): Outputs {
  return rademacherOutputs(uniformCase(inputs, inputs.positive('lip')), 1, inputs.share('emp'));
}

function rademacherOutputs(uniform: UniformCase | null, gamma: number, loss: number): Outputs {
  if (!uniform) return { bound: 1, raw: null, erc: null, Lambda: null };
  const { raw, complexity } = oneLevelRademacher(uniform.question, gamma, loss);
  return { bound: clipped(raw), raw, erc: complexity, Lambda: uniform.question.lambda };
}

export function occamRow(inputs: CaseInputs): Outputs {
  const uniform = uniformCase(inputs, null);
  if (!uniform) return { bound: 1, lnN: null, Lambda: null, P: null, J: null };
  const { question } = uniform;
  const { bound, logCover } = occam(question, inputs.positive('gamma'), inputs.share('emp01'));
  const counts = { P: countParameters(question.blocks), J: question.blocks.length };
  return { bound, lnN: logCover, Lambda: question.lambda, ...counts };
}

export function regressionOccamRow(inputs: CaseInputs): Outputs {
  const uniform = uniformCase(inputs, inputs.positive('lip'));
  if (!uniform) return { bound: 1, k_v: null, Lambda: null };
  const { bound, k } = regressionOccam(uniform.question, inputs.share('emp'));
  return { bound, k_v: k, Lambda: uniform.question.lambda };
}

export function dudleyRow(inputs: CaseInputs): Outputs {
  const uniform = uniformCase(inputs, null);
  if (!uniform) return { bound: 1, log10raw: null, lnN: null, Lambda: null };
  const question = { ...uniform.question, logScoreRadius: uniform.logScoreRadius };
  const { logRaw, logCover } = dudley(question, inputs.positive('gamma'), inputs.share('ramp'));
  return { bound: clipped(Math.exp(logRaw)), log10raw: log10(logRaw), lnN: logCover, Lambda: question.lambda };
}
