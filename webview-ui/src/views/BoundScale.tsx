import { axisX, axisY, dot, gridY, rect, ruleX } from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import { useCallback } from 'preact/hooks';
import type { BoundResult } from '../../../src/core/report';
import { rowName } from '../../../src/core/summary';
import { Chart } from '../Chart';
import { formatUpper } from '../format';

/** All bounds that have a number on one logarithmic scale. The table below holds the same numbers. */
export function BoundScale({ bounds }: { readonly bounds: readonly BoundResult[] }) {
  const draw = useCallback((width: number) => options(bounds, width), [bounds]);
  const shown = drawn(bounds);
  if (shown.length === 0) return null;
  const read = shown.map(
    (row) => `${rowName(row)} ${row.value >= 1 ? 'vacuous' : formatUpper(row.value)} (${row.status})`,
  );
  return (
    <Chart
      title={
        <>
          <span class="key certified">certified</span> <span class="key printed">not a certificate</span>{' '}
          <span class="key vacuous">vacuous: 1 or more</span>
        </>
      }
      description={`Bounds on a logarithmic scale: ${read.join(', ')}.`}
      draw={draw}
    />
  );
}

type Drawn = BoundResult & { value: number; log10: number; name: string };

function drawn(bounds: readonly BoundResult[]): Drawn[] {
  return bounds
    .flatMap((row) =>
      row.value !== null && row.log10 !== null && Number.isFinite(row.log10)
        ? [{ ...row, value: row.value, log10: row.log10, name: rowName(row) }]
        : [],
    )
    .sort((a, b) => a.log10 - b.log10);
}

function options(bounds: readonly BoundResult[], width: number): PlotOptions {
  const rows = drawn(bounds);
  const names = rows.map(({ name }) => name);
  const lowest = Math.min(-1, ...rows.slice(0, 1).map(({ log10 }) => log10 - 0.2));
  const highest = Math.max(1, ...rows.slice(-1).map(({ log10 }) => log10 * 1.1));
  const certified = rows.filter(({ status }) => status === 'certified');
  return {
    width,
    height: 44 + 17 * rows.length,
    // Eleven pixels high letters are about six and a half wide.
    marginLeft: 10 + 6.5 * Math.max(...names.map((name) => name.length)),
    marginTop: 4,
    marginBottom: 36,
    // Powers of ten, and those of them that are far from 1 closer together: a bound of 10^40 and one of 0.05 both fit.
    x: { type: 'symlog', constant: 1, domain: [lowest, highest], label: 'bound' },
    y: { type: 'point', domain: names, label: null, padding: 0.6 },
    marks: [
      rect([0], { x1: 0, x2: highest, fill: 'var(--vacuous)', fillOpacity: 0.14 }),
      gridY({ strokeOpacity: 0.12 }),
      axisY({ tickSize: 0 }),
      axisX({ ticks: ticks(lowest, highest), tickFormat: powerOfTen }),
      ruleX([0], { stroke: 'currentColor', strokeDasharray: '2 3' }),
      dot(
        rows.filter(({ status }) => status !== 'certified'),
        { x: 'log10', y: 'name', r: 4, stroke: 'var(--printed)', strokeWidth: 1.5 },
      ),
      dot(certified, { x: 'log10', y: 'name', r: 4.5, fill: 'var(--certified)' }),
    ],
  };
}

function ticks(lowest: number, highest: number): number[] {
  return [-8, -6, -4, -3, -2, -1, 0, 1, 3, 10, 30, 100, 300, 1000].filter((x) => x >= lowest && x <= highest);
}

function powerOfTen(log10: number): string {
  if (log10 <= 1 && log10 >= -4) return String(Number((10 ** log10).toPrecision(1)));
  const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  return `10${log10 < 0 ? '⁻' : ''}${[...String(Math.abs(log10))].map((digit) => digits[Number(digit)]).join('')}`;
}
