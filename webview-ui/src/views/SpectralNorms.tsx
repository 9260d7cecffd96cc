import { barX, ruleX } from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import { useCallback } from 'preact/hooks';
import type { MatrixReport } from '../../../src/core/report';
import { Chart } from '../Chart';
import { formatNumber } from '../format';

const COLORS = { input: 'var(--input-weights)', recurrent: 'var(--recurrent-weights)' };

/** The spectral norms of a layer side by side, a bar for each matrix. The table of norms below holds the same numbers. */
export function SpectralNorms({
  matrices,
  layer,
}: {
  readonly matrices: readonly MatrixReport[];
  readonly layer: string;
}) {
  const draw = useCallback((width: number) => options(matrices, width), [matrices]);
  const read = matrices.map(
    ({ gate, role, spectralNorm }) => `${gate ?? ''} ${role} ${formatNumber(spectralNorm.upper)}`,
  );
  return (
    <Chart
      title={
        <>
          Spectral norms: <span class="key input">input W</span> <span class="key recurrent">recurrent U</span>
        </>
      }
      description={`Spectral norms of ${layer}: ${read.join(', ')}. The table of norms has the certified intervals.`}
      draw={draw}
    />
  );
}

function options(matrices: readonly MatrixReport[], width: number): PlotOptions {
  const bars = matrices.map(({ gate, role, spectralNorm }) => ({ gate: gate ?? '', role, norm: spectralNorm.upper }));
  const gates = [...new Set(bars.map(({ gate }) => gate))];
  return {
    width,
    height: 34 + 30 * gates.length,
    marginLeft: 70,
    marginTop: 4,
    marginBottom: 28,
    fy: { domain: gates, label: null, padding: 0.25 },
    y: { axis: null, domain: ['input', 'recurrent'], padding: 0 },
    x: { label: null, nice: true, zero: true, ticks: Math.max(2, width / 70) },
    facet: { marginLeft: 70 },
    marks: [
      ...(['input', 'recurrent'] as const).map((role) =>
        barX(
          bars.filter((bar) => bar.role === role),
          { x: 'norm', y: 'role', fy: 'gate', fill: COLORS[role], insetTop: 0.5, insetBottom: 0.5 },
        ),
      ),
      // A norm of one is where signals neither grow nor fade.
      ruleX([1], { stroke: 'currentColor', strokeDasharray: '2 3', strokeOpacity: 0.7 }),
      ruleX([0], { stroke: 'currentColor' }),
    ],
  };
}
