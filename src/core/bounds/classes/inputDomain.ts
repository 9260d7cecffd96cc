import type { Checkpoint, RecurrentLayer } from '../../checkpoint';
import type { Declarations } from '../../declarations';
import { layerSizes } from '../../layerSizes';
import type { Assumption } from '../../report';
import type { BoundQuestion, BoundSample } from '../boundQuestion';
import type { Norm } from './networkClass';
import { radiusOf } from '../numbers/radiusGrid';

/** The sequences a row is about: every input within `inputNorm`, at most `steps` steps. */
export interface InputDomain {
  /** B_x in each norm that the row asked for. */
  readonly inputNorm: Readonly<Partial<Record<Norm, number>>>;
  /** T. */
  readonly steps: number;
  /** How many of them were read off the sample and rounded to the grid of radii, which is paid for. */
  readonly inputRadii: number;
  /** The length to pay for, when T was read off the sample. */
  readonly length: number | null;
  readonly assumptions: readonly Assumption[];
  /** Parts of the sample with norms and lengths of their own, where a row may use them (theory 1.6). @default one part */
  readonly groups?: readonly DomainGroup[];
}

/** A share of the sequences of a sample, and the domain that they stay within. */
export interface DomainGroup extends Pick<InputDomain, 'inputNorm' | 'steps'> {
  readonly share: number;
}

/** Norms may exceed a declared limit by the rounding of float32. */
const rounding = 1 + 1e-6;

/**
 * How many steps the model's own shape makes the layer read at most, whatever the length of a sequence: a model with a frozen
 * time axis reads the padding too. Null where the shape leaves it open, be it of one input among several.
 */
function frozenSteps({ inputs, layers }: Checkpoint): number | null {
  const source = layers[0]?.input;
  const read = inputs.filter(({ name, role }) =>
    source?.kind === 'model' ? name === source.input : role === 'sequence',
  );
  const sizes = read.map(({ shape, timeAxis }) => (timeAxis === null ? null : (shape[timeAxis] ?? null)));
  let steps: number | null = null;
  for (const size of sizes) {
    if (size === null) return null;
    steps = Math.max(size, steps ?? 0);
  }
  return steps;
}

/** The domain of a row that only speaks about the sample (theory rule R5): its own largest norm and length, for free. */
export function sampleDomain(
  checkpoint: Checkpoint,
  sample: BoundSample,
  norms: readonly Norm[],
): InputDomain | string {
  if (!sample.lengths) return 'Waits for sequences that trained the checkpoint.';
  if (!sample.inputNorm)
    return 'The norms of what the layer reads could not be observed, and the bound depends on them.';
  const frozen = frozenSteps(checkpoint) ?? 0;
  const { two, inf } = sample.inputNorm;
  const domainOf = (longest: number, largest: { readonly two: number; readonly inf: number }) => ({
    inputNorm: Object.fromEntries(norms.map((p) => [p, p === 2 ? largest.two : largest.inf])),
    steps: Math.max(longest, frozen),
  });
  const groups = sample.inputGroups ?? [];
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const text =
    groups.length > 1
      ? `B_x and T are the largest of the sample, which a Rademacher bound may use; of its ${groups.length} parts by length and norm each counts with its own.`
      : 'B_x and T are the largest of the sample, which a Rademacher bound may use.';
  return {
    ...domainOf(sample.lengths.longest, { two, inf }),
    inputRadii: 0,
    length: null,
    assumptions: [{ text, state: 'met', gap: 'G18' }],
    groups: groups.map((group) => ({ ...domainOf(group.longest, group), share: group.count / total })),
  };
}

/**
 * The domain of a row that needs closeness on the whole population (theory rule R5): declared in advance (R5a), or read off
 * the sample and paid for (R5b). A sample outside a declared domain violates it.
 */
