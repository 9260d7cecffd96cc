import type { LayerInput, RecurrentLayer } from '../../core/checkpoint';
import { Problem } from '../../core/problem';
import type { OnnxTap } from '../loadedCheckpoint';
import { atom, axisSize, isFollowable, mostAxes } from './axes';
import type { Axis } from './axes';
import type { Constants } from './constants';
import { freshFlow, joinedFlow } from './flow';
import type { Flow } from './flow';
import { followNode } from './followNode';
import { initialStateOf, learnedStates } from './initialState';
import { isWeight } from './isWeight';
import { embeddingTable, layerInput } from './layerInput';
import type { OnnxGraph, OnnxModel, OnnxNode } from './model';
import { isRecurrentOperator, operatorInputs, readOperator, requireFinite } from './recurrentOperator';
import type { OperatorDirection } from './recurrentOperator';
import { openScope } from './scope';
import type { Scope } from './scope';
import { unusedNames } from './unusedNames';

/** How an input of the model reaches a recurrent node: as its sequence, as a state it starts from, or as lengths. */
export interface Arrival {
  readonly port: 'sequence' | 'state' | 'lengths';
  readonly flow: Flow;
  /** Which axes of the arriving tensor are time and batch. */
  readonly timeAxis: number | null;
  readonly batchAxis: number | null;
}

export interface FollowedGraph {
  readonly scope: Scope;
  readonly layers: readonly RecurrentLayer[];
  /** One a layer; null inside subgraphs. */
  readonly taps: readonly (OnnxTap | null)[];
  readonly arrivals: readonly Arrival[];
  /** The flow of every tensor of the outermost graph that data reach. */
  readonly flows: ReadonlyMap<string, Flow | undefined>;
  readonly notes: readonly string[];
  /** Recurrent nodes whose weights are not in the file, one sentence each. */
  readonly unreadable: readonly string[];
  /** Names of the Loop and Scan nodes that hold no recurrent operator. */
  readonly loops: readonly { readonly operator: string; readonly name: string }[];
}

