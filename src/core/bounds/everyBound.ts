import type { BoundResult } from '../report';
import { boundedNetwork, cellKind } from './classes/boundedNetwork';
import { defaultDelta, type BoundQuestion } from './boundQuestion';
import { boundThreeRows } from './literature/boundThreeRow';
import { calculusClass } from './classes/calculusClass';
import { calculusRows } from './calculusRows';
import { convolutionRows } from './convolutionRows';
import { entrywiseRows } from './entrywiseRows';
import { heldOutRegressionRows } from './regression/heldOutRegression';
import { heldOutRows } from './heldOutRow';
import { literatureRows } from './literature/literatureRows';
import { lossesOnGrid } from './margins/lossesOnGrid';
import { mcAllesterRows } from './literature/mcAllesterRow';
import { nearbyRows } from './nearby/nearbyRows';
import { once } from './once';
import { printedRows } from './literature/printedRow';
import { printedRateRows, rateRows } from './literature/rateRows';
import { regressionRows } from './regression/regressionFamily';
import type { RowFamily, RowHeader, RowShape } from './row';
import type { RowContext } from './rowContext';
import { tangentKernelRows } from './nearby/tangentKernelRow';
import { taskOf } from './task';
import { theoremClass } from './classes/theoremClass';
import { theoremRows } from './theoremRows';
import { unrolledRows } from './literature/unrolledRows';

/** In the order in which they are read. */
const families: Readonly<Record<RowShape['task'], readonly RowFamily[]>> = {
  classification: [
    ...[printedRows, boundThreeRows, printedRateRows],
    ...[theoremRows, entrywiseRows, mcAllesterRows, convolutionRows, calculusRows],
    ...[unrolledRows, literatureRows, rateRows, tangentKernelRows, nearbyRows, heldOutRows],
  ],
  regression: [regressionRows, heldOutRegressionRows],
};

/**
 * Every theorem answers about one checkpoint: with a number, or with the reason why it has none. The list of rows, and with
 * it each row's share of δ, depends on the cells, the layers and the task alone. A certified row has a number only if every
 * assumption is met or assumed.
 */
export const everyBound = (question: BoundQuestion): BoundResult[] => someBounds(question, () => true);

/** The answers of some of the rows; δ is shared with those that are not asked. */
export function someBounds(question: BoundQuestion, isAsked: (header: RowHeader) => boolean): BoundResult[] {
  const shape = shapeOf(question);
  const rows = families[shape.task].flatMap((family) => family(shape));
  const certified = rows.filter(({ header }) => header.status === 'certified').length;
  const delta = question.declarations.delta ?? defaultDelta;
  const context: RowContext = {
    ...{ question, delta, share: delta / certified, rows: certified, losses: losses() },
    network: once(() => boundedNetwork(question)),
    theorem: once(() => theoremClass(question)),
    calculus: once(() => calculusClass(question)),
  };
  return rows.flatMap(({ header, answer }) => (isAsked(header) ? [answer(context)] : []));
}

/**
 * The calculus adds nothing for a vanilla network with tanh or relu and a linear readout, whose theorem it repeats with more
 * radii to pay for.
 */
function shapeOf(question: BoundQuestion): RowShape {
  const { checkpoint } = question;
  const task = taskOf(question);
  const [layer, another] = checkpoint.layers;
  const startsAtZero = layer?.initialState !== 'learned';
  const isEmbedded = layer?.input.kind === 'frontEnd' && layer.input.embedding !== undefined;
  if (!layer || another) return { checkpoint, cell: null, hasCalculus: layer !== undefined, task };
  const cell = cellKind(layer.cellName);
  const activation = layer.cell?.options.candidateActivation;
  const isCovered =
    cell === 'vanilla' &&
    (layer.cell?.options.clip ?? null) === null &&
    startsAtZero &&
    !isEmbedded &&
    isOfTheTheorem(checkpoint);
  return { checkpoint, cell, hasCalculus: !(isCovered && (activation === 'tanh' || activation === 'relu')), task };
}

/** Whether the readout is what the theorems about one cell are about: one dense layer, of single steps. */
const isOfTheTheorem = ({ readout }: BoundQuestion['checkpoint']): boolean =>
  (readout?.hidden ?? []).length === 0 && readout?.steps !== 'mean';

/** Empirical losses on the grid of γ, computed once for all rows. */
function losses(): RowContext['losses'] {
  const known = new Map<string, readonly number[]>();
  return (kind, margins) => {
    const found = known.get(kind);
    if (found) return found;
    const computed = lossesOnGrid(kind, margins);
    known.set(kind, computed);
    return computed;
  };
}
