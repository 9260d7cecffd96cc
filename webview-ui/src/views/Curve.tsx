import { dot, line, ruleX, ruleY } from '@observablehq/plot';
import type { PlotOptions } from '@observablehq/plot';
import { useCallback, useState } from 'preact/hooks';
import type { CurvePoint, Knob } from '../../../src/core/explain/curves';
import { Chart } from '../Chart';
import { DataTable } from '../DataTable';
import type { Curve as KnownCurve } from '../explorer';
import { formatCount, formatLog10, formatNumber, formatUpper } from '../format';

/** What a curve shows of a bound: itself, or what it depends on while it is all but vacuous. */
export type Measure = 'bound' | 'natsPerSequence' | 'log10';

/** A bound as a function of one knob, and a slider that turns it. */
export function Curve({
  curve,
  known,
  measure,
}: {
  readonly curve: KnownCurve;
  readonly known: number;
  readonly measure: Measure;
}) {
  const { knob, stops, actual, points } = curve;
  const [chosen, setChosen] = useState(actual);
  // Points are filled in where they are; how many are known says when to draw again.
  const draw = useCallback((width: number) => options(curve, measure, width), [curve, measure, known]);
  const value = knobText(knob, stops[chosen]!);
  const answer = answerText(points[chosen], measure);
  const read = stops.flatMap((stop, k) =>
    points[k] ? [`${knobText(knob, stop)}: ${answerText(points[k], measure)}`] : [],
  );
  return (
    <div class="curve">
      <Chart
        title={titles[knob]}
        description={`${titles[knob]}. ${read.join('; ')}.`}
        draw={draw}
        mark={{ x: chosen, y: levelOf(points[chosen], measure) }}
        control={
          <>
            <input
              type="range"
              min={0}
              max={stops.length - 1}
              value={chosen}
              aria-label={titles[knob]}
              aria-valuetext={`${value}: ${answer}`}
              onInput={(event) => setChosen(Number(event.currentTarget.value))}
            />
            <p class="turned">
              <strong>{value}</strong>
              {chosen === actual ? ' (as it is)' : ''}: {answer}
              {chosen !== actual && (
                <button type="button" class="link" onClick={() => setChosen(actual)}>
                  Back
                </button>
              )}
            </p>
          </>
        }
        table={
          <DataTable
            label={titles[knob]}
            columns={[
              { name: titles[knob] },
              { name: 'Bound' },
              ...(measure === 'bound' ? [] : [{ name: names[measure] }]),
            ]}
            rows={stops.map((stop, k) => [
              knobText(knob, stop),
              boundText(points[k]),
              ...(measure === 'bound' ? [] : [formatNumber(levelOf(points[k], measure))]),
            ])}
          />
        }
      />
    </div>
  );
}

const titles: Readonly<Record<Knob, string>> = {
  steps: 'Longest sequence T',
  sequences: 'Training sequences m',
  gamma: 'Margin γ',
  delta: 'Probability of failure δ',
};

const names: Readonly<Record<Exclude<Measure, 'bound'>, string>> = {
  natsPerSequence: 'Nats a sequence',
  log10: 'log₁₀, not clipped',
};

function knobText(knob: Knob, stop: number): string {
  if (knob === 'steps') return `T = ${formatCount(stop)}`;
  if (knob === 'sequences') return `m = ${formatCount(stop)}`;
  return knob === 'gamma' ? `γ = ${formatNumber(stop, 3)}` : `δ = ${stop}`;
}

const boundText = (point: CurvePoint | null | undefined): string =>
  point === undefined ? '…' : point === null ? 'no number' : formatUpper(point.value);

function answerText(point: CurvePoint | null | undefined, measure: Measure): string {
  if (point === undefined) return 'not worked out yet';
  if (point === null) return 'no number';
  const bound = `at most ${formatUpper(point.value)}`;
  if (measure === 'natsPerSequence') return `${bound}, ${formatNumber(levelOf(point, measure), 3)} nats a sequence`;
  return measure === 'log10' ? `${bound}, log₁₀ ${formatLog10(point.log10)}` : bound;
}

/** How high the curve is at a point; null where that is not known. */
function levelOf(point: CurvePoint | null | undefined, measure: Measure): number | null {
  if (!point) return null;
  if (measure === 'bound') return point.value;
  if (measure === 'log10') return point.log10;
  return point.nats === null || point.sequences === null ? null : point.nats / point.sequences;
}

/** Stops stand side by side as on the slider below, at equal distances. */
function options({ stops, actual, points }: KnownCurve, measure: Measure, width: number): PlotOptions {
  const shown = stops.flatMap((_, k) => {
    const level = levelOf(points[k], measure);
    return level === null ? [] : [{ k, level }];
  });
  const levels = shown.map(({ level }) => level);
  const [lowest, highest] = [Math.min(...levels, Infinity), Math.max(...levels, -Infinity)];
  const limit = limits[measure];
  const rules = limit !== null && limit > lowest / 4 && limit < highest * 4 ? [limit] : [];
  const isWide = measure !== 'log10' && highest > 4 * lowest;
  const last = stops.length - 1;
  const labels = Math.max(1, Math.min(last, Math.floor(width / 75)));
  return {
    width,
    height: 130,
    marginLeft: 46,
    marginRight: 14,
    marginTop: 10,
    marginBottom: 24,
    x: {
      domain: [0, last],
      label: null,
      ticks: [...new Set(Array.from({ length: labels + 1 }, (_, k) => Math.round((k * last) / labels)))],
      tickFormat: (k: number) => short(stops[k]!),
    },
    y: {
      type: isWide ? 'log' : 'linear',
      label: null,
      ticks: 4,
      tickFormat: short,
      ...(shown.length === 0 ? { domain: [0, 1] } : {}),
      ...(shown.length > 0 && !isWide ? { domain: [0.9 * lowest, 1.1 * highest] } : {}),
    },
    marks: [
      ruleX([actual], { stroke: 'currentColor', strokeDasharray: '2 3', strokeOpacity: 0.6 }),
      ruleY(rules, { stroke: 'var(--certified)', strokeDasharray: '4 3' }),
      line(shown, { x: 'k', y: 'level', stroke: 'var(--activation)', strokeWidth: 1.5 }),
      dot(shown, { x: 'k', y: 'level', r: 1.5, fill: 'var(--activation)' }),
    ],
  };
}

/** Below it a bound is below one half, or was not clipped; nats a sequence at no loss at all. */
const limits: Readonly<Record<Measure, number | null>> = { bound: 0.5, natsPerSequence: Math.LN2, log10: null };

/** 20,000 as 20K: axes have little room. */
function short(value: number): string {
  if (value > 0 && value < 1e-3) return value.toExponential(0);
  if (value >= 1e4) return value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 2 });
  return String(Number(value.toPrecision(3)));
}