/** Follows the data from the inputs of the model through every node, once, in the order of the file. */
export function followGraph(model: OnnxModel, constants: Constants): FollowedGraph {
  const layers: RecurrentLayer[] = [];
  const taps: (OnnxTap | null)[] = [];
  const arrivals: Arrival[] = [];
  const notes: string[] = [];
  const unreadable: string[] = [];
  const loops: { operator: string; name: string }[] = [];
  const directionOf = (layer: number) => layers[layer]!.direction;
  const unusedName = unusedNames();

  const followScope = (scope: Scope, flows: Flows, inside: string | null): void => {
    for (const node of scope.graph.nodes) {
      const around = {
        scope,
        constants,
        directionOf,
        opset: model.opset,
        flowOf: (tensor: string) => flows.get(tensor),
      };
      if (isRecurrentOperator(node)) followRecurrent(node, scope, flows, inside);
      else if (hasSubgraphs(node)) followSubgraphs(node, scope, flows);
      else {
        const found = followNode(node, around);
        const flow = found?.axes && !isFollowable(found.axes) ? { ...found, axes: null } : found;
        if (flow !== undefined) for (const output of node.outputs) flows.set(output, flow);
      }
    }
  };

  const followRecurrent = (node: OnnxNode, scope: Scope, flows: Flows, inside: string | null): void => {
    const input = (position: number): string => node.inputs[position] ?? '';
    const batchMajor = (node.attributes.get('layout')?.int ?? 0) !== 0;
    const arrive = (
      port: Arrival['port'],
      position: number,
      timeAxis: number | null,
      batchAxis: number | null,
    ): Flow | undefined => {
      const flow = flows.get(input(position));
      if (flow !== undefined) arrivals.push({ port, flow, timeAxis, batchAxis });
      return flow;
    };
    const sequence = arrive('sequence', operatorInputs.sequence, batchMajor ? 1 : 0, batchMajor ? 0 : 1);
    const lengths = arrive('lengths', operatorInputs.lengths, null, 0);
    const statePorts =
      node.operator === 'LSTM' ? [operatorInputs.hidden, operatorInputs.cell] : [operatorInputs.hidden];
    for (const position of statePorts) arrive('state', position, null, batchMajor ? 0 : 1);
    const directions = readOperator(node, scope, constants, model.file);
    if (typeof directions === 'string') {
      unreadable.push(directions);
      return;
    }
    const initialState = initialStateOf(statePorts.map(input), scope, constants, (tensor) => flows.get(tensor));
    const embedded = (flow: Flow | undefined, isBatchMajor: boolean, within: string | null): LayerInput => {
      const from = layerInput(flow, isBatchMajor, within);
      const table = flow && embeddingTable(flow, isBatchMajor) ? constants(flow.embedding!, scope) : null;
      if (from.kind !== 'frontEnd' || within !== null || table === null || table.kind === 'integer') return from;
      requireFinite(table, model.file);
      const [rows = 0, columns = 0] = table.dims;
      return { ...from, embedding: { rows, columns, values: table.values, tensor: table.tensor } };
    };
    const first = layers.length;
    if (first + directions.length > mostLayers)
      throw new Problem(
        `${model.file} has more than ${mostLayers} recurrent layers, which is more than can be analyzed; export the network without unrolling its steps.`,
      );
    directions.forEach((operator, slot) => {
      const layer = layerOf(operator, node, inside, batchMajor);
      layers.push({
        ...layer,
        name: unusedName(layer.name),
        input: embedded(sequence, batchMajor, inside),
        initialState,
        ...(initialState === 'learned' && {
          learnedStates: learnedStates(
            statePorts.map(input),
            { scope, constants },
            {
              ...{ size: layer.hiddenSize, slot, directions: directions.length, batchMajor },
            },
          ),
        }),
      });
      taps.push(
        inside !== null
          ? null
          : {
              input: input(operatorInputs.sequence),
              output: node.outputs[0] || undefined,
              lastHidden: node.outputs[1] || undefined,
              initialHidden: input(operatorInputs.hidden) || undefined,
              initialCell: (node.operator === 'LSTM' && input(operatorInputs.cell)) || undefined,
              sequenceLengths:
                lengths === undefined && constants(input(operatorInputs.lengths), scope) === null
                  ? undefined
                  : input(operatorInputs.lengths),
              slot,
              batchMajor,
            },
      );
    });
    outputFlows(node, directions, first, batchMajor, sequence).forEach(([name, flow]) => flows.set(name, flow));
  };

  const followSubgraphs = (node: OnnxNode, scope: Scope, flows: Flows): void => {
    const before = layers.length + unreadable.length;
    const { operator } = node;
    let constantBranch = false;
    const given = node.inputs.map((input) => flows.get(input));
    const reached: Flow[] = given.filter((flow) => flow !== undefined);
    for (const graph of subgraphsOf(node)) {
      const inner = innerFlows(flows);
      // A Loop hands over the trip count and the condition before the values it carries.
      const handed = operator === 'Loop' || operator === 'Scan' ? given : [];
      graph.inputs.forEach((value, i) => {
        const flow = handed[i];
        inner.set(value.name, flow && { ...flow, axes: null, unchanged: false });
      });
      const innerScope = openScope(graph, scope);
      followScope(innerScope, inner, `${operator} "${node.name}"`);
      for (const output of graph.outputs) {
        const flow = inner.get(output.name);
        if (flow !== undefined) reached.push(flow);
        else constantBranch ||= isWeight(output.name, innerScope);
      }
    }
    if ((operator === 'Loop' || operator === 'Scan') && layers.length + unreadable.length === before) {
      loops.push({ operator, name: node.name });
    }
    if (reached.length === 0) return;
    const joined = joinedFlow(reached, `${operator} "${node.name}" joins several paths.`);
    // Both branches of an If may hand over the same numbers, differently shaped.
    const sameNumbers =
      operator === 'If' && reached.every((flow) => flow.unchanged && flow.inputs.join() === joined.inputs.join());
    const flow: Flow = {
      ...joined,
      axes: null,
      embedding: null,
      unchanged: sameNumbers,
      // A Loop or a Scan may compute anything of what it carries, weights included.
      trained: joined.trained || operator !== 'If' || constantBranch,
      notLinear: joined.notLinear ?? `${operator} "${node.name}" was not followed.`,
      activation: 'none',
      beforeActivation: null,
      path: { name: node.name, operation: operator, before: joined.path },
    };
    for (const output of node.outputs) flows.set(output, flow);
  };

  const scope = openScope(model.graph, null);
  const flows = new Map<string, Flow | undefined>();
  for (const input of model.graph.inputs) {
    if (model.graph.initializers.has(input.name)) continue;
    if (flows.size >= mostInputs)
      throw new Problem(
        `${model.file} has more than ${mostInputs} inputs, which is more than can be analyzed; join them into one.`,
      );
    const axes =
      input.shape === null || input.shape.length > mostAxes
        ? null
        : input.shape.map((size, position): Axis => [
            { role: 'input', input: input.name, position, size: typeof size === 'number' ? size : null },
          ]);
    flows.set(input.name, freshFlow({ axes, inputs: [input.name], layers: [], moment: 'every' }));
  }
  followScope(scope, flows, null);
  if (model.functions > 0) {
    const [functions, were] = model.functions === 1 ? ['1 function', 'was'] : [`${model.functions} functions`, 'were'];
    notes.push(`${functions} that the file defines itself ${were} not followed.`);
  }
  return { scope, layers, taps, arrivals, flows, notes, unreadable, loops };
}

