import { cellNames, type CellName } from '../src/core/cells/cells';
import { listedCell, listedCount, whatIsCounted } from '../src/core/cells/listedCell';
import { savings } from '../src/core/cells/savings';
import { weightsFormula } from '../src/core/cells/weightsFormula';
import { equations } from '../src/core/interpret/equations';
import { publishedCounts, type PublishedCount } from './publishedCount';

const common = { inputSize: 128, hiddenSize: 128 };

/** CELLS.md: every cell of the list, from its definition. */
export function cellsPage(): string {
  return `${[
    '# Cells',
    '<!-- Made by scripts/generateCellsPage.ts from the definitions in src/core/cells. Do not edit it by hand. -->',
    `The ${cellNames.length} cells that Recurscope knows, with their default options, but mgu without biases, as its paper counts. What is printed here is what is computed: the ` +
      'equations are read off the same definition that runs, trains and bounds the cell. `recurscope cells` prints this list ' +
      'in a terminal, for the sizes of your layer.',
    '`N` is the input size and `M` the hidden size of a layer. `h₋` is `h` of the step before, `σ` the logistic sigmoid, `∘` ' +
      'the entrywise product, `K ⋆ u` a convolution. A line after the equations explains what is not in every textbook.',
    table(
      ['cell', 'weights of a layer', `N = M = ${common.hiddenSize}`, 'against its parent'],
      cellNames.map((name) => [
        `[${name}](#${name})`,
        weights(name),
        number(listedCount(name, common)),
        parentOf(name) ? `${parentOf(name)}: ${savings(name, common)}` : '',
      ]),
    ),
    ...cellNames.flatMap(section),
    '## Published counts',
    'What the papers print, and what the formulas above give for the same sizes. A count that is rounded in the paper is ' +
      'compared as rounded. Where they differ, the difference is stated and the formula is not bent to fit.',
    table(
      ['paper', 'task', 'cell', 'published', 'here', 'difference', ''],
      publishedCounts.map((each) => [
        each.paper,
        each.task,
        each.cell,
        `${each.unit > 1 ? 'about ' : ''}${number(each.published)}`,
        number(each.count),
        differenceOf(each),
        each.remark,
      ]),
    ),
  ].join('\n\n')}\n`;
}

function section(name: CellName): string[] {
  const cell = listedCell(name);
  const lines = [
    `- Weights: ${[weights(name), ...whatIsCounted(name)].join('; ')}.`,
    `- State: ${cell.stateBound.text}.`,
    ...(cell.parent === null ? [] : [`- Parent: [${cell.parent}](#${cell.parent}).`]),
    `- Options: ${optionsOf(name)}.`,
  ];
  return [`## ${name}`, `${cell.source}.`, ['```', ...equations(cell), '```'].join('\n'), lines.join('\n')];
}

function weights(name: CellName): string {
  const { text = '', condition = '', isConstant = false } = weightsFormula(listedCell(name)) ?? {};
  return condition && !isConstant ? `${text} (${condition})` : text;
}

const parentOf = (name: CellName): string | null => listedCell(name).parent;

const optionsOf = (name: CellName): string =>
  Object.entries(listedCell(name).options)
    .map(([option, value]) => `\`${option}\` (${JSON.stringify(value).replaceAll('"', '').replaceAll(',', ', ')})`)
    .join(', ') || 'none';

function differenceOf({ published, count, isReproduced }: PublishedCount): string {
  if (isReproduced) return 'none';
  const percent = ((100 * (count - published)) / published).toFixed(2).replace('-', '−');
  return `**${count > published ? '+' : ''}${percent} %**`;
}

const number = (count: number | null): string => (count === null ? '' : count.toLocaleString('en-US'));

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
