import type { ModelInput } from '../../core/checkpoint';
import { configShape, configText } from './configValue';
import { ancestorsOf } from './dataFlow';
import { recurrentUnit } from './recurrentLayers';
import type { Topology } from './topology';

/**
 * An input that reaches a recurrent layer is a sequence: its first axis is the batch, its second the time. Another input
 * has a batch axis only.
 */
export function modelInput(name: string, topology: Topology): ModelInput {
  const layer = topology.layers.find((candidate) => candidate.name === name);
  const dtype = layer ? configText(layer.config, 'dtype') : null;
  const feedsRecurrence = topology.layers.some(
    (candidate) => recurrentUnit(candidate) && ancestorsOf(candidate, topology).some((a) => a.name === name),
  );
  const shape = (layer ? configShape(layer.config, 'batch_input_shape') : null) ?? [null, null];
  return {
    name,
    elementType:
      dtype === 'int32' || dtype === 'bool' ? dtype : dtype === 'float32' || dtype === null ? 'float32' : 'other',
    shape,
    role: 'sequence',
    batchAxis: 0,
    timeAxis: feedsRecurrence && shape.length > 1 ? 1 : null,
  };
}
