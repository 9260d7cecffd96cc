import type { LossAtGamma } from '../methods/bestGamma';
import type { BoundedNetwork } from '../classes/boundedNetwork';
import { complexityNumber } from '../methods/complexityNumber';
import type { InputDomain } from '../classes/inputDomain';
import {
  printedTheorem2,
  printedTheorem4,
  printedTheorem5,
  type PrintedQuestion,
  type PrintedTheorem,
} from './printedTheorems';
import type { RowNumber } from '../rowAnswer';

export interface PrintedRowQuestion {
  readonly network: BoundedNetwork;
  readonly domain: InputDomain;
  readonly losses: LossAtGamma;
  readonly sequences: number;
  readonly delta: number;
}

/** The printed theorem of the network's cell; the GRU has none. */
export function printedNumber(question: PrintedRowQuestion): { readonly number: RowNumber; readonly valid: boolean } {
  const { network, domain, losses, sequences, delta } = question;
  const gates = worstCaseGates(network, domain.inputNorm[2]!);
  const theorem = printedTheorem(question, gates);
  const number = complexityNumber(losses, theorem, {
    lambda: null,
    terms: [
      ['δ, whole: the printed theorem is no part of the split', delta],
      ...(theorem.logTheta === null ? [] : [['log10 θ', theorem.logTheta / Math.LN10] as const]),
      ...(theorem.logBeta === null ? [] : [['log10 β', theorem.logBeta / Math.LN10] as const]),
      ...[...gates].map(([gate, value]) => [`largest ${gate}, worst case for the measured norms`, value] as const),
      ['m, sequences', sequences],
      ['B_x, largest norm of an input', domain.inputNorm[2]!],
      ['T, longest sequence', domain.steps],
    ],
  });
  return { number, valid: theorem.valid };
}

const gateNames: Readonly<Record<string, readonly (readonly [letter: string, name: string])[]>> = {
  mgu: [['r', 'update gate']],
  lstm: [
    ['f', 'forget gate'],
    ['i', 'input gate'],
    ['o', 'output gate'],
  ],
};

/**
 * The largest value of each gate, σ(‖W_g‖ B_x + ‖U_g‖_∞ + ‖b_g‖_∞): the paper's worst case (it has no biases). By symmetry
 * it is the largest value of 1 − gate as well.
 */
function worstCaseGates({ architecture, blocks }: BoundedNetwork, inputNorm: number): Map<string, number> {
  const block = (name: string) => blocks.find((candidate) => candidate.name === name);
  return new Map(
    (gateNames[architecture.cell] ?? []).map(([letter, name]) => {
      const reach =
        (block(`W${letter}`)?.two ?? 0) * inputNorm + (block(`U${letter}`)?.inf ?? 0) + (block(`b${letter}`)?.inf ?? 0);
      return [name, 1 / (1 + Math.exp(-reach))];
    }),
  );
}

/** The letters of the paper's LSTM: g is the forget gate, r the input gate, c the candidate. */
const paperLetters: Readonly<Record<string, string>> = { f: 'g', i: 'r', o: 'o', a: 'c' };

function printedTheorem(question: PrintedRowQuestion, gates: ReadonlyMap<string, number>): PrintedTheorem {
  const { network, domain, sequences, delta } = question;
  const { architecture, blocks } = network;
  const rename = (name: string): string =>
    architecture.cell === 'lstm' && name !== 'V' ? `${name[0]}${paperLetters[name.slice(1)] ?? ''}` : name;
  const printed: PrintedQuestion = {
    norms: new Map(
      blocks.filter(({ columns }) => columns !== null).map(({ name, two }) => [rename(name), Math.log(two)]),
    ),
    inputSize: architecture.inputSize,
    hiddenSize: architecture.hiddenSize,
    outputs: architecture.outputs,
    logInput: Math.log(domain.inputNorm[2]!),
    steps: domain.steps,
    sequences,
    delta,
    slope: architecture.slope,
    cap: architecture.cap,
    readoutSlope: architecture.readoutSlope,
  };
  const gate = (name: string): number => gates.get(name) ?? 1;
  if (architecture.cell === 'vanilla') return printedTheorem2(printed);
  if (architecture.cell === 'mgu') {
    return printedTheorem4(printed, { reset: gate('update gate'), oneMinusReset: gate('update gate') });
  }
  return printedTheorem5(printed, {
    forget: gate('forget gate'),
    input: gate('input gate'),
    output: gate('output gate'),
  });
}
