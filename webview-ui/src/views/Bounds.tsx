import type { BoundResult } from '../../../src/core/report';
import { BoundRow } from './BoundRow';
import { BoundScale } from './BoundScale';
import { Nearby } from './Nearby';

/** In the order of what they are worth; a row without a number is worth nothing yet, whatever its status. */
const GROUPS: readonly { name: string; title: string; meaning: string; has: (row: BoundResult) => boolean }[] = [
  {
    name: 'certified',
    title: 'Certified',
    meaning: 'hold with the stated probability, under the assumptions of the row',
    has: ({ status, value }) => status === 'certified' && value !== null,
  },
  {
    name: 'indicator',
    title: 'Indicators',
    meaning: 'estimates; nothing is guaranteed',
    has: ({ status, value }) => status === 'indicator' && value !== null,
  },
  {
    name: 'printed',
    title: 'As printed',
    meaning: 'the formula of the paper, for comparison; not certificates',
    has: ({ status, value }) => status === 'printed' && value !== null,
  },
  {
    name: 'empty-handed',
    title: 'Without a number',
    meaning: 'and why',
    has: ({ status, value }) => status === 'notApplicable' || value === null,
  },
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
            {GROUPS.map(({ has, ...group }) => (
              <Group {...group} rows={bounds.filter(has)} />
            ))}
          </table>
        </div>
      )}
      <Nearby bounds={bounds} />
    </section>
  );
}

interface GroupProperties {
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  readonly rows: readonly BoundResult[];
}

function Group({ name, title, meaning, rows }: GroupProperties) {
  if (rows.length === 0) return null;
  const sorted = [...rows].sort((a, b) => (a.log10 ?? Infinity) - (b.log10 ?? Infinity) || 0);
  return (
    <tbody class={name}>
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
