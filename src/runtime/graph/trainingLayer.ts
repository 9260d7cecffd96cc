import { roots, type Cell } from '../../core/cells/cell';
import { expand, expandCell } from '../../core/cells/expand';
import { sum, variable, type Expression } from '../../core/cells/language';
import type { PlacedLayer } from '../../core/cells/network';
import { checkWidths } from '../../core/cells/sizes';
import { differentiate, type Adjoint } from '../../core/interpret/differentiate';
import { stepAdjoint } from '../../core/interpret/stepAdjoint';
import { initialName } from './forwardGraph';
import type { Main } from './main';
import type { StepPositions } from './stepPositions';

/** A layer of a network in a training graph, once its way forward is written. */
export interface TrainingLayer {
  readonly cell: Cell;
  /** See `PlacedLayer`. */
  readonly reads: Expression;
  readonly handedOn: Expression;
  /** The states after the last step, [batch, size], in the order of the cell's states. */
  readonly finals: readonly string[];
  /** Writes the way back from the cotangents of what the layer hands on, each [steps · batch, width]. */
  readonly back: (cotangents: readonly Expression[]) => WayBack;
}

export interface WayBack {
  readonly adjoint: Adjoint;
  /** The gradients of the initial states, [batch, size]. */
  readonly initialStates: readonly string[];
  /** What follows for the cotangent of something that the layer reads: the input, or what an earlier layer hands on. */
  readonly of: (read: Expression) => Expression | undefined;
}

/** Adds the loop of a layer; `areHeld`: whether its states must stay as they are where there is padding. */
export function addTrainingLayer(
  main: Main,
  { layer, cell: definition, reads, handsOn, handedOn }: PlacedLayer,
  positions: StepPositions,
  { areHeld, areGiven }: { readonly areHeld: boolean; readonly areGiven: boolean },
): TrainingLayer {
  const plain = expandCell(definition);
  const cell = areHeld ? { ...plain, states: plain.states.map(positions.held) } : plain;
  const output = expand(handsOn);
  checkWidths([...roots(cell), output, reads], main.sizes);
  main.set([cell.input], main.everywhere(reads));
  const states = cell.states.map(({ name, before, after }) => {
    const width = main.width([before]);
    return { before, after, initial: areGiven ? main.input(initialName(name), ['batch', width]) : main.zeros(width) };
  });
  const { finals } = main.loop(states, layer.direction);
  main.set([handedOn], main.everywhere(output));

  const back = (cotangents: readonly Expression[]): WayBack => {
    const cotangent = variable(`d ${handedOn.name}`, handedOn.size);
    main.set([cotangent], main.value(sum(cotangents)));
    const step = stepAdjoint(cell.states, [[output, cotangent]], main.sizes);
    const loop = main.loop(
      step.states.map(({ before, after }) => ({
        before: after,
        after: before,
        initial: main.zeros(main.width([after])),
      })),
      layer.direction === 'forward' ? 'reverse' : 'forward',
    );
    const ofInput = step.adjoint.of(cell.input);
    const ofReads = ofInput && differentiate([[reads, ofInput]], main.sizes);
    return { adjoint: step.adjoint, initialStates: loop.finals, of: (read) => ofReads?.of(read) };
  };
  return { cell, reads, handedOn, finals, back };
}
