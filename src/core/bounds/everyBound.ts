import type { Checkpoint } from '../checkpoint';
import type { BoundResult } from '../report';
import { boundedNetwork, cellKind } from './boundedNetwork';
import { defaultDelta, type BoundQuestion } from './boundQuestion';
import { calculusClass } from './calculusClass';
import { certifiedRow } from './certifiedRow';
import { heldOutRow } from './heldOutRow';
import { marginLoss, rampLoss, withSlack } from './margins';
import { printedRow } from './printedRow';
import type { RowContext } from './rowContext';
import { certifiedRows, rowsOf, type RowHeader } from './rowList';
import { gammaGrid } from './selectionCost';
import { theoremClass } from './theoremClass';

/**
 * Every theorem answers about one checkpoint: with a number, or with the reason why it has none. The list of rows, and with
 * it each row's share of δ, depends on the cells and layers alone. A certified row has a number only if every assumption is
 * met or assumed.
 */
export function everyBound(question: BoundQuestion): BoundResult[] {
  const headers = rowsOfCheckpoint(question.checkpoint);
  const delta = question.declarations.delta ?? defaultDelta;
  const rows = certifiedRows(headers);
  const context: RowContext = { question, delta, share: delta / rows, rows, losses: losses() };
  const network = boundedNetwork(question);
  const theorem = theoremClass(question);
  const hasCalculus = headers.some(({ constants }) => constants === 'calculus');
  const calculus = hasCalculus ? calculusClass(question) : '';
  return headers.map((header) => {
    if (header.method === 'heldOut') return heldOutRow(question, header, context);
    if (header.method === 'printed') return printedRow(context, header, network);
    return certifiedRow(context, header, header.constants === 'calculus' ? calculus : theorem);
  });
}

/**
 * One layer has the rows of its cell's theorem, if there is one. The calculus adds nothing for a vanilla network with tanh or
 * relu, whose theorem it repeats with more radii to pay for.
 */
function rowsOfCheckpoint({ layers }: Checkpoint): readonly RowHeader[] {
  const [layer, another] = layers;
  if (!layer || another) return rowsOf(null, layer !== undefined);
  const kind = cellKind(layer.cellName);
  const activation = layer.cell?.options.candidateActivation;
  const isCovered = kind === 'vanilla' && (layer.cell?.options.clip ?? null) === null;
  return rowsOf(kind, !(isCovered && (activation === 'tanh' || activation === 'relu')));
}

/** Empirical losses on the grid of γ, computed once for all rows; margins are lowered by the slack of rule R9. */
function losses(): RowContext['losses'] {
  const known = new Map<string, readonly number[]>();
  return (kind, margins) => {
    const found = known.get(kind);
    if (found) return found;
    const lowered = withSlack(margins);
    const loss = kind === 'ramp' ? rampLoss : marginLoss;
    const computed = gammaGrid.map((gamma) => loss(lowered, gamma));
    known.set(kind, computed);
    return computed;
  };
}
