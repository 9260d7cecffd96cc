import { savedOf } from '../../../src/core/explain/explanationText';
import type { LeverReport } from '../../../src/core/report';
import { formatNumber, formatShare, formatUpper } from '../format';

/** What could be done about a bound, and what that would save. */
export function Levers({ levers }: { readonly levers: readonly LeverReport[] }) {
  const [first] = levers;
  if (!first) return <p class="empty">None of the known changes would help this row.</p>;
  return (
    <div class="scroll" role="region" aria-label="What would help" tabIndex={0}>
      <table class="levers" aria-label="What would help">
        <thead>
          <tr>
            <th scope="col" class="text">
              Change
            </th>
            <th scope="col" class="text">
              Saves, {savedOf[first.measure]}
            </th>
            <th scope="col">Bound then</th>
          </tr>
        </thead>
        <tbody>
          {levers.map(({ change, assuming, saving, measure, before, after, value }) => (
            <tr>
              <th scope="row" class="text">
                {change}
                <span class="aside">if {assuming}</span>
              </th>
              <td
                class="bar"
                title={measure === 'bound' ? undefined : `${formatNumber(before)} → ${formatNumber(after)}`}
              >
                <div>
                  <span style={{ width: `${100 * saving}%` }} />
                  {formatShare(saving)}
                </div>
              </td>
              <td>{formatUpper(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
