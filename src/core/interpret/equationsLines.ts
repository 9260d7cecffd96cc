import type { Cell } from '../cells/cell';
import type { Expression } from '../cells/language';
import { formulaWriter } from './equationsFormula';
import { Explained } from './equationsLegend';
import { name, operator, sentence, separated, words, type Token } from './equationsToken';

/** `left = right`, where left is the name of a quantity of the cell. */
interface Definition {
  readonly name: string;
  readonly value: Expression;
}

/**
 * The equations of a cell, one line for each gate that has a letter, for the quantities of its notation, for each state and,
 * where it is none of these, for what the next layer sees; then what has to be explained. A line comes after those that it
 * needs. A state that keeps the last input has no line: it is the input of the step before. A layer that runs backwards says
 * so in one line more.
 */
export function equationLines(cell: Cell, direction: 'forward' | 'reverse'): readonly (readonly Token[])[] {
  const { quantities = {}, operators = [], explanations = [] } = cell.notation ?? {};
  const gates = Object.entries(cell.gates).flatMap(([gate, value]) => {
    const letter = cell.letters[gate];
    return letter ? [{ name: letter, value }] : [];
  });
  const states = cell.states.map((state) => ({ name: state.name, value: state.after }));
  const wanted: Definition[] = [
    ...gates,
    ...Object.entries(quantities).map(([quantity, value]) => ({ name: quantity, value })),
    ...states.filter(({ value }) => value !== cell.input),
  ];
  const seen = { name: wanted.some((each) => each.name === 'y') ? 'output' : 'y', value: cell.output };
  const isSeenApart = wanted.every(({ value }) => value !== cell.output);
  const definitions = inOrderOfNeed([...wanted, ...(isSeenApart ? [seen] : [])]);

  const names = new Map<Expression, readonly Token[]>();
  for (const { name: state, before, after } of cell.states) {
    names.set(before, [name(after === cell.input ? cell.input.name : state, true)]);
  }
  const explained = new Explained();
  const write = formulaWriter(names, new Map(operators.map((each) => [each.value, each])), explained);
  const lines = definitions.map(({ name: left, value }): readonly Token[] => {
    const right = names.get(value) ?? write(value);
    if (!names.has(value)) names.set(value, [name(left)]);
    return [name(left), operator('='), ...right];
  });
  const last = isSeenApart ? [sentence(`${seen.name} is what the next layer sees.`)] : [];
  const backwards = direction === 'reverse' ? [backwardsLine(cell)] : [];
  return [...lines, ...backwards, ...last, ...explanations.map(sentence), ...explained.lines()];
}

/** "Runs backwards: h₋, c₋ are h, c of the next step." */
function backwardsLine({ states, input }: Cell): readonly Token[] {
  const names = states.map((state) => (state.after === input ? input.name : state.name));
  const list = (isBefore: boolean): Token[] =>
    separated(
      names.map((each) => [name(each, isBefore)]),
      ',',
    );
  const are = names.length === 1 ? 'is' : 'are';
  return [words('Runs backwards: '), ...list(true), words(` ${are} `), ...list(false), words(' of the next step.')];
}

/** The same definitions in the same order, but each after those whose values it is made of. */
function inOrderOfNeed(definitions: readonly Definition[]): readonly Definition[] {
  const ordered = new Set<Definition>();
  const visited = new Set<Expression>();
  const visit = (e: Expression): void => {
    if (visited.has(e)) return;
    visited.add(e);
    e.operands.forEach(visit);
    for (const definition of definitions) if (definition.value === e) ordered.add(definition);
  };
  for (const { value } of definitions) visit(value);
  return [...ordered];
}
