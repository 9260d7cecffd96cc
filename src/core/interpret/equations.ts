import { roots, type Cell } from '../cells/cell';
import { inOrder, type Expression } from '../cells/language';

/**
 * Prints a cell as its equations, one line for every gate that has a letter and for every state, such as
 * `f = σ(W_f x + U_f h₋ + b_f)`; ₋ marks the previous step. Functions that need it are explained in a last line.
 */
export function equations(cell: Cell): string[] {
  const names = new Map<Expression, string>(cell.states.map(({ name, before }) => [before, `${name}₋`]));
  const lines: string[] = [];
  const define = (name: string, e: Expression): void => {
    lines.push(`${name} = ${read(e, names)}`);
    if (!names.has(e)) names.set(e, name);
  };
  for (const [gate, e] of Object.entries(cell.gates)) {
    const letter = cell.letters[gate];
    if (letter) define(letter, e);
  }
  // A state that another state is made of comes first.
  const states = [...cell.states].sort((p, q) => Number(uses(p.after, q.after)) - Number(uses(q.after, p.after)));
  for (const { name, after } of states) define(name, after);
  if (!names.has(cell.output)) lines.push(`output = ${read(cell.output, names)}`);
  return [...lines, ...legend(cell)];
}

const uses = (e: Expression, part: Expression): boolean =>
  e.operands.some((operand) => operand === part || uses(operand, part));

function legend(cell: Cell): string[] {
  const explained = new Set<string>();
  for (const { operation, numbers } of inOrder(roots(cell))) {
    if (operation === 'hardSigmoid') explained.add(`hardσ(u) = max(0, min(1, ${numbers[0]}·u + ${numbers[1]}))`);
    if (operation === 'softsign') explained.add('softsign(u) = u / (1 + |u|)');
    if (operation === 'softplus') explained.add('softplus(u) = ln(1 + exp(u))');
  }
  return [...explained];
}

const read = (e: Expression, names: ReadonlyMap<Expression, string>): string => names.get(e) ?? print(e, names);

function print(e: Expression, names: ReadonlyMap<Expression, string>): string {
  const isSum = (u: Expression): boolean => !names.has(u) && ['sum', 'mix', 'complement'].includes(u.operation);
  const factor = (u: Expression): string => (isSum(u) ? `(${read(u, names)})` : read(u, names));
  const [u, v, w] = e.operands as [Expression, Expression, Expression];
  switch (e.operation) {
    case 'variable':
    case 'vector':
      return e.name;
    case 'linear':
      return `${e.matrix!.name} ${u.operands.length === 0 || names.has(u) ? read(u, names) : `(${read(u, names)})`}`;
    case 'sum':
      return e.operands.map((term) => read(term, names)).join(' + ');
    case 'times':
      return `${factor(u)}∘${factor(v)}`;
    case 'scale':
      return `${e.numbers[0]}·${factor(u)}`;
    case 'complement':
      return `1 − ${factor(u)}`;
    case 'mix':
      return `(1 − ${factor(u)})∘${factor(v)} + ${factor(u)}∘${factor(w)}`;
    case 'sigmoid':
      return `σ(${read(u, names)})`;
    case 'hardSigmoid':
      return `hardσ(${read(u, names)})`;
    default:
      return `${e.operation}(${read(u, names)})`;
  }
}
