import type { BoundCost } from '../../../src/core/report';
import { formatNumber, formatShare } from '../format';

/** Parts below this share are added up. */
const leastShare = 0.005;

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

interface Part extends BoundCost {
  readonly share: number;
}

/** "W_f of layer1", and not "Λ: the choice of γ". */
const ofLayer = /^(\S+) of (.+)$/;

/** Parts with their shares; the name of the layer is left out where there is only one. */
export function shownCosts(costs: readonly BoundCost[]): Part[] {
  const total = costs.reduce((sum, { nats }) => sum + nats, 0);
  if (!(total > 0) || !Number.isFinite(total)) return [];
  const layers = new Set(costs.flatMap(({ name }) => ofLayer.exec(name)?.[2] ?? []));
  const shown = costs
    .map(({ name, nats }): Part => ({
      name: layers.size === 1 ? name.replace(ofLayer, '$1') : name,
      nats,
      share: nats / total,
    }))
    .sort((a, b) => b.nats - a.nats);
  const large = shown.filter(({ share }) => share >= leastShare);
  const small = shown.slice(large.length);
  if (small.length < 2) return shown;
  const nats = small.reduce((sum, part) => sum + part.nats, 0);
  return [...large, { name: `${small.length} smaller parts`, nats, share: nats / total }];
}
