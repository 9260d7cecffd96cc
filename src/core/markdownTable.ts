/** What stands in a cell; nothing is shown as a dash. */
export type Cell = string | number | null;

/** A Markdown table; numbers have six significant digits. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string =>
    `| ${cells.map((cell) => (typeof cell === 'number' ? number(cell) : (cell ?? '–'))).join(' | ')} |`;
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}

/** Six significant digits. */
export function number(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? integer(value) : String(Number(value.toPrecision(6)));
}

/** With commas between thousands. */
export function integer(value: number): string {
  return value.toLocaleString('en-US');
}
