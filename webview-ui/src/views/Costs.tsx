import { shownCosts } from '../../../src/core/explain/shownCosts';
import type { BoundCost } from '../../../src/core/report';
import { formatNumber, formatShare } from '../format';

/** What the complexity of a bound is made of, the largest part first, as bars. */
export function Costs({ costs }: { readonly costs: readonly BoundCost[] }) {
  const parts = shownCosts(costs);
  if (parts.length === 0) return null;
  const largest = parts[0]!.share;
  return (
    <table class="costs" aria-label="What the complexity is made of">
      <thead class="unseen">
        <tr>
          <th scope="col">Part</th>
          <th scope="col">Share</th>
          <th scope="col">Nats</th>
        </tr>
      </thead>
      <tbody>
        {parts.map(({ name, share, nats }) => (
          <tr>
            <th scope="row" class="text">
              {name}
            </th>
            <td class="bar">
              <div>
                <span style={{ width: `${(100 * share) / largest}%` }} />
                {formatShare(share)}
              </div>
            </td>
            <td>{formatNumber(nats)} nats</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
