import type { BoundResult, BoundStatus } from '../../../src/core/report';
import { BoundRow } from './BoundRow';
import { BoundScale } from './BoundScale';

const GROUPS: readonly { status: BoundStatus; title: string; meaning: string }[] = [
  {
    status: 'certified',
    title: 'Certified',
    meaning: 'hold with the stated probability, under the assumptions of the row',
  },
  { status: 'indicator', title: 'Indicators', meaning: 'estimates; nothing is guaranteed' },
  { status: 'printed', title: 'As printed', meaning: 'the formula of the paper, for comparison; not certificates' },
  { status: 'notApplicable', title: 'Not applicable', meaning: 'rows without a number, and why' },
];

/** Every theorem's answer: a bound on the error of a new sequence, or the reason why there is none. */
export function Bounds({
  bounds,
  missing,
}: {
  readonly bounds: readonly BoundResult[];
  readonly missing: string | null;
}) {
  return (
    <section>
      <h2>Bounds on the error of a new sequence</h2>
      {bounds.length === 0 && <p class="empty">{missing ?? 'No bounds were computed; the notes say why.'}</p>}
      <BoundScale bounds={bounds} />
      {bounds.length > 0 && (
        <div class="scroll" role="region" aria-label="Bounds" tabIndex={0}>
          <table class="bounds" aria-label="Bounds">
            <thead>
              <tr>
                <th scope="col" class="text">
                  Bound
                </th>
                <th scope="col" class="text" title="The norm in which weights and inputs are measured">
                  Norm
                </th>
                <th scope="col" title="Clipped to 1">
                  Value
                </th>
                <th scope="col" title="Base-ten logarithm of the bound before it is clipped to 1">
                  log₁₀
                </th>
                <th scope="col" title="Width of the margin ramp">
                  γ
                </th>
                <th scope="col" class="text">
                  Status
                </th>
              </tr>
            </thead>
            {GROUPS.map((group) => (
              <Group {...group} rows={bounds.filter(({ status }) => status === group.status)} />
            ))}
          </table>
        </div>
      )}
    </section>
  );
}

interface GroupProperties {
  readonly status: BoundStatus;
  readonly title: string;
  readonly meaning: string;
  readonly rows: readonly BoundResult[];
}

function Group({ status, title, meaning, rows }: GroupProperties) {
  if (rows.length === 0) return null;
  const sorted = [...rows].sort((a, b) => (a.log10 ?? Infinity) - (b.log10 ?? Infinity) || 0);
  return (
    <tbody class={status}>
      <tr class="group">
        <th scope="rowgroup" colSpan={6}>
          <span class="stay">
            {title} <span class="aside">{meaning}</span>
          </span>
        </th>
      </tr>
      {sorted.map((row) => (
        <BoundRow key={`${row.id} ${row.p}`} row={row} />
      ))}
    </tbody>
  );
}
