import { useState } from 'preact/hooks';
import type { AssumptionState, BoundResult, BoundStatus } from '../../../src/core/report';
import { keepRow, rowIsOpen } from '../extension';
import { formatLog10, formatNumber, formatTerm, formatUpper } from '../format';
import { Costs } from './Costs';

const STATUS: Record<BoundStatus, string> = {
  certified: 'certified',
  printed: 'printed, no certificate',
  indicator: 'indicator',
  notApplicable: 'not applicable',
};
const STATES: Record<AssumptionState, string> = {
  met: '✓ met',
  assumed: 'assumed',
  violated: '✗ violated',
  unknown: '? unknown',
};

/** One row of the bounds table; it opens to show its terms, its assumptions and its source. */
export function BoundRow({ row }: { readonly row: BoundResult }) {
  const key = `${row.id} ${row.p}`;
  const [open, setOpen] = useState(rowIsOpen(key));
  const details = `bound-${key.replace(/\W+/g, '-')}`;
  const toggle = () => {
    keepRow(key, !open);
    setOpen(!open);
  };
  return (
    <>
      <tr class={open ? 'open' : undefined} onClick={toggle}>
        <th scope="row" class="text">
          <button
            type="button"
            class="expander"
            aria-expanded={open}
            aria-controls={details}
            onClick={(event) => {
              event.stopPropagation();
              toggle();
            }}
          >
            {row.id}
          </button>
        </th>
        <td class="text">{row.p === null ? '' : row.p === 'inf' ? '∞' : row.p}</td>
        {row.value === null ? (
          <td class="text reason" colSpan={3}>
            {row.reason}
          </td>
        ) : (
          <>
            <td class={formatUpper(row.value) === '1' ? 'value vacuous' : 'value'}>
              {row.value >= 1 ? '1 (vacuous)' : formatUpper(row.value)}
            </td>
            <td>{formatLog10(row.log10)}</td>
            <td>{formatNumber(row.gamma)}</td>
          </>
        )}
        <td class="text">
          {row.value === null && row.status !== 'notApplicable' ? (
            <span class="badge notApplicable">waiting</span>
          ) : (
            <span class={`badge ${row.status}`}>{STATUS[row.status]}</span>
          )}
        </td>
      </tr>
      {open && (
        <tr class="details" id={details}>
          <td colSpan={6} class="text">
            <Details row={row} />
          </td>
        </tr>
      )}
    </>
  );
}

function Details({ row }: { readonly row: BoundResult }) {
  const numbers = row.terms.map(({ name, value }): [string, number | null] => [name, value]);
  // Theorems that pay Λ name it among their terms.
  if (row.lambda !== null && !row.terms.some(({ name }) => name.startsWith('Λ'))) numbers.push(['Λ', row.lambda]);
  if (row.delta !== null) numbers.push(['δ of this row', row.delta]);
  if (row.nats !== null) numbers.push(['complexity, nats', row.nats]);
  return (
    <div class="stay detail-columns">
      {row.reason && row.value !== null && <p class="whole">{row.reason}</p>}
      {numbers.length > 0 && (
        <div class="terms">
          <h4>Terms</h4>
          <table>
            <tbody>
              {numbers.map(([name, value]) => (
                <tr>
                  <th scope="row" class="text">
                    {name}
                  </th>
                  <td>{formatTerm(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {row.costs.length > 0 && (
        <div class="conditions">
          <h4>Complexity, part by part</h4>
          <Costs costs={row.costs} />
        </div>
      )}
      {row.assumptions.length > 0 && (
        <div class="conditions">
          <h4>Assumptions</h4>
          <ul class="assumptions">
            {row.assumptions.map(({ text, state, gap }) => (
              <li>
                <span class={`state ${state}`}>{STATES[state]}</span>{' '}
                <span>
                  {text}
                  {gap !== undefined && (
                    <span class="gap" title="The gap of this name in docs/theory.md">
                      {gap}
                    </span>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <p class="source whole">Source: {row.source}</p>
    </div>
  );
}
