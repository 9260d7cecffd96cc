import { parseConstraint } from '../../src/core/training/constraint';
import type { EpochPoint, TrainingRun } from '../../src/protocol/panelTraining';

/** One thing to watch while a checkpoint is trained, as a picture with lines for every run. */
export interface Figure {
  readonly title: string;
  readonly lines: readonly FigureLine[];
  /** What the last of the runs keeps the figure at most at; null: nothing. */
  readonly limit: number | null;
  /** How many epochs the picture has room for: as many as the longest run has done. */
  readonly epochs: number;
}

export interface FigureLine {
  readonly run: number;
  /** What the line is besides the figure itself: "steps", "5 %"; empty where there is only one. */
  readonly part: string;
  /** Against epochs that are done. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Everything that is known of these runs; what nobody knows of any of them has no figure. */
export function trainingFigures(runs: readonly TrainingRun[]): readonly Figure[] {
  const names = [...new Set(runs.flatMap(({ epochs }) => epochs.flatMap(({ look }) => look?.norms ?? [])).map(nameOf))];
  const isVacuous = runs.some(({ epochs }) => epochs.some(({ look }) => (look?.bound?.value ?? 0) >= 1));
  const figure = (
    title: string,
    parts: Readonly<Record<string, (point: EpochPoint) => number | null | undefined>>,
  ): Figure => ({
    title,
    lines: runs.flatMap((run) =>
      Object.entries(parts).map(([part, of]) => ({ run: run.number, part, points: pointsOf(run.epochs, of) })),
    ),
    limit: null,
    epochs: Math.max(1, ...runs.flatMap(({ steps, epochs: done }) => [steps.at(-1)?.at ?? 0, done.at(-1)?.epoch ?? 0])),
  });
  const loss = figure('Training loss', { '': ({ trainingLoss }) => trainingLoss });
  return [
    { ...loss, lines: [...runs.map(stepsOf), ...loss.lines] },
    figure('Validation loss', { '': ({ validation }) => validation?.loss }),
    figure('Validation error', { '': ({ validation }) => validation?.error }),
    figure('Margins: 5 % of them are below, half, 95 %', {
      '5 %': ({ look }) => look?.margins?.low,
      half: ({ look }) => look?.margins?.median,
      '95 %': ({ look }) => look?.margins?.high,
    }),
    ...names.map((name) => ({
      ...figure(`‖${name}‖₂`, { '': ({ look }) => look?.norms?.find((norm) => norm.name === name)?.norm }),
      limit: limitOf(runs.at(-1), name),
    })),
    isVacuous
      ? figure('Best certified bound, log₁₀ (not clipped at 1)', { '': ({ look }) => look?.bound?.log10 })
      : figure('Best certified bound', { '': ({ look }) => look?.bound?.value }),
  ].filter(({ lines }) => lines.some(({ points }) => points.length > 0));
}

const nameOf = ({ name }: { readonly name: string }): string => name;

const stepsOf = ({ number, steps }: TrainingRun): FigureLine => ({
  run: number,
  part: 'steps',
  points: steps.map(({ at, loss }) => ({ x: at, y: loss })),
});

function pointsOf(epochs: readonly EpochPoint[], of: (point: EpochPoint) => number | null | undefined) {
  return epochs.flatMap((point) => {
    const y = of(point);
    return y === null || y === undefined || !Number.isFinite(y) ? [] : [{ x: point.epoch, y }];
  });
}

/** The cap that a run holds the spectral norm of this matrix to; names of one layer hold for every layer. */
function limitOf(run: TrainingRun | undefined, name: string): number | null {
  const own = name.slice(name.lastIndexOf('.') + 1);
  const limits = (run?.settings.constraints ?? []).flatMap((text) => {
    const { kind, at, value } = parseConstraint(text);
    if (kind === 'orthogonal') return at === null || at === name || at === own ? [1] : [];
    const isCap = kind === 'spectral-norm' || kind === 'spectral-scaling';
    return isCap && value !== null && (at === null || at === name || at === own) ? [value] : [];
  });
  return limits.length > 0 ? Math.min(...limits) : null;
}
