import { barX, ruleX } from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import { useCallback } from 'preact/hooks';
import type { MatrixReport } from '../../../src/core/report';
import { Chart } from '../Chart';
import { formatNumber } from '../format';

const COLORS = {
  input: 'var(--input-weights)',
  recurrent: 'var(--recurrent-weights)',
  inner: 'var(--inner-weights)',
};
const ROLES = ['input', 'recurrent', 'inner'] as const;
const LETTERS = { input: 'input W', recurrent: 'recurrent U', inner: 'inner' };

/** The spectral norms of a layer side by side, a bar for each matrix. The table of norms below holds the same numbers. */
export function SpectralNorms({
  matrices,
  layer,
}: {
  readonly matrices: readonly MatrixReport[];
  readonly layer: string;
}) {
  const draw = useCallback((width: number) => options(matrices, width), [matrices]);
  const read = matrices.map(({ name, role, spectralNorm }) => `${role} ${name} ${formatNumber(spectralNorm.upper)}`);
  return (
    <Chart
      title={
        <>
          Spectral norms:
          {rolesIn(matrices).map((role) => (
            <>
              {' '}
              <span class={`key ${role}`}>{LETTERS[role]}</span>
            </>
          ))}
        </>
      }
      description={`Spectral norms of ${layer}: ${read.join(', ')}. The table of norms has the certified intervals.`}
      draw={draw}
    />
  );
}

const rolesIn = (matrices: readonly MatrixReport[]) =>
  ROLES.filter((role) => matrices.some((matrix) => matrix.role === role));

/** Bars of one gate stand together, unless two of them read the same: then each stands under its own name. */
function rowOf({ name, gate, role }: MatrixReport, matrices: readonly MatrixReport[]): string {
  const alike = matrices.filter((other) => other.gate === gate && other.role === role);
  return gate === null || alike.length > 1 ? name : gate;
}

function options(matrices: readonly MatrixReport[], width: number): PlotOptions {
  const bars = matrices.map((matrix) => ({
    gate: rowOf(matrix, matrices),
    role: matrix.role,
    norm: matrix.spectralNorm.upper,
  }));
  const gates = [...new Set(bars.map(({ gate }) => gate))];
  return {
    width,
    height: 34 + (6 + 12 * rolesIn(matrices).length) * gates.length,
    marginLeft: 70,
    marginTop: 4,
    marginBottom: 28,
    fy: { domain: gates, label: null, padding: 0.25 },
    y: { axis: null, domain: rolesIn(matrices), padding: 0 },
    x: { label: null, nice: true, zero: true, ticks: Math.max(2, width / 70) },
    facet: { marginLeft: 70 },
    marks: [
      ...rolesIn(matrices).map((role) =>
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
