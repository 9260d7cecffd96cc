import type { CaseInputs } from './caseInputs';
import {
  caseArchitecture,
  caseBlocks,
  caseClass,
  caseNorm,
  casePosterior,
  caseSetting,
  marginConstant,
} from './caseNetwork';
import { clopperPearson } from './clopperPearson';
import { compression } from './compression';
import { countParameters } from './coveringNumber';
import { dudley } from './dudley';
import { gateRange } from './gateRanges';
import { logGeometricSum } from './geometricSum';
import { klInverse } from './klInverse';
import { lipschitz } from './lipschitz';
import { addLogs } from './logarithms';
import { binaryMargin, margin, marginLoss, rampLoss, type Margins } from './margins';
import { mcAllester } from './mcAllester';
import { occam } from './occam';
import { pacBayesMajorant, posteriors } from './pacBayesMajorant';
import {
  printedBound,
  printedTheorem2,
  printedTheorem4,
  printedTheorem5,
  type PrintedQuestion,
} from './printedTheorems';
import { oneLevelRademacher, type UniformQuestion } from './rademacher';
import { radiusOf } from './radiusGrid';
import { regressionOccam, regressionPacBayes } from './regression';
import { selectionCost } from './selectionCost';
import { gibbs, pacBayesKl, rivasplata, type DrawnBlock } from './stochasticNetworks';
import { Problem } from '../problem';

export type Output = number | boolean | null | readonly Output[] | { readonly [name: string]: Output };
export type Outputs = Readonly<Record<string, Output>>;
export type TheoremRow = (inputs: CaseInputs) => Outputs | Promise<Outputs>;

/** What `recurscope theorem` can be asked, by the name of the row; theory.md section 9 names inputs and outputs. */
export const theoremRows: ReadonlyMap<string, TheoremRow> = new Map<string, TheoremRow>([
  ['margins', (inputs) => marginRow(inputs, classMargins(inputs.rows('logits'), inputs.list('labels')))],
  ['margins_binary', (inputs) => marginRow(inputs, binaryMargins(inputs.list('scores'), inputs.list('labels')))],
  ['radius', radiusRow],
  ['klinv', (inputs) => ({ p: klInverse(probability(inputs, 'q'), inputs.number('c')) })],
  ['heldout_cp', (inputs) => ({ bound: clopperPearson(inputs.count('k', 0), inputs.count('n', 0), delta(inputs)) })],
  ['pacbayes_kl', pacBayesRow],
  ['gibbs', gibbsRow],
  ['logS', (inputs) => ({ lnS: logGeometricSum(Math.log(inputs.number('beta')), inputs.count('t')) })],
  ['lipschitz', lipschitzRow],
  ['kappa_gates', kappaRow],
  ['compression', compressionRow],
  ['rivasplata', rivasplataRow],
  ['T2-printed', (inputs) => printedRow(inputs, printedTheorem2(printedQuestion(inputs)))],
  ['T4-printed', theorem4Row],
  ['T5-printed', theorem5Row],
  ['T3b-McAllester', mcAllesterRow],
  ['PBM', pacBayesMajorantRow],
  ['T2-fixed', dudleyRow],
  ['T2-Rad1', rademacherRow],
  ['T2-Occam', occamRow],
  ['Occam-long', occamRow],
  ['Rad1-centred', rademacherRow],
  ['Occam-centred', occamRow],
  ['Reg-Rad1', regressionRademacherRow],
  ['Reg-Occam', regressionOccamRow],
  ['Reg-PBM', regressionPacBayesRow],
  ...['T4-fixed', 'GRU-fixed', 'T5-fixed'].flatMap((family): [string, TheoremRow][] => [
    [`${family}-Rad1`, rademacherRow],
    [`${family}-Occam`, occamRow],
    [`${family}-Dudley1`, dudleyRow],
    [`${family}-PBM`, pacBayesMajorantRow],
  ]),
]);

function probability(inputs: CaseInputs, name: string): number {
  const value = inputs.number(name);
  if (!(value >= 0 && value <= 1)) throw new Problem(`inputs.${name} must be between 0 and 1, and is ${value}.`);
  return value;
}

