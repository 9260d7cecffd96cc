import type { Expression } from '../cells/language';
import type { NamedOperator } from '../cells/notation';
import { structureExplanations, type Explained } from './equationsLegend';
import { call, group, name, nameOf, number, operator, sentence, separated, words, type Token } from './equationsToken';

/** What an expression is written as where it has a name, as a state of the step before or what another line defines. */
export type Names = ReadonlyMap<Expression, readonly Token[]>;

/** An expression as it is written, and the loosest thing in it that is not inside parentheses. */
interface Formula {
  readonly tokens: readonly Token[];
  readonly binding: 'sum' | 'scaled' | 'product' | 'applied' | 'atom';
}

/**
 * Writes expressions as they are computed, up to the order in which the terms of nested sums are added and the factors of
 * nested products multiplied. What a reader may need to be told is put into `explained` on the way.
 */
export function formulaWriter(
  names: Names,
  operators: ReadonlyMap<Expression, NamedOperator>,
  explained: Explained,
): (e: Expression) => Token[] {
  const formula = (e: Expression): Formula => {
    const named = names.get(e);
    return named ? { tokens: named, binding: 'atom' } : structure(e);
  };
  const bare = (e: Expression): readonly Token[] => formula(e).tokens;
  const within = (e: Expression, ...allowed: readonly Formula['binding'][]): readonly Token[] => {
    const { tokens, binding } = formula(e);
    return binding === 'atom' || allowed.includes(binding) ? tokens : [group(tokens)];
  };
  const term = (e: Expression): readonly Token[] => within(e, 'scaled', 'product', 'applied');
  const factor = (e: Expression): readonly Token[] => within(e, 'product');
  const argument = (e: Expression): readonly Token[] => within(e, 'applied');
  const applied = (what: readonly Token[], to: Expression): Formula => ({
    tokens: [...what, { kind: 'applied' }, ...argument(to)],
    binding: 'applied',
  });
  const product = (...factors: readonly (readonly Token[])[]): Token[] =>
    factors.flatMap((tokens, k) => (k === 0 ? tokens : [operator('∘'), ...tokens]));

  /** `k·u`; the sign of k is left to whoever writes what is around it. */
  const scaled = (size: number, e: Expression): Formula =>
    size === 1
      ? { tokens: term(e), binding: 'scaled' }
      : { tokens: [number(size), operator('·'), ...term(e)], binding: 'scaled' };

  const sum = (terms: readonly Expression[]): Token[] =>
    terms.flatMap((e, k) => {
      const isNegative = e.operation === 'scale' && !names.has(e) && e.numbers[0]! < 0;
      if (k === 0) return bare(e);
      if (isNegative) return [operator('−'), ...scaled(-e.numbers[0]!, e.operands[0]!).tokens];
      const tokens = bare(e);
      return [operator('+'), ...(tokens[0]?.kind === 'negative' ? [group(tokens)] : tokens)];
    });

  const structure = (e: Expression): Formula => {
    const named = operators.get(e);
    if (named) {
      explained.add(sentence(named.explanation));
      return applied([name(named.name)], named.operand);
    }
    const [u, v, w] = e.operands as [Expression, Expression, Expression];
    explained.add(...structureExplanations(e));
    switch (e.operation) {
      case 'variable':
      case 'vector':
        return { tokens: [name(e.name)], binding: 'atom' };
      case 'linear': {
        const matrix = name(e.matrix!.name);
        return e.matrix!.structure.kind === 'convolution'
          ? { tokens: [matrix, operator('⋆'), ...within(u)], binding: 'applied' }
          : applied([matrix], u);
      }
      case 'transposed': {
        const { letter, subscript } = nameOf(e.matrix!.name);
        return applied([{ kind: 'name', name: { letter: `${letter}ᵀ`, subscript, isBefore: false } }], u);
      }
      case 'sum':
        return { tokens: sum(e.operands), binding: 'sum' };
      case 'times':
        return { tokens: product(factor(u), factor(v)), binding: 'product' };
      case 'scale': {
        const [k = 1] = e.numbers;
        const positive = scaled(Math.abs(k), u);
        return k < 0 ? { tokens: [{ kind: 'negative' }, ...positive.tokens], binding: 'sum' } : positive;
      }
      case 'shift': {
        const [k = 0] = e.numbers;
        return { tokens: [...bare(u), operator(k < 0 ? '−' : '+'), number(Math.abs(k))], binding: 'sum' };
      }
      case 'complement':
        return { tokens: [number(1), operator('−'), ...term(u)], binding: 'sum' };
      case 'mix': {
        const rest = group([number(1), operator('−'), ...term(u)]);
        return {
          tokens: [...product([rest], factor(v)), operator('+'), ...product(factor(u), factor(w))],
          binding: 'sum',
        };
      }
      case 'concat':
        if (e.operands.length === 1) return formula(u);
        return { tokens: [group(separated(e.operands.map(bare), ';'), '[', ']')], binding: 'atom' };
      case 'slice': {
        const start = e.skipped.join(' + ') || '0';
        const range = [words(start), operator(':'), words([...e.skipped, e.size].join(' + '))];
        return { tokens: [...within(u), group(range, '[', ']')], binding: 'atom' };
      }
      case 'tile':
        return formula(u);
      case 'scaledBy':
        return applied(within(u), v);
      case 'arrange':
      case 'rotate':
        return formula(e.meaning!);
      case 'modRelu':
        return { tokens: call(explained.functionName(e), bare(u), bare(v)), binding: 'atom' };
      default:
        return { tokens: call(explained.functionName(e), bare(u)), binding: 'atom' };
    }
  };
  // A definition shows what is on its right side even where that has a name.
  return (e) => [...structure(e).tokens];
}
