import { rectY, ruleY } from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import { useCallback } from 'preact/hooks';
import type { GateStatistics } from '../../../src/core/observations';
import { Chart } from '../Chart';
import { DataTable } from '../DataTable';
import { formatShare } from '../format';

/** How many bars a picture this small can show. */
const MOST_BARS = 50;

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Whether bars at its ends are coloured, which they are from 0 or −1 to 1. */
export const hasFlatEnds = ({ leftSaturated, histogram }: GateStatistics): boolean =>
  leftSaturated !== null && histogram.to === 1;

/** Where the activations of a gate lie; those at the flat ends of a bounded activation in a colour of their own. */
export function Histogram({ gate }: { readonly gate: GateStatistics }) {
  const draw = useCallback((width: number) => options(gate, width), [gate]);
  const { leftSaturated, rightSaturated } = gate;
  return (
    <Chart
      title={gate.gate}
      description={
        `Histogram of the ${gate.gate} activations: mean ${gate.mean.toFixed(3)}, ` +
        (leftSaturated === null
          ? 'no bounds, so no flat ends.'
          : `${formatShare(leftSaturated)} below 0.1, ${formatShare(rightSaturated)} above 0.9.`)
      }
      draw={draw}
      table={
        <DataTable
          label={`Histogram of the ${gate.gate} activations`}
          columns={[{ name: 'From' }, { name: 'To' }, { name: 'Share' }]}
          rows={bars(gate).map(({ from, to, share }) => [position(from), position(to), formatShare(share)])}
        />
      }
    />
  );
}

/** Neighbouring bins are joined, in equal numbers, until a picture can hold them. */
function bars({ histogram: { from, to, shares } }: GateStatistics): Bar[] {
  const joined = Math.ceil(shares.length / MOST_BARS);
  const width = (to - from) / shares.length;
  const result: Bar[] = [];
  for (let start = 0; start < shares.length; start += joined) {
    const part = shares.slice(start, start + joined);
    const share = part.reduce((sum, each) => sum + each, 0);
    result.push({ from: from + start * width, to: from + (start + part.length) * width, share });
  }
  return result;
}

function options(gate: GateStatistics, width: number): PlotOptions {
  const { from, to } = gate.histogram;
  const lowest = from < 0 ? -0.9 : 0.1;
  const isColoured = hasFlatEnds(gate);
  const saturated = (bar: Bar) => isColoured && ((bar.from + bar.to) / 2 < lowest || (bar.from + bar.to) / 2 > 0.9);
  const all = bars(gate);
  const mark = (part: Bar[], fill: string) =>
    rectY(part, { x1: 'from', x2: 'to', y: 'share', fill, insetLeft: 0.25, insetRight: 0.25 });
  return {
    width,
    height: 110,
    marginLeft: 8,
    marginRight: 8,
    marginTop: 4,
    marginBottom: 22,
    x: {
      domain: [from, to],
      label: null,
      ticks: [from, (from + to) / 2, to],
      tickFormat: (x: number) => position(x, 1),
    },
    y: { axis: null },
    marks: [
      mark(
        all.filter((bar) => !saturated(bar)),
        'var(--activation)',
      ),
      mark(all.filter(saturated), 'var(--saturated)'),
      ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.6 }),
    ],
  };
}

function position(x: number, decimals = 2): string {
  return String(Number(x.toFixed(decimals))).replace('-', '−');
}
