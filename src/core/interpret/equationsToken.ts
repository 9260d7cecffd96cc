/** One sign of an equation. Whoever writes equations, as text or as MathML, writes a list of these. */
export type Token =
  | { readonly kind: 'name'; readonly name: Name }
  | { readonly kind: 'number'; readonly value: number }
  /** A function, followed by a group with what it is applied to. */
  | { readonly kind: 'function'; readonly name: Name }
  /** Between two terms or factors, or two sides. */
  | { readonly kind: 'operator'; readonly sign: '=' | '+' | '−' | '∘' | '·' | '/' | '⋆' | '>' | '≥' | ':' | ',' | ';' }
  /** The minus of a negative term that comes first. */
  | { readonly kind: 'negative' }
  /** Between a matrix, an operator or a number and what follows it: nothing but a space. */
  | { readonly kind: 'applied' }
  | {
      readonly kind: 'group';
      readonly fences: readonly [left: string, right: string];
      readonly inside: readonly Token[];
    }
  | { readonly kind: 'words'; readonly text: string };

/** A letter, perhaps Greek, with a subscript, perhaps empty. */
export interface Name {
  readonly letter: string;
  readonly subscript: string;
  /** Whether it is the value of the step before. */
  readonly isBefore: boolean;
}

const greek: Readonly<Record<string, string>> = {
  ...{ alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', zeta: 'ζ', eta: 'η', theta: 'θ', iota: 'ι' },
  ...{ kappa: 'κ', lambda: 'λ', mu: 'μ', nu: 'ν', xi: 'ξ', pi: 'π', rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'φ' },
  ...{ chi: 'χ', psi: 'ψ', omega: 'ω', Gamma: 'Γ', Delta: 'Δ', Theta: 'Θ', Lambda: 'Λ', Xi: 'Ξ', Pi: 'Π' },
  ...{ Sigma: 'Σ', Phi: 'Φ', Psi: 'Ψ', Omega: 'Ω' },
};

/** `W_f`, `omega_f` and `beta` as W, ω with a subscript and β; `yin` and `m1`, which are short, as y_in and m_1. */
export function nameOf(name: string, isBefore = false): Name {
  const [start = '', ...rest] = name.split('_');
  const isShort = rest.length === 0 && start.length <= 3 && !(start in greek);
  const [letter, subscript] = isShort ? [start.slice(0, 1), start.slice(1)] : [greek[start] ?? start, rest.join('_')];
  return { letter, subscript, isBefore };
}

export const name = (of: string, isBefore = false): Token => ({ kind: 'name', name: nameOf(of, isBefore) });
export const operator = (sign: (Token & { kind: 'operator' })['sign']): Token => ({ kind: 'operator', sign });
export const number = (value: number): Token => ({ kind: 'number', value });
export const words = (text: string): Token => ({ kind: 'words', text });
export const group = (inside: readonly Token[], left = '(', right = ')'): Token => ({
  kind: 'group',
  fences: [left, right],
  inside,
});

/** A function with what it is applied to. */
export const call = (of: string, ...operands: readonly (readonly Token[])[]): Token[] => [
  { kind: 'function', name: functionName(of) },
  group(separated(operands, ',')),
];

export const separated = (lists: readonly (readonly Token[])[], sign: ',' | ';'): Token[] =>
  lists.flatMap((list, k) => (k === 0 ? list : [operator(sign), ...list]));

/** Functions have whole words as names, so only a subscript is told apart. */
function functionName(of: string): Name {
  const [letter = '', subscript = ''] = of.split('_');
  return { letter, subscript, isBefore: false };
}

/** A sentence; letters in it that stand alone or have subscripts, `k`, `θ_1` or `u_{i+1}`, become names, but for the article. */
export function sentence(text: string): Token[] {
  // Splitting by a pattern with two groups puts them after every piece of text.
  const pieces = text.split(/(?<![\p{L}'’])(\p{L})(?:_(\w+|\{[^}]*\})|(?<![aA])(?!\p{L}))/u);
  const tokens: Token[] = [];
  for (let k = 0; k < pieces.length; k += 3) {
    if (pieces[k]) tokens.push(words(pieces[k]!));
    if (k + 2 >= pieces.length) break;
    tokens.push({ kind: 'name', name: { letter: pieces[k + 1]!, subscript: pieces[k + 2] ?? '', isBefore: false } });
  }
  return tokens;
}
