/**
 * Reads equations as they are printed and computes them, knowing nothing of the expressions they were printed from. Numbers
 * are vectors of one entry; where widths differ, the shorter operand is repeated.
 */
export type Value = Float64Array;
export type Operator = (u: Value) => Value;
export type Environment = Map<string, Value | Operator>;

type Function_ = (...operands: Value[]) => Value;

interface Token {
  readonly text: string;
  /** Whether it follows what is before it immediately, as the parenthesis of a function does its name. */
  readonly isClose: boolean;
}

const each = (f: (...entries: number[]) => number): Function_ => {
  return (...operands) => {
    const width = Math.max(...operands.map((u) => u.length));
    for (const u of operands) if (width % u.length !== 0) throw new Error(`${u.length} numbers beside ${width}`);
    return Float64Array.from({ length: width }, (_, k) => f(...operands.map((u) => u[k % u.length]!)));
  };
};

const textbook: Readonly<Record<string, Function_>> = {
  σ: each((u) => 1 / (1 + Math.exp(-u))),
  tanh: each(Math.tanh),
  abs: each(Math.abs),
  relu: each((u) => (u > 0 ? u : 0)),
  cos: each(Math.cos),
  sin: each(Math.sin),
  exp: each(Math.exp),
  ln: each(Math.log),
  sqrt: each(Math.sqrt),
  max: each(Math.max),
  min: each(Math.min),
  // The one that is explained in words: entries are real parts, then imaginary parts.
  modReLU: (z, b) => {
    const half = z.length / 2;
    return z.map((entry, k) => {
      const absolute = Math.hypot(z[k % half]!, z[(k % half) + half]!);
      return absolute === 0 ? 0 : (Math.max(0, absolute + b[k % half]!) * entry) / absolute;
    });
  },
};

/** A line that is an equation, in two parts; null for a sentence. */
export function sides(line: string): [left: string, right: string] | null {
  const [, left, right] = /^([\p{L}\w]+(?:\([^)]*\))?) = (.*)$/u.exec(line) ?? [];
  return left === undefined || right === undefined ? null : [left, right];
}

/** Computes the equations in their order and adds what they define to the environment. */
export function computed(lines: readonly string[], environment: Environment): Environment {
  const values = new Map(environment);
  const functions = new Map(Object.entries(textbook));
  const equations = lines.flatMap((line) => {
    const both = sides(line);
    return both ? [both] : [];
  });
  for (const [left, right] of equations) {
    const [, name, argument] = /^(.*)\((\w)\)$/u.exec(left) ?? [];
    if (name !== undefined && argument !== undefined && !functions.has(name)) {
      // Cases differ from entry to entry, so that a definition is computed for one entry at a time.
      const ofEntry = (u: number): number =>
        new Reader(right, new Map([[argument, Float64Array.of(u)]]), functions).cases()[0]!;
      functions.set(name, (u) => u.map(ofEntry));
    }
  }
  for (const [left, right] of equations) {
    if (!left.includes('(')) values.set(left, new Reader(right, values, functions).cases());
  }
  return values;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(
    readonly text: string,
    readonly values: Environment,
    readonly functions: ReadonlyMap<string, Function_>,
  ) {
    const pattern = /(\s*)(\d[\d.]*(?:e[+-]?\d+)?|[\p{L}][\p{L}\w]*₋?|\S)/gu;
    this.#tokens = [...text.matchAll(pattern)].map(([, space, token]) => ({ text: token!, isClose: space === '' }));
  }

  /** sum, or: sum if sum > sum, else sum. */
  cases(): Value {
    const first = this.#sum();
    if (!this.#take('if')) return this.#whole(first);
    const left = this.#sum();
    const sign = this.#next();
    const right = this.#sum();
    const holds = sign === '≥' ? left[0]! >= right[0]! : left[0]! > right[0]!;
    this.#expect(',');
    this.#expect('else');
    const otherwise = this.#sum();
    return this.#whole(holds ? first : otherwise);
  }

  #whole(value: Value): Value {
    if (this.#at < this.#tokens.length) throw new Error(`${this.#peek()} is left over in ${this.text}`);
    return value;
  }

  #sum(): Value {
    const plus = each((p, q) => p + q);
    const negated = each((p) => -p);
    let total = this.#take('−') ? negated(this.#product()) : this.#product();
    for (;;) {
      if (this.#take('+')) total = plus(total, this.#product());
      else if (this.#take('−')) total = plus(total, negated(this.#product()));
      else return total;
    }
  }

  #product(): Value {
    let total = this.#applied();
    for (;;) {
      if (this.#take('∘') || this.#take('·')) total = each((p, q) => p * q)(total, this.#applied());
      else if (this.#take('/')) total = each((p, q) => p / q)(total, this.#applied());
      else return total;
    }
  }

  /** A matrix or operator before what it is applied to, a number before what it scales, or something by itself. */
  #applied(): Value {
    const known = this.values.get(this.#peek());
    if (typeof known === 'function') {
      this.#next();
      this.#take('⋆');
      return known(this.#applied());
    }
    const value = this.#single();
    const next = this.#tokens[this.#at];
    const isFollowed = next !== undefined && !next.isClose && /^[\p{L}(]/u.test(next.text) && !['if', 'else'].includes(next.text); // prettier-ignore
    return isFollowed ? each((p, q) => p * q)(value, this.#applied()) : value;
  }

  #single(): Value {
    const token = this.#next();
    if (/^\d/.test(token)) return Float64Array.of(Number(token));
    if (token === '(' || token === '|') {
      const inside = this.#sum();
      this.#expect(token === '(' ? ')' : '|');
      return token === '(' ? inside : inside.map(Math.abs);
    }
    const next = this.#tokens[this.#at];
    if (next?.text === '(' && next.isClose) return this.#call(token);
    const value = this.values.get(token);
    if (value === undefined || typeof value === 'function') throw new Error(`${token} has no value in ${this.text}`);
    return value;
  }

  #call(name: string): Value {
    const called = this.functions.get(name);
    if (!called) throw new Error(`${name} is not explained`);
    this.#expect('(');
    const operands = [this.#sum()];
    while (this.#take(',')) operands.push(this.#sum());
    this.#expect(')');
    return called(...operands);
  }

  #peek(): string {
    return this.#tokens[this.#at]?.text ?? '';
  }
  #next(): string {
    const text = this.#peek();
    this.#at++;
    return text;
  }
  #take(text: string): boolean {
    const isThere = this.#peek() === text;
    if (isThere) this.#at++;
    return isThere;
  }
  #expect(text: string): void {
    if (!this.#take(text)) throw new Error(`${text} expected before ${this.#peek()} in ${this.text}`);
  }
}
