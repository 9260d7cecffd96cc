import type { Constants } from './constants';
import type { Flow, Moment } from './flow';
import type { Scope } from './scope';

/** What following a node needs to know about the graph around it. */
export interface Surroundings {
  readonly scope: Scope;
  readonly constants: Constants;
  /** The version of the standard operators. */
  readonly opset: number;
  /** The flow of a tensor; undefined for a constant and for a tensor made of shapes only. */
  readonly flowOf: (tensor: string) => Flow | undefined;
  readonly directionOf: (layer: number) => 'forward' | 'reverse';
}

/** The end in time is the last computed state of a forward layer, the start that of a reverse one. */
export function settledMoment(flow: Flow, around: Pick<Surroundings, 'directionOf'>): Moment {
  const all = (direction: string): boolean => flow.layers.every((layer) => around.directionOf(layer) === direction);
  if (flow.moment === 'end') return all('forward') ? 'last' : 'other';
  if (flow.moment === 'start') return all('reverse') ? 'last' : 'other';
  return flow.moment;
}
