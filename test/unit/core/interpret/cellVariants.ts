import { hardSigmoid, type Activation } from '../../../../src/core/cells/activation';
import type { Cell } from '../../../../src/core/cells/cell';
import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import { cellNamed, cellNames, type CellName } from '../../../../src/core/cells/cells';

/** A cell with options and in a size worth testing. */
export interface CellVariant {
  readonly name: CellName;
  readonly options: CellOptions;
  readonly inputSize: number;
  readonly hiddenSize: number;
}

/** Every activation that ONNX's recurrent operators know. */
export const activations: readonly Activation[] = [
  ...(['sigmoid', 'tanh', 'relu', 'softplus', 'softsign', 'linear'] as const),
  hardSigmoid(),
  hardSigmoid(0.3, 0.4),
  { kind: 'leakyRelu', alpha: 0.1 },
  { kind: 'thresholdedRelu', alpha: 0.3 },
  { kind: 'elu', alpha: 0.8 },
  { kind: 'scaledTanh', alpha: 1.2, beta: 0.7 },
  { kind: 'affine', alpha: 0.5, beta: 0.25 },
];

/** What each option is tried with besides its default; a new option does not compile without a line here. */
const alternatives: { readonly [O in keyof CellOptions]-?: readonly Required<CellOptions>[O][] } = {
  gateActivation: ['tanh', hardSigmoid()],
  candidateActivation: ['relu', 'softsign'],
  outputActivation: ['relu', 'linear', 'softsign'],
  updateKeeps: [false],
  bias: [false],
  peepholes: [true],
  coupled: [true],
  clip: [0.5],
  tied: [true],
  gammaReads: ['residual'],
  decoder: ['sin'],
  lambda: [0.4],
  units: [1],
  rotations: [1, 3],
  averages: [[0.9], [0, 0.5]],
  kernel: [1, 2, 5],
  grid: [[3, 1]],
};

/** Options whose defaults are too large for tests. */
const small: CellOptions = { units: 3, grid: [2, 3] };

/** Pairs of input size and hidden size. */
type Pairs = readonly (readonly [inputSize: number, hiddenSize: number])[];
const usual: Pairs = [
  [3, 4],
  [4, 4],
  [2, 4],
];
const smallest: Pairs = [
  [1, 1],
  [1, 2],
  [2, 2],
];
const ofGrids: Pairs = [[2, 3]];

/** Every cell of the list with its defaults, also as small as it comes, with every option by itself, and with all of them. */
export const cellVariants: readonly CellVariant[] = cellNames.flatMap(variantsOf);

export const titleOfVariant = ({ name, options, inputSize, hiddenSize }: CellVariant): string =>
  `${name} ${JSON.stringify(options)} ${inputSize} → ${hiddenSize}`;

/** The options that a cell knows are the keys of `cell.options`. */
export function variantsOf(name: CellName): readonly CellVariant[] {
  const defaults = cellNamed(name).options;
  const known = Object.keys(defaults) as (keyof CellOptions)[];
  const base = chosen(known, small);
  const single = known.flatMap((option) =>
    (name === 'vanilla' && option === 'candidateActivation' ? activations : alternatives[option])
      .filter((value) => value !== defaults[option])
      .map((value) => ({ ...base, [option]: value })),
  );
  const together = known.filter((option) => option !== 'bias');
  const all = Object.fromEntries(together.map((option) => [option, alternatives[option].at(-1)]));
  const optionSets: readonly CellOptions[] = [base, ...single, ...(together.length > 1 ? [all] : [])];
  return [
    ...optionSets.map((options) => ({
      name,
      options,
      ...firstSize(cellNamed(name, options), known.includes('grid') ? ofGrids : usual),
    })),
    { name, options: base, ...firstSize(cellNamed(name, base), smallest) },
  ];
}

function chosen(known: readonly (keyof CellOptions)[], from: CellOptions): CellOptions {
  return Object.fromEntries(Object.entries(from).filter(([option]) => known.includes(option as keyof CellOptions)));
}

/** The first pair of sizes that the cell comes in. */
function firstSize(cell: Cell, pairs: Pairs): { inputSize: number; hiddenSize: number } {
  for (const [inputSize, hiddenSize] of pairs) {
    try {
      cell.sizes(inputSize, hiddenSize);
      return { inputSize, hiddenSize };
    } catch {
      // The next pair may fit.
    }
  }
  throw new Error(`The cell ${cell.name} comes in none of the sizes that are tried.`);
}