function delta(inputs: CaseInputs, name = 'delta'): number {
  const value = inputs.number(name);
  if (!(value > 0 && value < 1))
    throw new Problem(`inputs.${name} must lie strictly between 0 and 1, and is ${value}.`);
  return value;
}

function positive(inputs: CaseInputs, name: string): number {
  const value = inputs.number(name);
  if (!(value > 0 && value < Infinity)) throw new Problem(`inputs.${name} must be positive, and is ${value}.`);
  return value;
}

const fromLogs = (logs: ReadonlyMap<string, number>): Outputs => Object.fromEntries(logs);
const clipped = (raw: number): number => Math.min(1, raw);
const log10 = (log: number): number => log / Math.LN10;

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
  const gamma = positive(inputs, 'gamma');
  return {
    margins: [...margins.values],
    emp01: marginLoss(margins, gamma),
    emp0: marginLoss(margins, 0),
    ramp: rampLoss(margins, gamma),
  };
}

function radiusRow(inputs: CaseInputs): Outputs {
  const point = radiusOf(inputs.number('measured'));
  return { k: point?.k ?? null, radius: point?.radius ?? null };
}

const pacBayes = (inputs: CaseInputs) => ({
  divergence: inputs.number('KL'),
  sequences: inputs.count('m'),
  delta: delta(inputs),
  lambda: inputs.number('Lambda', 0),
});

function pacBayesRow(inputs: CaseInputs): Outputs {
  return { bound: pacBayesKl(probability(inputs, 'emp'), pacBayes(inputs)) };
}

function gibbsRow(inputs: CaseInputs): Outputs {
  const deltaOfDraws = delta(inputs, 'delta_mc');
  return { ...gibbs(probability(inputs, 'mean_err'), inputs.count('n_draws'), deltaOfDraws, pacBayes(inputs)) };
}

function rivasplataRow(inputs: CaseInputs): Outputs {
  const blocks = inputs
    .rows('blocks')
    .map(([parameters, sigma, priorScale, squaredDistance, squaredNoise]): DrawnBlock => {
      if (
        parameters === undefined ||
        sigma === undefined ||
        priorScale === undefined ||
        squaredDistance === undefined ||
        squaredNoise === undefined
      ) {
        throw new Problem('Each of inputs.blocks must be [n, sigma, s0, squared distance, squared noise].');
      }
      return { parameters, sigma, priorScale, squaredDistance, squaredNoise };
    });
  const question = { sequences: inputs.count('m'), delta: delta(inputs), lambda: inputs.number('Lambda', 0) };
  const { logRatio, bound } = rivasplata(blocks, probability(inputs, 'emp'), question);
  return { ln_ratio: logRatio, bound };
}

function compressionRow(inputs: CaseInputs): Outputs {
  const { nats, codes, bound } = compression(inputs.rows('counts'), {
    bitChoices: inputs.count('n_bit_choices'),
    architectureCost: inputs.number('Lambda_arch', 0),
    loss: probability(inputs, 'emp'),
    sequences: inputs.count('m'),
    delta: delta(inputs),
  });
  return { nats, kt: codes, bound };
}

function lipschitzRow(inputs: CaseInputs): Outputs {
  const setting = caseSetting(inputs);
  const norms = inputs.numbers('norms');
  caseBlocks(setting.architecture, norms);
  const logNorms = new Map([...norms].map(([name, norm]) => [name, Math.log(norm)]));
  const { logState, logConstants } = lipschitz(setting, logNorms);
  return { lnH: logState, lnL: fromLogs(logConstants) };
}

function kappaRow(inputs: CaseInputs): Outputs {
  const rows = inputs.numbers('W_maxrow');
  const recurrent = inputs.numbers('U_inf');
  const biases = inputs.numbers('b_inf');
  const gates: Record<string, Output> = {};
  let radii = 0;
  for (const [name, inputRow] of rows) {
    const gate = name.slice(1);
    const recurrentInf = recurrent.get(`U${gate}`);
    if (recurrentInf === undefined) throw new Problem(`inputs.U_inf.U${gate} is missing.`);
    const norms = { inputRow, recurrentInf, biasInf: biases.get(`b${gate}`) ?? null };
    const found = gateRange(norms, inputs.number('B_x'), inputs.number('hbar', 1));
    if (!found) return { gates: null, J_extra: null };
    gates[gate] = [found.range.low, found.range.high];
    radii += found.radii;
  }
  return { gates, J_extra: radii };
}

