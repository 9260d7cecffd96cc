import { dot, lineY, ruleY } from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import { useCallback } from 'preact/hooks';
import { Chart } from '../Chart';
import { DataTable } from '../DataTable';
import { formatNumber } from '../format';
import type { Figure, FigureLine } from '../trainingFigures';

/** One figure of some runs against the epochs, with the same numbers as a table. */
export function TrainingFigure({ figure }: { readonly figure: Figure }) {
  const draw = useCallback((width: number) => options(figure, width), [figure]);
  const { title, lines, limit } = figure;
  const shown = lines.filter(({ points }) => points.length > 0);
  const several = new Set(shown.map(({ run }) => run)).size > 1;
  const nameOf = ({ run, part }: FigureLine): string =>
    [...(several ? [`run ${run}`] : []), ...(part === '' ? [] : [part])].join(', ') || title;
  const ends = shown.map((line) => {
    const { points } = line;
    return `${nameOf(line)}: ${formatNumber(points[0]!.y)} after epoch ${formatNumber(points[0]!.x, 3)}, ${formatNumber(points.at(-1)!.y)} after epoch ${formatNumber(points.at(-1)!.x, 3)}`;
  });
  const last = shown.findLast(({ part }) => part !== 'steps' && part !== '95 %') ?? shown.at(-1);
  const epochs = [...new Set(shown.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  return (
    <Chart
      title={
        <>
          {title} <strong class="latest">{formatNumber(last?.points.at(-1)?.y ?? null)}</strong>
          {limit !== null && <span class="aside"> (at most {String(limit)})</span>}
        </>
      }
      description={`${title}. ${ends.join('; ')}.`}
      draw={draw}
      table={
        <DataTable
          label={title}
          columns={[{ name: 'Epochs' }, ...shown.map((line) => ({ name: nameOf(line) }))]}
          rows={epochs.map((epoch) => [
            String(Number(epoch.toFixed(2))),
            ...shown.map(({ points }) => formatNumber(points.find(({ x }) => x === epoch)?.y ?? null)),
          ])}
        />
      }
    />
  );
}

/** The colour of a run, the same in every figure and in the legend. */
export const runColor = (run: number): string => `var(--run-${((run - 1) % 6) + 1})`;

function options({ lines, limit, epochs }: Figure, width: number): PlotOptions {
  const levels = lines.flatMap(({ points }) => points.map(({ y }) => y));
  const [lowest, highest] = [Math.min(...levels), Math.max(...levels)];
  const isWide = lowest > 0 && highest > 20 * lowest;
  // A limit that is far away would press what there is to see flat.
  const rules = limit !== null && limit > lowest / 3 && limit < 3 * highest ? [limit] : [];
  const [bottom, top] = [Math.min(lowest, ...rules), Math.max(highest, ...rules)];
  const decimals = Math.max(0, Math.ceil(1 - Math.log10(top - bottom || 1)));
  const room = 0.06 * (top - bottom) || 0.1 * Math.abs(top) || 0.1;
  return {
    width,
    height: 140,
    marginLeft: 48,
    marginRight: 12,
    marginTop: 8,
    marginBottom: 22,
    x: {
      domain: [0, epochs],
      label: null,
      ticks: Math.min(Math.ceil(epochs), Math.floor(width / 60)),
      tickFormat: whole,
    },
    y: {
      ...{
        type: isWide ? 'log' : 'linear',
        label: null,
        ticks: 4,
        tickFormat: (y: number) => short(y, decimals),
        grid: true,
      },
      ...(isWide ? {} : { domain: [bottom - room, top + room] }),
    },
    marks: [
      ruleY(rules, { stroke: 'var(--certified)', strokeDasharray: '4 3' }),
      ...lines.flatMap((line) => marksOf(line)),
    ],
  };
}

function marksOf({ run, part, points }: FigureLine) {
  const stroke = runColor(run);
  const shown = [...points];
  if (part === 'steps') return [lineY(shown, { x: 'x', y: 'y', stroke, strokeWidth: 1, strokeOpacity: 0.4 })];
  const isMain = part === '' || part === 'half';
  return [
    lineY(shown, { x: 'x', y: 'y', stroke, strokeWidth: isMain ? 1.6 : 1, strokeDasharray: isMain ? '' : '3 2' }),
    ...(isMain && shown.length <= 40 ? [dot(shown, { x: 'x', y: 'y', r: 2, fill: stroke })] : []),
  ];
}

const whole = (epoch: number): string => (Number.isInteger(epoch) ? String(epoch) : '');

/** With as many decimals as tell the ticks apart. */
function short(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(size >= 1e5 || decimals < 6 ? 0 : 1);
  return String(Number(value.toFixed(Math.max(decimals, size < 1 ? 3 : 0))));
}
