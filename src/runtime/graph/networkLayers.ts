import { roots, type Cell } from '../../core/cells/cell';
import { expand, expandCell } from '../../core/cells/expand';
import { variable, type Expression } from '../../core/cells/language';
import { networkInput, placedLayers, placedName, type Network, type PlacedLayer } from '../../core/cells/network';
import { scaledBy } from '../../core/cells/composites';
import { scoresExpression } from '../../core/cells/readout';
import { checkWidths } from '../../core/cells/sizes';
import { addDropout } from './dropout';
import { initialName } from './forwardGraph';
import type { Loop } from './loop';
import type { Main } from './main';
import { mask, maskedCell } from './maskedCell';

export interface LayerOptions {
  /** Whether the graph is given the states that each layer begins with, or begins at zero. @default 'inputs' */
  readonly initialStates?: 'inputs' | 'zero';
  /** Whether there is an input `mask`, [steps, batch, 1], with 0 where there is padding. @default false */
  readonly masked?: boolean;
  /** Whether what each layer hands on, [steps, batch, width], has its name in the graph: `layer1.y`. @default false */
  readonly named?: boolean;
  /** Whether what layers hand on to each other is multiplied by masks that are inputs. @default false */
  readonly dropout?: boolean;
}

/** A layer that has its loop in the graph. */
export interface RunLayer {
  readonly placed: PlacedLayer;
  /** What it reads, that of `placed` with dropout. */
  readonly reads: Expression;
  /**
   * The equations as they are run: without composite operations, with states that stand still at padding, and, where what
   * the layer hands on after its last step is read but is none of its states, or their mean is read, with a state more that
   * keeps it or adds it up.
   */
  readonly cell: Cell;
  /** What the layer hands on, without composite operations. */
  readonly handsOn: Expression;
  readonly loop: Loop;
  /**
   * What it hands on after the last step that it takes, or the sum of that over all steps where the readout reads their mean,
   * [batch, width]; null where nobody reads it.
   */
  readonly last: string | null;
}

/** The name of the input that tells steps from padding. */
export const maskName = 'mask';

/**
 * Writes the loops of all layers. From then on, the variables of the network (`x`, `layer1.x`, `layer1.y`) and all
 * expressions of its layers have values in the main graph.
 *
 * @throws Problem where the layers do not fit together.
 */
export function runLayers(
  main: Main,
  network: Network,
  { initialStates = 'inputs', masked = false, named = false, dropout = false }: LayerOptions,
): readonly RunLayer[] {
  main.set([networkInput], main.flat(main.sequence, network.inputSize));
  if (masked) main.set([mask], main.flat(main.input(maskName, [main.length, 'batch', 1]), 1));
  const { steps, layers: read } = network.readout ?? { steps: 'every', layers: [] };
  const lastRead = steps === 'every' ? [] : read;
  const all = placedLayers(network);
  const dropped = dropout ? addDropout(main, all) : null;
  return all.map((placed, k) => {
    const { layer, handedOn } = placed;
    const reads = dropped?.[k] ?? placed.reads;
    const handsOn = expand(placed.handsOn);
    const own = placed.cell.states.length;
    const kept = lastRead.includes(k) ? (steps === 'mean' ? summedIn : keptIn)(placed, handsOn) : null;
    const cell = expandCell(masked ? maskedCell(kept?.cell ?? placed.cell) : (kept?.cell ?? placed.cell));
    checkWidths([...roots(cell), reads, handsOn], main.sizes);
    main.define(cell.input, reads);
    const states = cell.states.map(({ name, before, after }, number) => {
      const width = main.width([before]);
      const isGiven = initialStates === 'inputs' && number < own;
      const initial = isGiven ? main.input(initialName(name), ['batch', width]) : main.zeros(width);
      return { before, after, initial };
    });
    const loop = main.loop(states, layer.direction);
    if (named) {
      const width = main.width([handsOn]);
      main.set([handedOn], main.flat(main.named(main.steps(main.everywhere(handsOn), width), handedOn.name), width));
    } else main.define(handedOn, handsOn);
    return { placed, reads, cell, handsOn, loop, last: kept && loop.finals[kept.state]! };
  });
}

/** The cell with a state that is what the layer hands on, and which of its states that is. */
function keptIn({ cell, layer }: PlacedLayer, handsOn: Expression): { readonly cell: Cell; readonly state: number } {
  const state = cell.states.findIndex(({ after }) => expand(after) === handsOn);
  if (state >= 0) return { cell, state };
  const name = placedName(layer.name, 'last');
  const last = { name, before: variable(name, handsOn.size), after: handsOn };
  return { cell: { ...cell, states: [...cell.states, last] }, state: cell.states.length };
}

/** The cell with a state that is the sum of what the layer hands on, which stands still at padding, and which state that is. */
function summedIn({ cell, layer }: PlacedLayer, handsOn: Expression): { readonly cell: Cell; readonly state: number } {
  const name = placedName(layer.name, 'sum');
  const before = variable(name, handsOn.size);
  const total = { name, before, after: before.plus(handsOn) };
  return { cell: { ...cell, states: [...cell.states, total] }, state: cell.states.length };
}

/**
 * scores = V [h; …] + c, or what several dense layers make of [h; …], made of what the layers of the readout hand on: at every
 * step, or after the last one that each takes, which then is a variable of its own with a value in the main graph; or of the
 * mean, which is the sum over all steps times one over their number. Null where there is no readout.
 */
export function readoutScores(main: Main, { readout }: Network, layers: readonly RunLayer[]): Expression | null {
  if (!readout) return null;
  const read = readout.layers.map((k) => {
    const { placed, last } = layers[k]!;
    if (readout.steps === 'every') return placed.handedOn;
    const lastHandedOn = handedOnLast(placed);
    main.set([lastHandedOn], last!);
    return readout.steps === 'mean' ? expand(scaledBy(shareOfAStep, lastHandedOn)) : lastHandedOn;
  });
  if (readout.steps === 'mean') main.set([shareOfAStep], stepShare(main));
  return scoresExpression(readout, read);
}

/** One over how many steps a sequence has. */
const shareOfAStep: Expression<'one'> = variable('share of a step', 'one');

/** One over how many steps each sequence has, padding left out: [batch, 1]. */
function stepShare(main: Main): string {
  const one = main.constant(1);
  if (main.knows(mask)) {
    const steps = main.apply('ReduceSum', [maskName, main.integers([0])], { keepdims: 0 });
    return main.apply('Div', [one, steps]);
  }
  const { length } = main;
  if (typeof length === 'number') return main.apply('Add', [main.zeros(1), main.constant(1 / length)]);
  const steps = main.apply('Cast', [main.apply('Shape', [main.sequence], { start: 0, end: 1 })], { to: main.type });
  return main.apply('Add', [main.zeros(1), main.apply('Div', [one, steps])]);
}

/** The variable by which the readout names what a layer hands on after its last step. */
export const handedOnLast = ({ layer, handedOn }: PlacedLayer): Expression =>
  variable(placedName(layer.name, 'y last'), handedOn.size);
