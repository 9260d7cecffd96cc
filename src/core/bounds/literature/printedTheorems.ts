import { logGeometricSum } from '../numbers/geometricSum';
import { sumLogs } from '../numbers/logarithms';
import { logNorm, type LogNorms } from '../classes/networkClass';

/** What the printed theorems of Chen, Li & Zhao 2019 are computed from; norms are measured and neither rounded nor padded. */
export interface PrintedQuestion {
  readonly norms: LogNorms;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputs: number;
  readonly logInput: number;
  readonly steps: number;
  readonly sequences: number;
  readonly delta: number;
  readonly slope: number;
  readonly cap: number;
  readonly readoutSlope: number;
}

/** The part of a printed bound that does not depend on γ; the bound is emp + (complexity / γ) + confidence. */
export interface PrintedTheorem {
  /** ln of the complexity at γ = 1; null when the formula has no value (a factor of 0, a logarithm that is not positive). */
  readonly logComplexity: number | null;
  readonly confidence: number;
  /** Whether the number is a true bound for radii and γ fixed in advance; even then it is not a certificate. */
  readonly valid: boolean;
  readonly logTheta: number | null;
  readonly logBeta: number | null;
  readonly logConstants: ReadonlyMap<string, number>;
}

/** ln of the unclipped bound, or null. */
export function printedBound(
  { logComplexity, confidence }: PrintedTheorem,
  gamma: number,
  ramp: number,
): number | null {
  if (logComplexity === null) return null;
  return sumLogs([Math.log(ramp), logComplexity - Math.log(gamma), Math.log(confidence)]);
}

/**
 * Theorem 2, vanilla cells: (2/γ)[4/m + (24/√m) √(3 d² r² ln(24 C √d √m))] with d² = d_x d_h + d_h² + d_h d_y,
 * C = ρ_y ρ_h ‖V‖‖W‖B_x max(1, ρ_h‖U‖) t S_t(β), r = ρ_y ‖V‖ min(b √d, ρ_h ‖W‖ B_x S_t(β)).
 */
export function printedTheorem2(question: PrintedQuestion): PrintedTheorem {
  const { norms, logInput, steps } = question;
  const slope = Math.log(question.slope);
  const readoutSlope = Math.log(question.readoutSlope);
  const beta = slope + logNorm(norms, 'U');
  const sum = logGeometricSum(beta, steps);
  const readout = readoutSlope + logNorm(norms, 'V');
  const drive = slope + logNorm(norms, 'W') + logInput;
  const logC = readout + drive + Math.max(0, beta) + Math.log(steps) + sum;
  const squaredWidth = widthSquared(question, 1);
  const logRadius = readout + Math.min(Math.log(question.cap) + Math.log(squaredWidth) / 4, drive + sum);
  return printed(question, {
    factor: 3,
    scale: 24,
    squaredWidth,
    logC,
    logRadius,
    logTheta: null,
    logBeta: beta,
    logConstants: new Map(),
  });
}

/**
 * Theorem 4, the minimal gated unit, with constants reconstructed as those of Theorem 2 (the paper prints O(·)): five blocks.
 * θ = sup‖1 − r‖ + ‖U_a‖ sup‖r‖², β = θ + 2‖U_r‖ + ‖U_r‖‖U_a‖.
 */
export function printedTheorem4(
  question: PrintedQuestion,
  gates: { reset: number; oneMinusReset: number },
): PrintedTheorem {
  const { norms, logInput, steps } = question;
  const candidate = Math.exp(logNorm(norms, 'Ua'));
  const update = Math.exp(logNorm(norms, 'Ur'));
  const theta = gates.oneMinusReset + candidate * gates.reset ** 2;
  const beta = theta + 2 * update + update * candidate;
  const rootWidth = Math.log(question.hiddenSize) / 2;
  const readoutSlope = Math.log(question.readoutSlope);
  const base = readoutSlope + logNorm(norms, 'V') + logGeometricSum(Math.log(beta), steps);
  const logConstants = new Map([
    ['Ua', base + rootWidth],
    ['Wa', base + logInput],
    ['Ur', base + rootWidth + Math.log(2 + candidate)],
    ['Wr', base + logInput + Math.log(2 + candidate)],
    ['V', readoutSlope + rootWidth],
  ]);
  return printedGated(question, { blocks: 5, gates: 2, theta, beta, candidateInput: 'Wa', logConstants });
}

