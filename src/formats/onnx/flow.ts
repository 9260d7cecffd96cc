import type { Activation } from '../../core/cells/activation';
import type { Axis } from './axes';

/** Which of a layer's hidden states a tensor holds: all, the first or last in time, the last that was computed, or their mean. */
export type Moment = 'every' | 'start' | 'end' | 'last' | 'mean' | 'other';

/** The tensors of a batch normalization that does not train. */
export interface Normalization {
  readonly scale: string;
  readonly shift: string;
  readonly mean: string;
  readonly variance: string;
  readonly epsilon: number;
}

/** A dense layer that a readout goes through: activation(factor · x · W (or Wᵀ) + biasFactor · bias). */
export interface Dense {
  readonly node: string;
  readonly weights: string;
  /** Whether the tensor is stored inputs × outputs. */
  readonly inputsFirst: boolean;
  readonly factor: number;
  readonly bias: string | null;
  readonly biasFactor: number;
  /** Normalizations of what it reads, and of what it gives to its activation, in their order. */
  readonly before: readonly Normalization[];
  readonly after: readonly Normalization[];
  readonly activation: Activation;
  /** The sentence about the node that the activation is, where there is one. */
  readonly bent: string | null;
}

export type FinalActivation = 'none' | 'softmax' | 'logSoftmax' | 'sigmoid';

/** The nodes that a tensor went through, last one first; shared between tensors. */
export interface Path {
  readonly name: string;
  readonly operation: string;
  readonly before: Path | null;
}

/** Where the numbers of a tensor come from, back to the model's inputs or to the nearest recurrent layers. */
export interface Flow {
  /** What its axes stand for; null when that was lost on the way. */
  readonly axes: readonly Axis[] | null;
  readonly inputs: readonly string[];
  /** Indices of recurrent layers, in the order of the features. */
  readonly layers: readonly number[];
  /** Whether the numbers themselves are unchanged: only moved, selected or joined side by side. */
  readonly unchanged: boolean;
  /** Whether all steps and features are still there. */
  readonly whole: boolean;
  /** Whether weights of the file took part. */
  readonly trained: boolean;
  /** How many single numbers of the file took part, each of which may be an option; many are a table. */
  readonly singleNumbers: number;
  /** The table that the numbers are rows of, only moved since; null where they are none. */
  readonly embedding: string | null;
  readonly path: Path | null;
  readonly moment: Moment;
  /** The dense layers behind the recurrent ones, in their order. */
  readonly dense: readonly Dense[];
  /** Normalizations that no dense layer has read yet, in their order. */
  readonly normalized: readonly Normalization[];
  readonly activation: FinalActivation;
  /** The tensor in front of `activation`, and its axes. */
  readonly beforeActivation: { readonly tensor: string; readonly axes: readonly Axis[] | null } | null;
  /** Why the way from the recurrent layer to here is not one linear map; null while it is. */
  readonly notLinear: string | null;
}

/** Enough to tell a table from an option; counting further would only overflow where flows are joined again and again. */
export const tooMany = 17;

/** A tensor at which nothing has happened yet: an input of the model or the output of a recurrent layer. */
export function freshFlow(start: Pick<Flow, 'axes' | 'inputs' | 'layers' | 'moment'>): Flow {
  return {
    ...start,
    unchanged: true,
    whole: true,
    trained: false,
    singleNumbers: 0,
    embedding: null,
    path: null,
    dense: [],
    normalized: [],
    activation: 'none',
    beforeActivation: null,
    notLinear: null,
  };
}

/** Several tensors in one; the way is told along the first that comes from a recurrent layer. */
export function joinedFlow(flows: readonly Flow[], notLinear: string): Flow {
  const main = flows.find((flow) => flow.layers.length > 0) ?? flows[0]!;
  if (flows.length === 1) return main;
  return {
    ...main,
    inputs: union(flows.map((flow) => flow.inputs)),
    layers: union(flows.map((flow) => flow.layers)),
    unchanged: false,
    embedding: null,
    whole: flows.every((flow) => flow.whole),
    trained: flows.some((flow) => flow.trained),
    singleNumbers: flows.reduce((total, flow) => Math.min(tooMany, total + flow.singleNumbers), 0),
    moment: flows.every((flow) => flow.layers.length === 0 || flow.moment === main.moment) ? main.moment : 'other',
    activation: 'none',
    beforeActivation: null,
    notLinear: main.notLinear ?? notLinear,
  };
}

/** Every item once. Where the first list has them all, it is shared, so that long chains of joins take little memory. */
function union<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const items = new Set<T>();
  for (const list of new Set(lists)) for (const item of list) items.add(item);
  const [first = []] = lists;
  return first.length === items.size ? first : [...items];
}

export function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
