import { cellNames, type CellName } from '../core/cells/cells';
import { listedCell, listedCount, whatIsCounted, whyNotCounted, type LayerSizes } from '../core/cells/listedCell';
import { savings } from '../core/cells/savings';
import { weightsFormula } from '../core/cells/weightsFormula';
import { equations } from '../core/interpret/equations';

const width = 100;
const indent = 12;

/** The list of cells for a terminal, a block for each. */
export function cellsText(sizes: LayerSizes): string {
  const introduction =
    `${cellNames.length} cells. N is the input size and M the hidden size; counts are for N = ${sizes.inputSize} and ` +
    `M = ${sizes.hiddenSize}. In the equations h₋ is h of the step before, σ the logistic sigmoid and ∘ the entrywise product.`;
  const blocks = cellNames.map((name) => block(name, sizes));
  return `${[wrapped(introduction, 0, '').join('\n'), ...blocks].join('\n\n')}\n`;
}

function block(name: CellName, sizes: LayerSizes): string {
  const cell = listedCell(name);
  return [
    name,
    ...field('source', [cell.source]),
    ...field('equations', equations(cell)),
    ...field('weights', [weights(name, sizes)]),
    ...field('state', [cell.stateBound.text]),
    ...field('parent', [comparison(name, sizes)]),
  ].join('\n');
}

function weights(name: CellName, sizes: LayerSizes): string {
  const count = listedCount(name, sizes);
  const { text = '', condition = '', isConstant = false } = weightsFormula(listedCell(name)) ?? {};
  if (isConstant) return `${text}, whatever the size`;
  const formula = condition ? `${text} where ${condition}` : text;
  if (count === null) return `${formula}; none here. ${whyNotCounted(name, sizes)}`;
  return [`${text} = ${count.toLocaleString('en-US')}`, ...whatIsCounted(name)].join('; ');
}

function comparison(name: CellName, sizes: LayerSizes): string {
  const { parent } = listedCell(name);
  if (parent === null) return 'none';
  const compared = savings(name, sizes);
  return compared ? `${parent}: ${compared}` : parent;
}

/** Lines with the label in front of the first, each wrapped. */
function field(label: string, lines: readonly string[]): string[] {
  return lines
    .flatMap((line) => wrapped(line, indent))
    .map((line, k) => `${k === 0 ? `  ${label}`.padEnd(indent) : ' '.repeat(indent)}${line}`);
}

/** Broken at spaces; a word that is too long stays whole. */
function wrapped(text: string, margin: number, beforeRest = '  '): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && margin + longer.length > width) {
      lines.push(line);
      line = `${beforeRest}${word}`;
    } else line = longer;
  }
  return [...lines, line];
}
