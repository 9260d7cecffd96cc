import type { ComponentChildren } from 'preact';

export interface Column {
  readonly name: ComponentChildren;
  /** What the column holds, in words; shown as a tooltip. */
  readonly title?: string;
  /** Words stand at the left, numbers at the right. */
  readonly text?: boolean;
}

interface Properties {
  /** Names the table for those who do not see what stands around it. */
  readonly label: string;
  readonly columns: readonly Column[];
  /** One array of cells a row; the first cell names the row. */
  readonly rows: readonly (readonly ComponentChildren[])[];
}

/** A table that scrolls by itself when the panel is narrow, with the mouse or with the keyboard. */
export function DataTable({ label, columns, rows }: Properties) {
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ name, title, text }) => (
              <th scope="col" title={title} class={text ? 'text' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr>
              {cells.map((cell, i) =>
                i === 0 ? (
                  <th scope="row" class={columns[0]?.text ? 'text' : undefined}>
                    {cell}
                  </th>
                ) : (
                  <td class={columns[i]?.text ? 'text' : undefined}>{cell}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
