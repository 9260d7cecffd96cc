import type { BoundQuestion } from '../../src/core/bounds/boundQuestion';
import { curvePoint, knobsOf, type CurvePoint, type KnobStops } from '../../src/core/explain/curves';
import type { BoundResult } from '../../src/core/report';

/** A row as a function of one knob, as far as it has been worked out. */
export interface Curve extends KnobStops {
  /** One for each stop; undefined where it is not known yet, null where the row has no number. */
  readonly points: readonly (CurvePoint | null | undefined)[];
}

/** The curves of rows of one report: each point is worked out once, whenever there is time for it. */
export interface Explorer {
  /** What is known of the curves of a row that has a number. */
  curves(row: BoundResult): readonly Curve[];
  /** Works out the next point of a row, those next to the report's own numbers first; false when all are known. */
  workOut(row: BoundResult): boolean;
}

export function createExplorer(question: BoundQuestion): Explorer {
  const rows = new Map<string, RowCurves>();
  const curvesOf = (row: BoundResult): RowCurves => {
    const key = `${row.id} ${row.p}`;
    const found = rows.get(key) ?? beginning(question, row);
    rows.set(key, found);
    return found;
  };
  return {
    curves: (row) => curvesOf(row).curves,
    workOut(row) {
      const { curves, waiting } = curvesOf(row);
      const next = waiting.pop();
      if (!next) return false;
      const { knob, stops, points } = curves[next.curve]!;
      points[next.stop] = curvePoint(question, row, knob, stops[next.stop]!);
      return true;
    },
  };
}

interface RowCurves {
  readonly curves: readonly (KnobStops & { readonly points: (CurvePoint | null | undefined)[] })[];
  /** What is not known yet; the next one last. */
  readonly waiting: { readonly curve: number; readonly stop: number }[];
}

function beginning(question: BoundQuestion, row: BoundResult): RowCurves {
  const curves = knobsOf(question, row).map((stops) => ({ ...stops, points: stops.stops.map(() => undefined) }));
  const waiting = curves.flatMap(({ stops, actual }, curve) =>
    stops.map((_, stop) => ({ curve, stop, distance: Math.abs(stop - actual) })),
  );
  return { curves, waiting: waiting.sort((a, b) => b.distance - a.distance) };
}
