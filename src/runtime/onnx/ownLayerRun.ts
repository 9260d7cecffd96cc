import type { RecurrentLayer } from '../../core/checkpoint';
import { layerSizes, outputWidth } from '../../core/layerSizes';
import type { Tensor } from '../../core/sequences';
import type { OwnTap } from '../../formats/loadedCheckpoint';
import type { LayerRun } from '../modelRunner';
import { asFloat32 } from './ortTensor';

/** What a layer of a network that Recurscope wrote read and handed on; null where the tensors are not of its widths. */
export function ownLayerRun(
  layer: RecurrentLayer,
  tap: OwnTap,
  find: (name: string) => Tensor | null,
): LayerRun | null {
  const output = find(tap.handsOn);
  const inputs = tap.inputs.map(find).filter((input) => input !== null);
  const [steps = 0, batch = 0] = output?.dims ?? [];
  const fits = ({ dims }: Tensor): boolean => dims.length === 3 && dims[0] === steps && dims[1] === batch;
  if (output === null || inputs.length < tap.inputs.length || steps === 0 || ![output, ...inputs].every(fits))
    return null;
  if (output.dims[2] !== outputWidth(layer)) return null;
  const widths = inputs.map(({ dims }) => dims[2]!);
  if (widths.reduce((sum, width) => sum + width, 0) !== layerSizes(layer).input) return null;
  return {
    steps,
    batch,
    input: sideBySide(inputs.map(asFloat32), steps * batch),
    output: asFloat32(output),
    outputSteps: 'every',
    initialStates: null,
  };
}

/** Rows of several arrays, each with so many of them, joined row by row. */
function sideBySide(parts: readonly Float32Array[], rows: number): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const widths = parts.map((part) => part.length / rows);
  const width = widths.reduce((sum, each) => sum + each, 0);
  const joined = new Float32Array(rows * width);
  let start = 0;
  for (const [k, part] of parts.entries()) {
    const own = widths[k]!;
    for (let row = 0; row < rows; row++) joined.set(part.subarray(row * own, (row + 1) * own), row * width + start);
    start += own;
  }
  return joined;
}
