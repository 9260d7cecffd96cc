import { fixedOperators } from './fixedOperators';
import type { Constants } from './constants';
import { tooMany } from './flow';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './model';
import { originOf } from './scope';
import type { Scope } from './scope';
import { floatTypes, sizeOf } from './tensorNumbers';

/** What is needed to look at the numbers that a node does not get from the data. */
interface Place {
  readonly scope: Scope;
  readonly constants: Constants;
  /** Whether data reach a tensor: then the nodes on its way have been asked before. */
  readonly flowOf: (tensor: string) => { readonly trained: boolean } | undefined;
}

/**
 * Whether a node brings numbers into the data that may have been learned. In doubt it does, because a front end that is
 * taken for fixed would flatter a bound: only operators of the standard that are known, with numbers that are sizes,
 * positions or single integers, bring none.
 */
export function bringsWeights(node: OnnxNode, place: Place): boolean {
  const positions = node.domain === '' ? fixedOperators.get(node.operator) : undefined;
  if (positions === undefined || [...node.attributes.values()].some(holdsNumbers)) return true;
  return node.inputs.some((input, i) => {
    if (input === '') return false;
    const flow = place.flowOf(input);
    if (flow !== undefined) return flow.trained;
    if (node.operator === 'OneHot' && i === 2 && isZeroAndOne(input, place)) return false;
    return isWeight(input, place.scope, positions.includes(i));
  });
}

/**
 * How many single numbers a node brings to the data: operands that are no sizes, and options. Sixteen small ones are a way to
 * scale a picture; hundreds are a table of what was seen, and a large one may be many in one.
 */
export function singleNumbersOf(node: OnnxNode, { constants, flowOf, scope }: Place): number {
  const positions = fixedOperators.get(node.operator) ?? [];
  let count = 0;
  for (const [i, input] of node.inputs.entries()) {
    if (input === '' || positions.includes(i) || flowOf(input) !== undefined) continue;
    const values = constants(input, scope)?.values;
    count += values?.some((value) => !(Math.abs(value) <= largestOption)) ? tooMany : 1;
  }
  for (const { float } of node.attributes.values()) if (float !== null) count++;
  return count;
}

/** 2¹⁶, beyond which a whole number may hold several. */
const largestOption = 65_536;

/** Chains longer than this are not followed to their end. */
const longestChain = 64;

/** What is known of a scope's tensors, so that a tensor with many readers is looked at once. */
const known = new WeakMap<Scope, Map<string, boolean>>();

/**
 * Whether a tensor that no data reach may have been learned. `asSizes`: it is read as sizes, axes or positions, of which
 * a list is no weight as long as it is made of integers.
 */
export function isWeight(name: string, scope: Scope, asSizes = false, depth = 0): boolean {
  if (depth > longestChain) return true;
  const key = `${asSizes ? 'sizes' : 'numbers'} ${name}`;
  let answers = known.get(scope);
  if (answers === undefined) known.set(scope, (answers = new Map<string, boolean>()));
  const before = answers.get(key);
  if (before !== undefined) return before;
  // A tensor that is computed from itself is in a broken file.
  answers.set(key, true);
  const answer = look(name, scope, asSizes, depth);
  answers.set(key, answer);
  return answer;
}

function look(name: string, scope: Scope, asSizes: boolean, depth: number): boolean {
  const origin = originOf(name, scope);
  if (origin === null) return true;
  if (origin.kind === 'initializer') return isLearnable(origin.tensor, asSizes);
  // What a subgraph is handed may be a weight of the graph around it; an input of the model is data.
  if (origin.kind === 'input') return origin.scope.outer !== null;
  const { node } = origin;
  if (node.domain !== '') return true;
  if (node.operator === 'Shape' || node.operator === 'Size') return false;
  if (node.operator === 'Constant') return [...node.attributes].some(([key, value]) => !isWhole(key, value, asSizes));
  if (node.operator === 'ConstantOfShape') {
    const fill = node.attributes.get('value')?.tensor ?? null;
    return fill !== null && isLearnable(fill, asSizes);
  }
  const positions = fixedOperators.get(node.operator);
  if (positions === undefined || [...node.attributes.values()].some(holdsNumbers)) return true;
  return node.inputs.some(
    (input, i) => input !== '' && isWeight(input, origin.scope, asSizes || positions.includes(i), depth + 1),
  );
}

/** Whether an attribute of a Constant is one integer, or a list of them that is read as sizes. */
function isWhole(key: string, { tensor, ints }: OnnxAttribute, asSizes: boolean): boolean {
  if (key === 'value' && tensor !== null) return !isLearnable(tensor, asSizes);
  return key === 'value_int' || (key === 'value_ints' && (asSizes || ints.length <= 1));
}

const integerTypes: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7, 9, 12, 13]);

function isLearnable({ dataType, dims }: OnnxTensor, asSizes: boolean): boolean {
  if (floatTypes.has(dataType) || !integerTypes.has(dataType)) return true;
  return asSizes ? dims.length > 1 : sizeOf(dims) > 1;
}

/** Lists of numbers, tensors and subgraphs; a single number, such as the slope of LeakyRelu, is an option. */
function holdsNumbers({ tensor, floats, graphs }: OnnxAttribute): boolean {
  return tensor !== null || floats.length > 0 || graphs.length > 0;
}

function isZeroAndOne(name: string, { scope, constants }: Place): boolean {
  const values = constants(name, scope)?.values;
  return values?.length === 2 && values[0] === 0 && values[1] === 1;
}
