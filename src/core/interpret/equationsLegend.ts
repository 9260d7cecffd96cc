import type { Expression, Operation } from '../cells/language';
import { asText } from './equationsText';
import { call, group, name, number, operator, sentence, words, type Token } from './equationsToken';

/** What the lines below the equations explain, each thing once, in the order in which the equations mention it. */
export class Explained {
  readonly #lines = new Map<string, readonly Token[]>();
  readonly #functions = new Map<Operation, string[]>();

  add(...lines: readonly (readonly Token[])[]): void {
    for (const line of lines) this.#lines.set(asText(line), line);
  }

  /** The name of a function; those that differ in their numbers only are told apart, elu and elu_2, and explained. */
  functionName({ operation, numbers }: Expression): string {
    const known = this.#functions.get(operation) ?? [];
    this.#functions.set(operation, known);
    const key = numbers.join();
    if (!known.includes(key)) known.push(key);
    const place = known.indexOf(key);
    const function_ = `${names[operation] ?? operation}${place === 0 ? '' : `_${place + 1}`}`;
    const definition = definitions[operation]?.(numbers);
    if (definition) this.add([...call(function_, ...arguments_(operation)), operator('='), ...definition]);
    return function_;
  }

  lines(): readonly (readonly Token[])[] {
    return [...this.#lines.values()];
  }
}

const names: Partial<Record<Operation, string>> = { sigmoid: 'σ', hardSigmoid: 'hardσ', modRelu: 'modReLU' };

const [u, b] = [name('u'), name('b')];
const arguments_ = (operation: Operation): Token[][] => (operation === 'modRelu' ? [[u], [b]] : [[u]]);

/** `what` where u compares so with a number, and something else elsewhere. */
const cases = (what: Token[], comparison: Token[], otherwise: Token[]): Token[] => [
  ...[...what, words(' if '), ...comparison, words(', else '), ...otherwise],
];
const sum = (p: Token[], k: number): Token[] => [...p, operator(k < 0 ? '−' : '+'), number(Math.abs(k))];
const product = (k: number, p: Token[]): Token[] => [number(k), operator('·'), ...p];
const absolute = (of: Token[]): Token => group(of, '|', '|');
const isNotNegative = [u, operator('≥'), number(0)];
const isPositive = [u, operator('>'), number(0)];

/** The right sides of the definitions of functions of u that are not in every textbook. */
const definitions: Partial<Record<Operation, (numbers: readonly number[]) => Token[]>> = {
  hardSigmoid: ([slope = 0, offset = 0]) =>
    call('max', [number(0)], call('min', [number(1)], sum(product(slope, [u]), offset))),
  softplus: () => call('ln', [number(1), operator('+'), ...call('exp', [u])]),
  softsign: () => [u, operator('/'), group([number(1), operator('+'), absolute([u])])],
  leakyRelu: ([alpha = 0]) => cases([u], isNotNegative, product(alpha, [u])),
  thresholdedRelu: ([alpha = 0]) => cases([u], [u, operator('>'), number(alpha)], [number(0)]),
  elu: ([alpha = 0]) => cases([u], isNotNegative, product(alpha, [group(sum(call('exp', [u]), -1))])),
  clip: ([low = 0, high = 0]) => call('max', [number(low)], call('min', [number(high)], [u])),
  positive: () => cases([number(1)], isPositive, [number(0)]),
  within: ([low = 0, high = 0]) =>
    cases([number(1)], [number(high), operator('>'), u, operator('>'), number(low)], [number(0)]),
  inverseRoot: () => cases([number(1), operator('/'), ...call('sqrt', [u])], isPositive, [number(0)]),
  modRelu: () => [
    ...call('relu', [absolute([u]), operator('+'), b]),
    ...[operator('·'), u, operator('/'), absolute([u]), ...sentence(' for each complex unit u, and 0 where u = 0')],
  ],
};

/** What has to be said about a matrix that has a structure, and about what is repeated. */
export function structureExplanations({ matrix, operation, operands }: Expression): readonly (readonly Token[])[] {
  if (operation === 'tile' && operands[0]!.size !== 'one') return [sentence('What is narrower than what it is added to is repeated.')]; // prettier-ignore
  if (!matrix) return [];
  const { structure } = matrix;
  const called = asText([name(matrix.name)]);
  switch (structure.kind) {
    case 'dense':
      return [];
    case 'spread':
      return [sentence(`${called} gives a block of numbers for each number it reads: each of a block is that number times its own weight.`)]; // prettier-ignore
    case 'gather':
      return [sentence(`${called} gives a number for each block that it reads: the sum of the block's numbers, each times its own weight.`)]; // prettier-ignore
    case 'convolution':
      return [convolutionSentence(structure.kernel, structure.grid[0] === 'one' && structure.channels[0] === 'one')];
  }
}

/** With places counted from 1, the first weight of a kernel of k meets what lies ⌊(k − 1) / 2⌋ places before. */
function convolutionSentence([rows, columns]: readonly [number, number], isOnLine: boolean): Token[] {
  const moved = (index: string, step: string, width: number): string => `${index}+${step}−${((width - 1) >> 1) + 1}`;
  return sentence(
    isOnLine
      ? `Entry i of K ⋆ u is the sum of K_j u_{${moved('i', 'j', columns)}} over j from 1 to ${columns}; u is 0 beyond its ends.`
      : `Entry (p, q, o) of K ⋆ u is the sum of K_{o,i,j,c} u_{${moved('p', 'i', rows)}, ${moved('q', 'j', columns)}, c} over ` +
          `the rows i from 1 to ${rows}, the columns j from 1 to ${columns} and all channels c of u, which is 0 beyond the grid.`,
  );
}