/** No network has so many; a hostile file could, and each join of them would list them all again. */
const mostLayers = 4096;
const mostInputs = 4096;

/** The flows of the tensors that a graph sees. */
interface Flows {
  get(tensor: string): Flow | undefined;
  set(tensor: string, flow: Flow | undefined): unknown;
}

/** The tensors of a subgraph hide those of the graph around it, and are not seen there. */
function innerFlows(outer: Flows): Flows {
  const own = new Map<string, Flow | undefined>();
  return {
    get: (tensor) => (own.has(tensor) ? own.get(tensor) : outer.get(tensor)),
    set: (tensor, flow) => own.set(tensor, flow),
  };
}

const subgraphsOf = (node: OnnxNode): readonly OnnxGraph[] =>
  [...node.attributes.values()].flatMap((attribute) => attribute.graphs);
const hasSubgraphs = (node: OnnxNode): boolean => subgraphsOf(node).length > 0;

function layerOf(
  operator: OperatorDirection,
  node: OnnxNode,
  inside: string | null,
  batchMajor: boolean,
): Omit<RecurrentLayer, 'input' | 'initialState'> {
  const hasOtherDirection = node.attributes.get('direction')?.string === 'bidirectional';
  const withheld =
    operator.withheld ??
    (inside !== null
      ? `It is inside ${inside}, where it cannot be observed.`
      : batchMajor
        ? 'The option layout = 1 is not supported by the runtime.'
        : null);
  return {
    name: hasOtherDirection && operator.direction === 'reverse' ? `${node.name} (reverse)` : node.name,
    cellName: operator.cellName,
    cell: withheld === null ? operator.cell : null,
    withheld,
    direction: operator.direction,
    inputSize: operator.inputSize,
    hiddenSize: operator.hiddenSize,
    matrices: operator.matrices,
    biases: operator.biases,
  };
}

/** The flows of Y, Y_h and Y_c: the layers' hidden states at every step, the last of them, and the last cell states. */
function outputFlows(
  node: OnnxNode,
  directions: readonly OperatorDirection[],
  first: number,
  batchMajor: boolean,
  sequence: Flow | undefined,
): [string, Flow][] {
  const layers = directions.map((_, slot) => first + slot);
  // Sizes that the file fixes tell a Slice of the last step from a Slice of another one.
  const sizeAt = (axis: number): number | null => (sequence?.axes?.[axis] ? axisSize(sequence.axes[axis]) : null);
  const [time, batch] = [atom('time', sizeAt(batchMajor ? 1 : 0)), atom('batch', sizeAt(batchMajor ? 0 : 1))];
  const [direction, feature] = [atom('direction', directions.length), atom('feature', directions[0]!.hiddenSize)];
  const every = batchMajor ? [[batch], [time], [direction], [feature]] : [[time], [direction], [batch], [feature]];
  const last = batchMajor ? [[batch], [direction], [feature]] : [[direction], [batch], [feature]];
  const flows: [string, Flow][] = [];
  const [y, lastHidden, lastCell] = node.outputs;
  if (y) flows.push([y, freshFlow({ axes: every, inputs: [], layers, moment: 'every' })]);
  if (lastHidden) flows.push([lastHidden, freshFlow({ axes: last, inputs: [], layers, moment: 'last' })]);
  if (lastCell) {
    const flow = freshFlow({ axes: last, inputs: [], layers, moment: 'last' });
    flows.push([lastCell, { ...flow, unchanged: false, notLinear: `It reads the cell state of "${node.name}".` }]);
  }
  return flows;
}
