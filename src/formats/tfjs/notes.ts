import { configFlag } from './configValue';
import { isTransparent } from './dataFlow';
import { recurrentUnit, type RecurrentUnit } from './recurrentLayers';
import { denseOf } from './shapes';
import type { Topology, TopologyLayer } from './topology';

/** What the report must say about the layers of a model: those that were not understood, and states that are not kept. */
export function notesOn(topology: Topology, units: readonly RecurrentUnit[]): string[] {
  const unknown = new Map<string, string[]>();
  for (const layer of topology.layers) {
    if (isUnderstood(layer)) continue;
    unknown.set(layer.className, [...(unknown.get(layer.className) ?? []), layer.name]);
  }
  const notUnderstood = [...unknown].map(([className, names]) =>
    names.length === 1
      ? `1 ${className} layer was not understood: ${names[0]}.`
      : `${names.length} ${className} layers were not understood: ${names.join(', ')}.`,
  );
  return [...notUnderstood, ...units.filter(({ config }) => configFlag(config, 'stateful', false)).map(statefulNote)];
}

const statefulNote = ({ layer }: RecurrentUnit): string =>
  `${layer.name} keeps its states from one batch to the next (stateful); here every sequence starts at zero.`;

function isUnderstood(layer: TopologyLayer): boolean {
  if (isTransparent(layer) || recurrentUnit(layer) || denseOf(layer)) return true;
  return ['InputLayer', 'Embedding', 'Activation', 'Softmax'].includes(layer.className);
}
