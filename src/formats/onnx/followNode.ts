import { arithmeticAxes } from './arithmeticAxes';
import { atom, axisSize, hasRole, normalizedAxis } from './axes';
import { distinct, joinedFlow } from './flow';
import type { Flow } from './flow';
import { isWeight } from './isWeight';
import type { OnnxNode } from './model';
import { moveRules } from './moveRules';
import { finalActivation, named, readoutStep } from './readoutStep';
import { settledMoment } from './surroundings';
import type { Surroundings } from './surroundings';

/** The flow of each output of an ordinary node; undefined when no data reach it. */
export function followNode(node: OnnxNode, around: Surroundings): Flow | undefined {
  // Sizes are not data: whoever reads only the shape of a tensor does not read its numbers.
  if (node.operator === 'Shape' || node.operator === 'Size' || node.operator === 'ConstantOfShape') return undefined;
  const positions = dataInputs[node.operator];
  const inputs = positions === undefined ? node.inputs : positions.map((i) => node.inputs[i] ?? '');
  const flows = inputs.map((input) => around.flowOf(input)).filter((flow) => flow !== undefined);
  if (flows.length === 0) return undefined;
  if (node.domain === '') {
    if (node.operator === 'Concat') return followConcat(node, flows, around);
    if (flows.length === 1) {
      const flow = around.flowOf(node.inputs[0] ?? '');
      const rule = flow && moveRules[node.operator];
      if (flow && rule) return { ...rule(node, flow, around), path: passed(node, flow) };
    }
  }
  return followArithmetic(node, flows, around);
}

/** Operators of whose inputs only some are data; the others are sizes, axes or thresholds. */
const dataInputs: Readonly<Record<string, readonly number[]>> = {
  Reshape: [0],
  Squeeze: [0],
  Unsqueeze: [0],
  Slice: [0],
  Expand: [0],
  Tile: [0],
  Pad: [0],
  Split: [0],
  Dropout: [0],
  ReverseSequence: [0],
};

const passed = (node: OnnxNode, flow: Flow) => ({ name: node.name, operation: node.operator, before: flow.path });

function followConcat(node: OnnxNode, flows: readonly Flow[], around: Surroundings): Flow {
  const [first] = flows;
  if (flows.length === 1 && node.inputs.length === 1) return { ...first!, path: passed(node, first!) };
  const joined = joinedFlow(flows, named(node, 'joins it with something else'));
  const axis = first!.axes && normalizedAxis(node.attributes.get('axis')?.int ?? 0, first!.axes.length);
  const whole = flows.length === node.inputs.length;
  const axes =
    first!.axes && axis !== null
      ? first!.axes.map((kept, i) =>
          i === axis
            ? [atom('feature', sum(flows.map((flow) => (flow.axes?.[i] ? axisSize(flow.axes[i]) : null))))]
            : kept,
        )
      : null;
  const comparable =
    whole &&
    axes !== null &&
    flows.every(
      (flow) =>
        flow.layers.length > 0 &&
        flow.inputs.length === 0 &&
        flow.axes?.length === axes.length &&
        flow.dense === null &&
        flow.activation === 'none',
    );
  const alongFeatures =
    comparable && flows.every((flow) => hasRole(flow.axes![axis!]!, 'feature') && !hasRole(flow.axes![axis!]!, 'time'));
  if (!alongFeatures) return { ...joined, axes, path: passed(node, joined) };
  // The last states of both directions side by side are the last hidden state of the bidirectional layer.
  const moments = distinct(flows.map((flow) => settledMoment(flow, around)));
  return {
    ...joined,
    axes,
    layers: flows.flatMap((flow) => flow.layers),
    unchanged: flows.every((flow) => flow.unchanged),
    moment: moments.length === 1 ? moments[0]! : 'other',
    notLinear: flows.find((flow) => flow.notLinear !== null)?.notLinear ?? null,
    path: passed(node, joined),
  };
}

function followArithmetic(node: OnnxNode, flows: readonly Flow[], around: Surroundings): Flow {
  const flow = joinedFlow(flows, named(node, 'joins it with another path'));
  const input =
    node.inputs.find(
      (name) => around.flowOf(name)?.path === flow.path && around.flowOf(name)?.layers === flow.layers,
    ) ??
    node.inputs[0] ??
    '';
  const result = {
    ...flow,
    axes: flows.length === 1 || sameAxes(flows) ? arithmeticAxes(node, flow, around) : null,
    unchanged: false,
    trained: flow.trained || node.inputs.some((name) => isWeight(name, around.scope)),
    path: passed(node, flow),
    activation: finalActivation(node),
    beforeActivation: finalActivation(node) === 'none' ? null : { tensor: input, axes: flow.axes },
  };
  if (flow.layers.length === 0 || flow.notLinear !== null) return result;
  return { ...result, ...readoutStep(node, flow, around) };
}

function sameAxes(flows: readonly Flow[]): boolean {
  const shape = (flow: Flow): string =>
    JSON.stringify(flow.axes?.map((axis) => axis.map((part) => [part.role, part.input, part.position])) ?? null);
  return flows.every((flow) => shape(flow) === shape(flows[0]!));
}

function sum(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce((total, size) => (total === null || size === null ? null : total + size), 0);
}
