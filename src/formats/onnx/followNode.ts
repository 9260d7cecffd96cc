import { arithmeticAxes } from './arithmeticAxes';
import { atom, axisSize, hasRole, normalizedAxis } from './axes';
import { distinct, joinedFlow, tooMany } from './flow';
import type { Flow } from './flow';
import { bringsWeights, singleNumbersOf } from './isWeight';
import type { OnnxNode } from './model';
import { moveRule } from './moveRules';
import { finalActivation, named, readoutStep, withoutActivation } from './readoutStep';
import { settledMoment } from './surroundings';
import type { Surroundings } from './surroundings';

/** The flow of each output of an ordinary node; undefined when no data reach it. */
export function followNode(node: OnnxNode, around: Surroundings): Flow | undefined {
  // Sizes are not data: whoever reads only the shape of a tensor does not read its numbers.
  if (node.operator === 'Shape' || node.operator === 'Size' || node.operator === 'ConstantOfShape') return undefined;
  const positions = Object.hasOwn(dataInputs, node.operator) ? dataInputs[node.operator] : undefined;
  const inputs = positions === undefined ? node.inputs : positions.map((i) => node.inputs[i] ?? '');
  const flows = inputs.map((input) => around.flowOf(input)).filter((flow) => flow !== undefined);
  if (flows.length === 0) return undefined;
  if (dropsNothing(node, around)) return { ...flows[0]!, path: passed(node, flows[0]!) };
  const followed = followKind(node, flows, around);
  const singleNumbers = Math.min(tooMany, followed.singleNumbers + singleNumbersOf(node, around));
  const trained = followed.trained || singleNumbers >= tooMany || bringsWeights(node, around);
  return { ...followed, trained, singleNumbers };
}

function followKind(node: OnnxNode, flows: readonly Flow[], around: Surroundings): Flow {
  if (node.domain === '') {
    if (node.operator === 'Concat') return followConcat(node, flows, around);
    const flow = around.flowOf(node.inputs[0] ?? '');
    const rule = flow && flows.length === 1 ? moveRule(node.operator) : undefined;
    if (flow && rule) {
      const moved = { ...rule(node, flow, around), path: passed(node, flow) };
      return keepsScores(node, flow, moved) ? moved : withoutActivation(moved, node, 'selects or reorders the scores');
    }
  }
  return followArithmetic(node, flows, around);
}

/** Whether a node is a Dropout that is not told to train, which hands its input on; its mask is another matter. */
function dropsNothing(node: OnnxNode, around: Surroundings): boolean {
  if (node.domain !== '' || node.operator !== 'Dropout' || node.outputs[1]) return false;
  const training = node.inputs[2] ?? '';
  return training === '' || around.constants(training, around.scope)?.values[0] === 0;
}

/** Whether what follows a final activation leaves every score where it belongs, so that those before it decide alike. */
function keepsScores(node: OnnxNode, before: Flow, after: Flow): boolean {
  if (before.activation === 'none' || ['Identity', 'Squeeze', 'Unsqueeze'].includes(node.operator)) return true;
  if (node.operator === 'Cast') return after.unchanged === before.unchanged;
  if (!['Transpose', 'Reshape', 'Flatten'].includes(node.operator)) return false;
  const classes = before.axes?.at(-1);
  const same = after.axes?.at(-1);
  if (classes === undefined || same === undefined) return false;
  if (axisSize(classes) === 1) return true;
  return classes.length === same.length && classes.every((part, i) => part === same[i]);
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
  ReverseSequence: [0],
};

const passed = (node: OnnxNode, flow: Flow) => ({ name: node.name, operation: node.operator, before: flow.path });