/**
 * Theorem 5, the LSTM; the printed Lipschitz constant is false (theory 3.2), so this is never a true bound. f (printed as g),
 * r and o are the gates, c the candidate. θ = sup‖f‖ + ‖U_c‖ sup‖r‖ sup‖o‖, β = θ + ‖U_f‖ + ‖U_r‖ + ‖U_o‖.
 */
export function printedTheorem5(
  question: PrintedQuestion,
  gates: { forget: number; input: number; output: number },
): PrintedTheorem {
  const { norms, logInput, steps } = question;
  const norm = (name: string): number => Math.exp(logNorm(norms, name));
  const theta = gates.forget + norm('Uc') * gates.input * gates.output;
  const beta = theta + norm('Ug') + norm('Ur') + norm('Uo');
  const rootWidth = Math.log(question.hiddenSize) / 2;
  const readoutSlope = Math.log(question.readoutSlope);
  const base = readoutSlope + logNorm(norms, 'V') + logGeometricSum(Math.log(beta), steps);
  const outputFactor = Math.log(norm('Uc') + norm('Ug') + norm('Ur'));
  const logConstants = new Map([['V', readoutSlope + rootWidth]]);
  for (const gate of ['c', 'g', 'r', 'o']) {
    const factor = gate === 'o' ? outputFactor : 0;
    logConstants.set(`W${gate}`, base + logInput + factor);
    logConstants.set(`U${gate}`, base + rootWidth + factor);
  }
  const theorem = printedGated(question, { blocks: 9, gates: 4, theta, beta, candidateInput: 'Wc', logConstants });
  return { ...theorem, valid: false };
}

const widthSquared = ({ inputSize, hiddenSize, outputs }: PrintedQuestion, gates: number): number =>
  gates * (inputSize * hiddenSize + hiddenSize * hiddenSize) + hiddenSize * outputs;

interface Gated {
  readonly blocks: number;
  readonly gates: number;
  readonly theta: number;
  readonly beta: number;
  readonly candidateInput: string;
  readonly logConstants: ReadonlyMap<string, number>;
}

function printedGated(question: PrintedQuestion, gated: Gated): PrintedTheorem {
  const { blocks, gates, theta, beta, candidateInput, logConstants } = gated;
  let logC = -Infinity;
  for (const [name, constant] of logConstants) logC = Math.max(logC, logNorm(question.norms, name) + constant);
  const logTheta = Math.log(theta);
  const reach = logNorm(question.norms, candidateInput) + question.logInput + logGeometricSum(logTheta, question.steps);
  const logRadius =
    Math.log(question.readoutSlope) + logNorm(question.norms, 'V') + Math.min(Math.log(question.hiddenSize) / 2, reach);
  const squaredWidth = widthSquared(question, gates);
  return printed(question, {
    factor: blocks,
    scale: 8 * blocks,
    squaredWidth,
    logC,
    logRadius,
    logTheta,
    logBeta: Math.log(beta),
    logConstants,
  });
}

interface Template {
  /** The number of blocks k under the root, and the 8k inside the logarithm. */
  readonly factor: number;
  readonly scale: number;
  readonly squaredWidth: number;
  readonly logC: number;
  readonly logRadius: number;
  readonly logTheta: number | null;
  readonly logBeta: number | null;
  readonly logConstants: ReadonlyMap<string, number>;
}

/** (2/γ)[4/m + (24/√m) √(k d² r² ln(8k C √d √m))] + 3 √(ln(2/δ)/(2m)), the shape all three theorems share. */
function printed({ sequences, delta }: PrintedQuestion, template: Template): PrintedTheorem {
  const { factor, scale, squaredWidth, logC, logRadius, logTheta, logBeta, logConstants } = template;
  const logRootWidth = Math.log(squaredWidth) / 4;
  const logarithm = Math.log(scale) + logC + logRootWidth + Math.log(sequences) / 2;
  const root =
    Math.log(24) - Math.log(sequences) / 2 + (Math.log(factor * squaredWidth) + Math.log(logarithm)) / 2 + logRadius;
  const available = logarithm > 0 && logRadius > -Infinity;
  return {
    logComplexity: available ? Math.LN2 + sumLogs([Math.log(4 / sequences), root]) : null,
    confidence: 3 * Math.sqrt(Math.log(2 / delta) / (2 * sequences)),
    valid: Math.log(scale) + logC + logRootWidth >= 0,
    logTheta,
    logBeta,
    logConstants,
  };
}
