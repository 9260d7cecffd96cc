import type { Changes } from '../../../src/core/beforeAfter';
import { DataTable } from '../DataTable';
import { formatNumber, formatUpper, NOTHING } from '../format';

/** More figures than that are one key away. */
const most = 14;

/** What a training has made of a checkpoint, figure by figure. */
export function BeforeAfter({ groups }: { readonly groups: readonly Changes[] }) {
  return (
    <div class="changes">
      {groups.map(({ title, changes }) => {
        const format = title === 'Certified bounds' ? formatUpper : formatNumber;
        const table = (
          <DataTable
            label={`Before and after: ${title}`}
            columns={[{ name: title, text: true }, { name: 'Before' }, { name: 'After' }, { name: 'Change' }]}
            rows={changes.map(({ name, before, after }) => [
              name,
              format(before),
              format(after),
              changeText(before, after),
            ])}
          />
        );
        return changes.length <= most ? (
          <div key={title}>{table}</div>
        ) : (
          <details key={title}>
            <summary>
              {title} ({changes.length})
            </summary>
            {table}
          </details>
        );
      })}
    </div>
  );
}

function changeText(before: number | null, after: number | null): string {
  if (before === null || after === null) return NOTHING;
  const change = after - before;
  return change > 0 ? `+${formatNumber(change, 3)}` : formatNumber(change, 3);
}
