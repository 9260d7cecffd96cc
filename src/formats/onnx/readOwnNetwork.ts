import { recurrentBiases } from '../../core/cells/biasRole';
import { withResidual, networkSizes, placedName, type Network, type NetworkLayer } from '../../core/cells/network';
import { networkNames } from '../../core/cells/networkNames';
import { parametersOf, storedShape } from '../../core/cells/parametersOf';
import { readoutLayers } from '../../core/cells/readout';
import type { ModelInput, Parameter, Readout, ReadoutDense, RecurrentLayer } from '../../core/checkpoint';
import type { Matrix } from '../../core/linalg/matrix';
import { Problem } from '../../core/problem';
import type { OnnxProgram, OwnTap } from '../loadedCheckpoint';
import type { Constants } from './constants';
import type { OnnxModel } from './model';
import { modelInputs } from './modelInputs';
import { requireFinite } from './recurrentOperator';
import { openScope } from './scope';

/** What is read of a network that Recurscope wrote, besides what is read of every model. */
export interface OwnNetwork {
  readonly layers: readonly RecurrentLayer[];
  readonly readout: Readout | null;
  readonly inputs: readonly ModelInput[];
  /** How many numbers the network learns. */
  readonly parameters: number;
  readonly program: Pick<OnnxProgram, 'taps' | 'scores' | 'scoreTensors'>;
  readonly notes: readonly string[];
}

/**
 * The layers and the readout of a network that the file describes itself, with the weights that stand in it under the names of
 * the equations. What the graph computes is not looked at: that it is this network, a run has to show, as for every model.
 *
 * @throws Problem where a parameter is missing, has another shape, or holds a NaN or an infinity.
 */
export function readOwnNetwork(network: Network, model: OnnxModel, constants: Constants): OwnNetwork {
  const { file, graph } = model;
  const scope = openScope(graph, null);
  let parameters = 0;
  const read = (name: string, rows: number, columns: number): Matrix & { readonly tensor: string } => {
    const stored = graph.initializers.has(name) ? constants(name, scope) : null;
    if (!stored || stored.kind === 'integer') {
      throw new Problem(
        `${file}: the network it describes needs the tensor "${name}", which is not there; make it again.`,
      );
    }
    const [first = 1] = stored.dims;
    if (first !== rows || stored.values.length !== rows * columns) {
      const needed = columns === 1 ? `[${rows}]` : `[${rows}, ${columns}]`;
      throw new Problem(
        `${file}: the network it describes needs "${name}" as ${needed}, but it is [${stored.dims.join(', ')}]; make it again.`,
      );
    }
    requireFinite(stored, file);
    parameters += stored.values.length;
    return { rows, columns, values: stored.values, tensor: name };
  };

  const layers = network.layers.map((layer) => recurrentLayer(layer, read));
  const readout = network.readout && ownReadout(network, network.readout, scope.producers.get(networkNames.scores)?.operator, read); // prettier-ignore
  const exists = (name: string): boolean => scope.producers.has(name) || scope.inputs.has(name);
  const taps = network.layers.map(({ name, reads }): OwnTap | null => {
    const inputs = reads === 'input' ? [networkNames.input] : reads.map((k) => handedOn(network.layers[k]!.name));
    const tap = { inputs, handsOn: handedOn(name) };
    return [...inputs, tap.handsOn].every(exists) ? tap : null;
  });
  const every = readout?.steps === 'every';
  const scores = { output: networkNames.scores, tensor: networkNames.scores, axes: { batch: every ? 1 : 0, time: every ? 0 : null } }; // prettier-ignore
  return {
    layers,
    readout,
    inputs: ownInputs(model, network),
    parameters,
    program: { taps, scores: readout && networkNames.scores, scoreTensors: readout ? [scores] : [] },
    notes: network.layers.flatMap(({ name }, k) =>
      taps[k] ? [] : [`What the layer "${name}" reads or hands on has no name in the graph, so it cannot be compared.`],
    ),
  };
}

type Read = (name: string, rows: number, columns: number) => Matrix & { readonly tensor: string };

const handedOn = (layer: string): string => placedName(layer, 'y');

function recurrentLayer({ name, cell, inputSize, hiddenSize, ...layer }: NetworkLayer, read: Read): RecurrentLayer {
  const sizes = cell.sizes(inputSize, hiddenSize);
  const ofState = recurrentBiases(cell);
  const matrices: Parameter[] = [];
  const vectors: Parameter[] = [];
  for (const parameter of parametersOf(cell)) {
    const { rows, columns } = storedShape(parameter, sizes);
    const stored = {
      ...read(placedName(name, parameter.name), rows, columns),
      name: parameter.name,
      gate: parameter.gate,
    };
    if (parameter.role !== 'bias' && parameter.role !== 'weight') matrices.push({ ...stored, role: parameter.role });
    else if (parameter.role === 'weight') vectors.push({ ...stored, role: 'weight' });
    else vectors.push({ ...stored, role: ofState.has(parameter.name) ? 'recurrentBias' : 'inputBias' });
  }
  return {
    ...{ name, cellName: cell.name, cell: withResidual(cell, layer.residual), withheld: null },
    ...{ residual: layer.residual !== false, direction: layer.direction, inputSize, hiddenSize },
    ...{ matrices, biases: vectors },
    input:
      layer.reads === 'input' ? { kind: 'model', input: networkNames.input } : { kind: 'layers', layers: layer.reads },
    initialState: 'zero',
  };
}

function ownReadout(
  network: Network,
  readout: NonNullable<Network['readout']>,
  operation: string | undefined,
  read: Read,
): Readout {
  const sizes = networkSizes(network);
  const dense = readoutLayers(readout).map(({ map, bias, activation, outputs }): ReadoutDense => ({
    weights: read(map.name, outputs, sizes[map.from]!),
    bias: bias === null ? null : read(bias, outputs, 1),
    activation,
  }));
  const { weights, bias } = dense.at(-1)!;
  // Scores of every step are laid out anew behind the dense layer.
  const operations = operation === 'Reshape' ? ['Gemm', operation] : operation === undefined ? [] : [operation];
  return {
    ...{ layers: readout.layers, steps: readout.steps, linear: dense.length === 1, reason: null },
    ...(dense.length > 1 && { hidden: dense.slice(0, -1) }),
    ...{ weights, bias, outputs: readout.outputs, output: networkNames.scores },
    chain: operations.map((each) => ({ name: networkNames.scores, operation: each })),
    finalActivation: 'none',
  };
}

/** The sequence, and whatever else somebody has given the model since. */
function ownInputs(model: OnnxModel, { inputSize }: Network): readonly ModelInput[] {
  const { file, graph } = model;
  const sequence = graph.inputs.find(({ name }) => name === networkNames.input);
  const [steps = null, batch = null, width] = sequence?.shape ?? [];
  if (sequence?.shape?.length !== 3 || width !== inputSize) {
    throw new Problem(
      `${file}: the network it describes reads "${networkNames.input}" [steps, batch, ${inputSize}], which is no input of the model; make it again.`,
    );
  }
  const free = (size: number | string | null): number | null => (typeof size === 'number' ? size : null);
  return modelInputs(model, []).map((input) =>
    input.name === networkNames.input
      ? { ...input, shape: [free(steps), free(batch), inputSize], role: 'sequence', batchAxis: 1, timeAxis: 0 }
      : input,
  );
}