/** The measured input norm, or its radius where the case reads the domain off the sample (rule R5b). */
function domain(inputs: CaseInputs): { inputNorm: number; inputRadius: boolean; length: number | null } | null {
  const given = inputs.number('B_x');
  const inputRadius = inputs.flag('bx_grid');
  const point = inputRadius ? radiusOf(given) : null;
  if (inputRadius && !point) return null;
  return { inputNorm: point?.radius ?? given, inputRadius, length: inputs.flag('t_grid') ? inputs.count('t') : null };
}

interface UniformCase {
  readonly question: UniformQuestion;
  readonly logScoreRadius: number;
}

/** The class and the costs that Rad1, Occam, Dudley1 and their relatives share; null when a norm is beyond the grid. */
function uniformCase(inputs: CaseInputs, constant: number | null): UniformCase | null {
  const range = domain(inputs);
  const fixed = range && caseClass(inputs, range.inputNorm);
  if (!range || !fixed) return null;
  const architecture = caseArchitecture(inputs);
  const margins = constant ?? marginConstant(architecture.outputs, caseNorm(inputs));
  const lambda = selectionCost({
    radii: fixed.blocks.length,
    gamma: true,
    inputRadius: range.inputRadius,
    length: range.length,
    architecture: inputs.number('Lambda_arch', 0),
  });
  const scores = addLogs(fixed.logReadout + fixed.logState, fixed.logBias);
  return {
    question: {
      blocks: fixed.blocks,
      marginConstant: margins,
      sequences: inputs.count('m'),
      delta: delta(inputs),
      lambda,
    },
    logScoreRadius: Math.log(margins * architecture.readoutSlope) + scores,
  };
}

function rademacherRow(inputs: CaseInputs): Outputs {
  return rademacherOutputs(uniformCase(inputs, null), positive(inputs, 'gamma'), probability(inputs, 'ramp'));
}

function regressionRademacherRow(inputs: CaseInputs): Outputs {
  return rademacherOutputs(uniformCase(inputs, positive(inputs, 'lip')), 1, probability(inputs, 'emp'));
}

function rademacherOutputs(uniform: UniformCase | null, gamma: number, loss: number): Outputs {
  if (!uniform) return { bound: 1, raw: null, erc: null, Lambda: null };
  const { raw, complexity } = oneLevelRademacher(uniform.question, gamma, loss);
  return { bound: clipped(raw), raw, erc: complexity, Lambda: uniform.question.lambda };
}

function occamRow(inputs: CaseInputs): Outputs {
  const uniform = uniformCase(inputs, null);
  if (!uniform) return { bound: 1, lnN: null, Lambda: null, P: null, J: null };
  const { question } = uniform;
  const { bound, logCover } = occam(question, positive(inputs, 'gamma'), probability(inputs, 'emp01'));
  const counts = { P: countParameters(question.blocks), J: question.blocks.length };
  return { bound, lnN: logCover, Lambda: question.lambda, ...counts };
}

function regressionOccamRow(inputs: CaseInputs): Outputs {
  const uniform = uniformCase(inputs, positive(inputs, 'lip'));
  if (!uniform) return { bound: 1, k_v: null, Lambda: null };
  const { bound, k } = regressionOccam(uniform.question, probability(inputs, 'emp'));
  return { bound, k_v: k, Lambda: uniform.question.lambda };
}

function dudleyRow(inputs: CaseInputs): Outputs {
  const uniform = uniformCase(inputs, null);
  if (!uniform) return { bound: 1, log10raw: null, lnN: null, Lambda: null };
  const question = { ...uniform.question, logScoreRadius: uniform.logScoreRadius };
  const { logRaw, logCover } = dudley(question, positive(inputs, 'gamma'), probability(inputs, 'ramp'));
  return { bound: clipped(Math.exp(logRaw)), log10raw: log10(logRaw), lnN: logCover, Lambda: question.lambda };
}