export function populationDomain(
  { checkpoint, declarations }: BoundQuestion,
  layer: RecurrentLayer,
  sample: BoundSample,
  norms: readonly Norm[],
): InputDomain | string {
  const observed = sampleDomain(checkpoint, sample, norms);
  if (typeof observed === 'string') return observed;
  const { maxLength } = declarations.inputDomain ?? {};
  const frozen = frozenSteps(checkpoint) !== null;
  const limits: NormLimit[] = [];
  for (const p of norms) {
    const limit = normLimit(declaredNorm(declarations, layer, p), observed.inputNorm[p]!, p);
    if (typeof limit === 'string') return limit;
    limits.push(limit);
  }
  return {
    inputNorm: Object.fromEntries(norms.map((p, k) => [p, limits[k]!.norm])),
    steps: frozen ? observed.steps : (maxLength ?? observed.steps),
    inputRadii: limits.filter(({ isRead }) => isRead).length,
    length: frozen || maxLength !== undefined ? null : observed.steps,
    assumptions: [...limits.map(({ assumption }) => assumption), lengthAssumption(observed.steps, frozen, maxLength)],
  };
}

interface NormLimit {
  readonly norm: number;
  /** Whether it was read off the sample. */
  readonly isRead: boolean;
  readonly assumption: Assumption;
}

/** B_x as declared, or else as the sample has it. */
function normLimit(declared: number | null, reached: number, p: Norm): NormLimit | string {
  if (declared !== null) {
    const isWithin = reached <= declared * rounding;
    const norm = isWithin ? Math.max(declared, reached) : declared;
    return { norm, isRead: false, assumption: normAssumption(norm, p, isWithin ? null : reached) };
  }
  const point = radiusOf(reached);
  if (!point) return `The inputs have norms up to ${reached}, beyond the largest radius of the grid, 2^20.`;
  const text = `B_x = ${point.radius} was read off the sample, rounded up, and paid for.`;
  return { norm: point.radius, isRead: true, assumption: { text, state: 'met', gap: 'G18' } };
}

/** The declared limit of ‖x_t‖_p: each declaration limits both norms. Null when nothing was declared. */
function declaredNorm({ inputDomain }: Declarations, layer: RecurrentLayer, p: Norm): number | null {
  const { norm2 = Infinity, normInf = Infinity, clip = Infinity } = inputDomain ?? {};
  // Clipping happens to the model's inputs, so it says nothing of what a front end makes of them.
  const entry = Math.min(normInf, layer.input.kind === 'model' ? clip : Infinity);
  const limit = Math.min(norm2, p === 2 ? entry * Math.sqrt(layerSizes(layer).input) : entry);
  return limit === Infinity ? null : limit;
}

function normAssumption(limit: number, p: Norm, reached: number | null): Assumption {
  const text = `No x_t that the layer reads has a ${p === 2 ? 'Euclidean' : 'maximum'} norm above ${limit}, a limit set before the data were seen, as declared`;
  return reached === null
    ? { text: `${text}.`, state: 'assumed', gap: 'G18' }
    : { text: `${text}; but the data reach ${reached}.`, state: 'violated', gap: 'G18' };
}

function lengthAssumption(longest: number, frozen: boolean, maxLength: number | undefined): Assumption {
  if (frozen)
    return {
      text: `The layer always reads T = ${longest} steps, by the shape of the model’s input.`,
      state: 'met',
      gap: 'G18',
    };
  if (maxLength === undefined) {
    return { text: `T = ${longest} was read off the sample and paid for.`, state: 'met', gap: 'G18' };
  }
  // What precedes the layer may join steps, or make more of them.
  const text = `The layer reads no sequence of more than T = ${maxLength} steps, a limit set before the data were seen, as declared`;
  return longest <= maxLength
    ? { text: `${text}.`, state: 'assumed', gap: 'G18' }
    : { text: `${text}; but on the data it reads one of ${longest}.`, state: 'violated', gap: 'G18' };
}