function followConcat(node: OnnxNode, flows: readonly Flow[], around: Surroundings): Flow {
  const [first] = flows;
  if (flows.length === 1 && node.inputs.length === 1) return { ...first!, path: passed(node, first!) };
  const whole = flows.length === node.inputs.length;
  const something = named(node, 'joins the hidden states with something else');
  const data = joinedFlow(flows, something);
  const joined = whole
    ? data
    : {
        ...withoutActivation(data, node, 'joins it with something else'),
        unchanged: data.unchanged && data.layers.length === 0,
        whole: false,
      };
  const axis = first!.axes && normalizedAxis(node.attributes.get('axis')?.int ?? 0, first!.axes.length);
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
    // A layer that comes twice would have its features counted twice.
    flows.reduce((count, flow) => count + flow.layers.length, 0) === joined.layers.length &&
    distinct(flows.map((flow) => rolesBeside(flow, axis))).length === 1 &&
    flows.every(
      (flow) =>
        flow.layers.length > 0 &&
        flow.inputs.length === 0 &&
        flow.axes?.length === axes.length &&
        flow.dense.length === 0 &&
        flow.normalized.length === 0 &&
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
    embedding: null,
    unchanged: flows.every((flow) => flow.unchanged),
    moment: moments.length === 1 ? moments[0]! : 'other',
    notLinear: flows.find((flow) => flow.notLinear !== null)?.notLinear ?? null,
    path: passed(node, joined),
  };
}

/** What the axes stand for, but for the one along which tensors are joined. */
function rolesBeside(flow: Flow, joined: number | null): string {
  const roles = flow.axes?.map((axis, i) => (i === joined ? '' : axis.map((part) => part.role).join('+'))) ?? [];
  return roles.join();
}

function followArithmetic(node: OnnxNode, flows: readonly Flow[], around: Surroundings): Flow {
  const flow = joinedFlow(flows, named(node, 'joins the hidden states with another path'));
  const input =
    node.inputs.find(
      (name) => around.flowOf(name)?.path === flow.path && around.flowOf(name)?.layers === flow.layers,
    ) ??
    node.inputs[0] ??
    '';
  const activation = flows.length === 1 ? finalActivation(node, flow, around) : 'none';
  const result: Flow = {
    ...flow,
    axes: flows.length === 1 || sameAxes(flows) ? arithmeticAxes(node, flow, around) : null,
    unchanged: false,
    embedding: embeddingOf(node, flows, around),
    path: passed(node, flow),
    activation,
    beforeActivation: activation === 'none' ? null : { tensor: input, axes: flow.axes },
  };
  if (mixesSteps(node, flows))
    return { ...result, notLinear: named(node, 'mixes the hidden states of several steps, as attention does') };
  if (flow.layers.length === 0 || flow.notLinear !== null) return result;
  return { ...result, ...readoutStep(node, flow, around) };
}

/** The table of which a Gather takes a row for each symbol, where nothing trained has part in which one. */
function embeddingOf(
  { operator, domain, inputs, attributes }: OnnxNode,
  flows: readonly Flow[],
  around: Surroundings,
): string | null {
  const [table = '', indices = ''] = inputs;
  const [flow, another] = flows;
  if (domain !== '' || operator !== 'Gather' || (attributes.get('axis')?.int ?? 0) !== 0) return null;
  if (!flow || another || around.flowOf(indices) !== flow || flow.trained || flow.layers.length > 0) return null;
  return around.constants(table, around.scope)?.dims.length === 2 ? table : null;
}

/** Attention multiplies what was made of hidden states by each other; what came before says less about such a readout. */
function mixesSteps({ operator }: OnnxNode, flows: readonly Flow[]): boolean {
  const read = flows.filter(({ layers }) => layers.length > 0);
  return /Attention/.test(operator) ? read.length > 0 : operator === 'MatMul' && read.length > 1;
}

function sameAxes(flows: readonly Flow[]): boolean {
  const shape = (flow: Flow): string =>
    JSON.stringify(flow.axes?.map((axis) => axis.map((part) => [part.role, part.input, part.position])) ?? null);
  return flows.every((flow) => shape(flow) === shape(flows[0]!));
}

function sum(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce((total, size) => (total === null || size === null ? null : total + size), 0);
}