function pacBayesMajorantRow(inputs: CaseInputs): Outputs {
  const range = domain(inputs);
  if (!range) return { bound: 1, KL: null, ln_sigma: null, Lambda: null, nats: null };
  const posterior = casePosterior(inputs, range.inputNorm);
  const constant = marginConstant(posterior.setting.architecture.outputs, 2);
  const budget = Math.log(positive(inputs, 'gamma')) - Math.log(2 * constant);
  const { divergence, logSigma } = posteriors(posterior)(budget);
  const lambda = selectionCost({
    radii: posterior.blocks.length,
    gamma: true,
    inputRadius: range.inputRadius,
    length: range.length,
    architecture: inputs.number('Lambda_arch', 0),
  });
  const question = { sequences: inputs.count('m'), delta: delta(inputs), lambda, eta: posterior.eta };
  const { bound, nats } = pacBayesMajorant(divergence, question, probability(inputs, 'emp01'));
  return { bound, KL: divergence, ln_sigma: fromLogs(logSigma), Lambda: lambda, nats };
}

function regressionPacBayesRow(inputs: CaseInputs): Outputs {
  const posterior = casePosterior(inputs);
  const lambda = selectionCost({
    radii: posterior.blocks.length,
    gamma: false,
    inputRadius: false,
    length: null,
    architecture: inputs.number('Lambda_arch', 0),
  });
  const { bound, k } = regressionPacBayes(
    posteriors(posterior),
    {
      lipschitz: positive(inputs, 'lip'),
      sequences: inputs.count('m'),
      delta: delta(inputs),
      lambda,
      eta: posterior.eta,
    },
    probability(inputs, 'emp'),
  );
  return { bound, k_v: k };
}

function mcAllesterRow(inputs: CaseInputs): Outputs {
  const range = domain(inputs);
  const answer =
    range &&
    mcAllester({
      posterior: casePosterior(inputs, range.inputNorm),
      gamma: positive(inputs, 'gamma'),
      marginLoss: probability(inputs, 'emp01'),
      sequences: inputs.count('m'),
      delta: delta(inputs),
      otherCosts: selectionCost({
        radii: 0,
        gamma: false,
        inputRadius: range.inputRadius,
        length: range.length,
        architecture: inputs.number('Lambda_arch', 0),
      }),
    });
  if (!answer) return { bound: 1, log10raw: null, k_sigma: null, lnKL: null };
  const { logRaw, k, logDivergence } = answer;
  return { bound: clipped(Math.exp(logRaw)), log10raw: log10(logRaw), k_sigma: k, lnKL: logDivergence };
}

function printedQuestion(inputs: CaseInputs): PrintedQuestion {
  return {
    norms: new Map([...inputs.numbers('norms')].map(([name, norm]) => [name, Math.log(norm)])),
    inputSize: inputs.count('dx'),
    hiddenSize: inputs.count('dh'),
    outputs: inputs.count('dy'),
    logInput: Math.log(inputs.number('B_x')),
    steps: inputs.count('t'),
    sequences: inputs.count('m'),
    delta: delta(inputs),
    slope: inputs.number('rho_h', 1),
    cap: inputs.number('b', 1),
    readoutSlope: inputs.number('rho_y', 1),
  };
}

function printedRow(inputs: CaseInputs, theorem: ReturnType<typeof printedTheorem2>): Outputs {
  const log = printedBound(theorem, positive(inputs, 'gamma'), probability(inputs, 'ramp'));
  if (log === null) return { bound: null, log10raw: null, valid: theorem.valid };
  return { bound: clipped(Math.exp(log)), log10raw: log10(log), valid: theorem.valid };
}

function gatedRow(inputs: CaseInputs, theorem: ReturnType<typeof printedTheorem4>): Outputs {
  return {
    ...printedRow(inputs, theorem),
    theta: Math.exp(theorem.logTheta ?? -Infinity),
    beta: Math.exp(theorem.logBeta ?? -Infinity),
    lnL: fromLogs(theorem.logConstants),
  };
}

function theorem4Row(inputs: CaseInputs): Outputs {
  const gates = { reset: inputs.number('r_sup'), oneMinusReset: inputs.number('one_minus_r_sup') };
  return gatedRow(inputs, printedTheorem4(printedQuestion(inputs), gates));
}

function theorem5Row(inputs: CaseInputs): Outputs {
  const gates = { forget: inputs.number('g_sup'), input: inputs.number('r_sup'), output: inputs.number('o_sup') };
  return gatedRow(inputs, printedTheorem5(printedQuestion(inputs), gates));
}
