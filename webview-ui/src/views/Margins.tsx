import { areaY, dot, lineY, ruleY } from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import { useCallback } from 'preact/hooks';
import type { MarginReport } from '../../../src/core/report';
import { Chart } from '../Chart';
import { DataTable } from '../DataTable';
import { formatCount, formatNumber, formatShare } from '../format';

/** The quantiles of the margins: how much of the training part lies on the wrong side, or close to it. */
export function Margins({ margins }: { readonly margins: MarginReport }) {
  const draw = useCallback((width: number) => options(margins, width), [margins]);
  const { count, mean, standardDeviation, errorRate, quantiles } = margins;
  const text =
    `${formatCount(count)} margins: mean ${formatNumber(mean)}, deviation ${formatNumber(standardDeviation)}, ` +
    `${formatShare(errorRate)} at most 0.`;
  return (
    <Chart
      title={<>Quantiles of the margins: {text}</>}
      description={`Quantiles of ${text}`}
      draw={draw}
      table={
        <DataTable
          label="Quantiles of the margins"
          columns={[{ name: 'Share of the training part' }, { name: 'has a margin of at most' }]}
          rows={quantiles.map(({ probability, value }) => [formatShare(probability), formatNumber(value)])}
        />
      }
    />
  );
}

function options({ quantiles }: MarginReport, width: number): PlotOptions {
  const points = quantiles.map(({ probability, value }) => ({
    percent: 100 * probability,
    value,
    wrong: Math.min(0, value),
  }));
  return {
    width,
    height: 170,
    marginLeft: 44,
    marginBottom: 34,
    x: { domain: [0, 100], label: 'share of the training part, %', ticks: width > 420 ? 10 : 5 },
    y: { label: 'margin', nice: true, ticks: 5 },
    marks: [
      areaY(points, { x: 'percent', y1: 0, y2: 'wrong', fill: 'var(--wrong)', fillOpacity: 0.35 }),
      ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.7 }),
      lineY(points, { x: 'percent', y: 'value', stroke: 'var(--activation)', strokeWidth: 1.5 }),
      dot(points, { x: 'percent', y: 'value', fill: 'var(--activation)', r: 2.5 }),
    ],
  };
}
