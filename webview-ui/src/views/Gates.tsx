import type { AnalysisReport } from '../../../src/core/report';
import type { GateStatistics } from '../../../src/core/observations';
import { DataTable } from '../DataTable';
import { formatNumber, formatShare } from '../format';
import { hasFlatEnds, Histogram } from './Histogram';

/** What each gate did on the user's sequences. */
export function Gates({ report, missing }: { readonly report: AnalysisReport; readonly missing: string | null }) {
  const layers = report.layers.filter(({ gates }) => gates.length > 0);
  return (
    <section>
      <h2>
        Gates
        {layers.some(({ gates }) => gates.some(hasFlatEnds)) && (
          <span class="key saturated">flat ends: below 0.1 (candidate: −0.9) or above 0.9</span>
        )}
      </h2>
      {layers.length === 0 && (
        <p class="empty">
          {missing ??
            (report.data
              ? 'No gate statistics could be made; the notes say why.'
              : 'The statistics of the gates need sequences to run the model on.')}
        </p>
      )}
      {layers.map(({ name, gates }) => (
        <article>
          {report.layers.length > 1 && <h3>{name}</h3>}
          <div class="multiples">
            {gates.map((gate) => (
              <Histogram gate={gate} />
            ))}
          </div>
          <DataTable
            label={`Gate statistics of ${name}`}
            columns={[
              { name: 'Gate', text: true },
              { name: 'Mean' },
              { name: 'Deviation', title: 'Standard deviation' },
              ...probabilities(gates).map((probability) => ({
                name: `${formatNumber(100 * probability, 3).replace(/\.0+$/, '')} %`,
                title: 'Quantile, to within a thousandth of the range',
              })),
              {
                name: 'Below 0.1',
                title:
                  'Share of activations below 0.1: a gate is left-saturated there. An activation without bounds does not saturate.',
              },
              {
                name: 'Above 0.9',
                title:
                  'Share of activations above 0.9: right-saturated. An activation without bounds does not saturate.',
              },
            ]}
            rows={gates.map((gate) => [
              gate.gate,
              gate.mean.toFixed(4).replace('-', '−'),
              gate.standardDeviation.toFixed(4),
              ...gate.quantiles.map(({ value }) => value.toFixed(3).replace('-', '−')),
              formatShare(gate.leftSaturated),
              formatShare(gate.rightSaturated),
            ])}
          />
        </article>
      ))}
    </section>
  );
}

function probabilities(gates: readonly GateStatistics[]): number[] {
  return gates[0]?.quantiles.map(({ probability }) => probability) ?? [];
}
