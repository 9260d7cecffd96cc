import { literalMarkdown } from '../mapTexts';
import type { Comparison } from './comparison';
import { comparisonTables, type Table } from './comparisonTables';

/** The comparison as Markdown, to be kept beside the checkpoints. */
export function comparisonMarkdown(comparison: Comparison): string {
  const parts = ['# Comparison of checkpoints', ...comparisonTables(comparison).map(tableMarkdown)];
  return `${[...parts, ...comparison.notes.map(literalMarkdown)].join('\n\n')}\n`;
}

function tableMarkdown({ title, heading, rows }: Table): string {
  const lines = [heading, heading.map(() => '---'), ...rows.map((row) => row.map(literalMarkdown))];
  return `## ${title}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}
