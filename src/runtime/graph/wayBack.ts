import { sum, variable, type Expression } from '../../core/cells/language';
import { differentiate, type Adjoint } from '../../core/interpret/differentiate';
import { stepAdjoint } from '../../core/interpret/stepAdjoint';
import type { Main } from './main';
import type { RunLayer } from './networkLayers';

/** How a loss moves with what a layer hands on. */
export interface LayerCotangents {
  /** At every step, terms of a sum. */
  readonly everyStep: readonly Expression[];
  /** After the last step that each sequence takes, [batch, width]; null where it does not. */
  readonly last: string | null;
}

/** The way back through a layer. */
export interface WayBack {
  readonly adjoint: Adjoint;
  /** The gradients of the initial states, [batch, size]. */
  readonly initialStates: readonly string[];
  /** What follows for the cotangent of something that the layer reads: the input, or what an earlier layer hands on. */
  readonly of: (read: Expression) => Expression | undefined;
}

/** Writes the loop that runs back through a layer, with the cotangents of its states as states. */
export function addWayBack(
  main: Main,
  { placed: { layer, handedOn }, reads, cell, handsOn, loop, last: kept }: RunLayer,
  { everyStep, last }: LayerCotangents,
): WayBack {
  const cotangent = variable(`d ${handedOn.name}`, handedOn.size);
  if (everyStep.length > 0) main.define(cotangent, sum(everyStep));
  const step = stepAdjoint(cell.states, everyStep.length > 0 ? [[handsOn, cotangent]] : [], main.sizes);
  // What the layer hands on after its last step is one of its states after that step.
  const lastState = last === null ? -1 : loop.finals.indexOf(kept!);
  const back = main.loop(
    step.states.map(({ before, after }, k) => {
      const initial = k === lastState ? last! : main.zeros(main.width([after]));
      return { before: after, after: before, initial };
    }),
    layer.direction === 'forward' ? 'reverse' : 'forward',
  );
  const ofInput = step.adjoint.of(cell.input);
  const ofReads = ofInput && differentiate([[reads, ofInput]], main.sizes);
  return { adjoint: step.adjoint, initialStates: back.finals, of: (read) => ofReads?.of(read) };
}
