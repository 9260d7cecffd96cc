import { lastDense } from '../../cells/readout';
import { logTimes } from '../../interpret/logDomain';
import { networkMajorants, type NetworkMajorant } from '../../interpret/majorantNetwork';
import type { MatrixRadii, VectorRadii } from '../../interpret/majorantClass';
import type { Checkpoint, Readout, RecurrentLayer } from '../../checkpoint';
import type { BoundedClass, ClassConstants } from './boundedClass';
import type { BoundQuestion } from '../boundQuestion';
import { calculusNetwork, type CalculusBlock, type CalculusNetwork } from './calculusNetwork';
import type { InputDomain } from './inputDomain';
import { sumLogs } from '../numbers/logarithms';
import type { LogNorms, Norm } from './networkClass';
import { posteriorsWithin, type Posterior } from '../methods/pacBayesMajorant';
import { normSlack, radiusOf } from '../numbers/radiusGrid';
import { reportedName } from './reportedName';

/** The norms of a block in a class; of a vector the largest row is its largest entry. */
type BlockRadii = MatrixRadii & Pick<VectorRadii, 'high'>;

/**
 * The class of a network whose Lipschitz constants the majorant calculus reads off its equations (theory section 4), or why
 * it has none. Matrices inside the cells are limited in three norms and vectors in two, and so are those of dense layers in
 * front of the last one; V and c, which the scores come out of, in one: that many radii are paid for.
 */
export function calculusClass(question: BoundQuestion): BoundedClass | string {
  const found = calculusNetwork(question);
  if (typeof found === 'string') return found;
  const { layers, blocks } = found;
  if (found.embedding !== null && (question.sample?.inputNorm?.two ?? 0) > blocks[0]!.two * (1 + 1e-6)) {
    return `What the layer reads is larger than any row of the table "${found.embedding}", which it should be one of.`;
  }
  const known = new Map<string, ClassConstants | string>();
  const reference = question.reference ?? null;
  const starts = reference && calculusNetwork({ ...question, ...reference.start });
  const distances = reference ? calculusNetwork({ ...question, ...reference.distance }) : found;
  if (typeof starts === 'string') return starts;
  if (typeof distances === 'string') return distances;
  const majorants = majorantsOf(question.checkpoint, found.network);
  const centred: CentredNetwork = { ...found, majorants, starts: starts?.blocks ?? null, distances: distances.blocks };
  return {
    layers,
    reference: reference?.file ?? null,
    outputs: found.network.readout!.outputs,
    blocks,
    radii: blocks.reduce(
      (total, { place, columns }) => total + (place === 'readout' ? 1 : columns === null ? 2 : 3),
      0,
    ),
    // What an embedding hands on is limited by its own radii.
    inputNorms: () => (blocks.some(({ place }) => place === 'embedding') ? [] : [2, 'inf']),
    architectureCost: architectureCost({ layers, readout: question.checkpoint.readout }),
    ...(found.embedding !== null && { embedding: found.embedding }),
    facts: [
      `Lipschitz constants and ranges of ${layers.length === 1 ? 'the layer' : `the ${layers.length} layers`} are worst cases over the class, read off the equations; nothing seen on the data is used.`,
    ],
    // Several rows ask for the same class.
    constants(p, domain) {
      const keyOf = ({ steps, inputNorm }: Pick<InputDomain, 'steps' | 'inputNorm'>): string =>
        JSON.stringify([p, steps, inputNorm]);
      const key = keyOf(domain);
      const found = known.get(key);
      if (found !== undefined) return found;
      // On its way to the longest sequence the recursion passes the others of the same norms.
      const { steps, inputNorm, groups = [] } = domain;
      const shorter = groups.filter((group) => keyOf({ ...group, steps }) === key && group.steps < steps);
      const answers = constantsOf(
        centred,
        p,
        { steps, inputNorm },
        shorter.map((group) => group.steps),
      );
      if (typeof answers === 'string') {
        known.set(key, answers);
        return answers;
      }
      shorter.forEach((group, k) => known.set(keyOf(group), answers[k + 1]!));
      known.set(key, answers[0]!);
      return answers[0]!;
    },
    posteriors: (domain, eta) => posteriorsOf(centred, domain, eta),
  };
}

type Majorants = ReturnType<typeof networkMajorants>;

/** Those of the last network of each list of layers: many questions are asked about one, as when a slider moves. */
const prepared = new WeakMap<
  readonly RecurrentLayer[],
  { readonly readout: Readout | null; readonly majorants: Majorants }
>();

function majorantsOf({ layers, readout }: Checkpoint, network: CalculusNetwork['network']): Majorants {
  const found = prepared.get(layers);
  if (found?.readout === readout) return found.majorants;
  const majorants = networkMajorants(network);
  prepared.set(layers, { readout, majorants });
  return majorants;
}

/** The blocks with those of the reference, in the same order; `starts` is null and `distances` are the blocks without one. */
interface CentredNetwork extends CalculusNetwork {
  readonly majorants: Majorants;
  readonly starts: readonly CalculusBlock[] | null;
  readonly distances: readonly CalculusBlock[];
}

/** The constants for the domain, and then for those that differ from it in their smaller numbers of steps only. */
function constantsOf(
  { network, majorants, blocks, starts, distances }: CentredNetwork,
  p: Norm,
  domain: Pick<InputDomain, 'steps' | 'inputNorm'>,
  fewerSteps: readonly number[],
): ClassConstants[] | string {
  const radii = new Map<string, BlockRadii>();
  const logRadii = new Map<string, number>();
  for (const [k, { name, place, isNonPositive }] of blocks.entries()) {
    // Of what the scores come out of the class limits the norm of the row only.
    const isLimited = (norm: 'two' | 'inf' | 'maxRow'): boolean =>
      place !== 'readout' || norm === (p === 2 ? 'two' : 'inf');
    const rounded: Record<'two' | 'inf' | 'maxRow', number> = { two: Infinity, inf: Infinity, maxRow: Infinity };
    for (const norm of ['two', 'inf', 'maxRow'] as const) {
      if (!isLimited(norm)) continue;
      const point = radiusOf(distances[k]![norm]);
      if (!point) return `A norm of ${name} is beyond the largest radius of the grid, 2^20.`;
      rounded[norm] = (starts ? starts[k]![norm] * normSlack : 0) + point.radius;
      if (norm === (p === 2 ? 'two' : 'inf')) logRadii.set(name, point.log);
    }
    radii.set(name, isNonPositive ? { ...rounded, high: 0 } : rounded);
  }
  const majorant = majorantOf({ majorants, blocks }, p, { ...domain, fewerSteps }, radii);
  if (majorant.notCertifiable !== null) return majorant.notCertifiable;
  const last = lastDense(network.readout!).matrix;
  return [majorant, ...majorant.withFewerSteps].map(({ scores }) => {
    const { logTwo, logInf } = scores!;
    // A state that starts at zero in all networks is no block.
    const logMoves = new Map(blocks.map(({ name }) => [name, scores!.logMoves.get(name)!]));
    return {
      logRadii,
      logConstants: logMoves,
      logState: logMoves.get(last)!,
      logScores: p === 2 ? logTwo : logInf,
    };
  });
}

function majorantOf(
  { majorants, blocks }: Pick<CentredNetwork, 'majorants' | 'blocks'>,
  p: Norm,
  {
    steps,
    fewerSteps = [],
    inputNorm,
  }: Pick<InputDomain, 'steps' | 'inputNorm'> & { readonly fewerSteps?: readonly number[] },
  radii: ReadonlyMap<string, BlockRadii>,
): NetworkMajorant {
  const part = (isVector: boolean): Map<string, BlockRadii> =>
    new Map(blocks.flatMap(({ name, columns }) => ((columns === null) === isVector ? [[name, radii.get(name)!]] : [])));
  const learned = blocks.filter(({ place }) => place === 'initialState');
  const embedding = blocks.find(({ place }) => place === 'embedding');
  return majorants({
    ...{ p, steps, fewerSteps, matrices: part(false), vectors: part(true) },
    input: embedding ? radii.get(embedding.name)! : { two: inputNorm[2]!, inf: inputNorm.inf! },
    initialStates: new Map(learned.map(({ name }) => [name, radii.get(name)!])),
    initialStatesMove: learned.length > 0,
    ...(embedding && { inputBlock: embedding.name }),
  });
}

/**
 * Gaussian noise of norm s_A on each block: ‖A‖₂ and every row grow by at most s_A, ‖A‖_∞ by at most √columns · s_A (theory
 * rule R6). Nothing is rounded to a grid.
 */
function posteriorsOf(
  found: CentredNetwork,
  domain: InputDomain,
  eta: number,
): ((logScoreBudget: number) => Posterior) | string {
  const { blocks, distances } = found;
  const shared = blocks.find(({ isDense }) => !isDense);
  if (shared)
    return `The noise of ${reportedName(shared.name)} is not that of a matrix of free numbers, whose norm is known.`;
  const moved = (logNoise: LogNorms): NetworkMajorant => {
    const radii = blocks.map(({ name, columns, two, inf, maxRow }): [string, BlockRadii] => {
      const noise = Math.exp(logNoise.get(name) ?? -Infinity);
      const inRow = columns === null ? noise : Math.sqrt(columns) * noise;
      return [name, { two: two * normSlack + noise, inf: inf * normSlack + inRow, maxRow: maxRow * normSlack + noise }];
    });
    return majorantOf(found, 2, domain, new Map(radii));
  };
  const { scores, notCertifiable } = moved(new Map());
  if (notCertifiable !== null) return `With noise: ${notCertifiable}`;
  const trained = blocks.map((block, k) => ({
    ...block,
    norm: block.two * normSlack,
    distance: distances[k]!.frobenius * normSlack,
  }));
  const logScoreMove = (logNoise: LogNorms): number => {
    const { logMoves } = moved(logNoise).scores!;
    return sumLogs(blocks.map(({ name }) => logTimes(logMoves.get(name)!, logNoise.get(name)!)));
  };
  return posteriorsWithin(trained, eta, { logConstants: scores!.logMoves, logScoreMove });
}

/**
 * Λ_arch where nobody declared that the architecture was fixed (theory rule R8): the depth, and for every layer one of 64
 * cells and its width; beyond the first, its direction too, whether it has a residual connection, and which of the earlier
 * layers it reads. Dense layers in front of the last one: ln 4 for there being some, how many, and for each its width and one
 * of sixteen activations; the cells of the program are fewer than half of 64, so that all weights still sum to less than one.
 */
export function architectureCost({
  layers,
  readout = null,
}: {
  readonly layers: readonly Pick<RecurrentLayer, 'hiddenSize'>[];
  readonly readout?: Pick<Readout, 'hidden'> | null;
}): number {
  let cost = Math.log(layers.length * (layers.length + 1));
  const hidden = readout?.hidden ?? [];
  if (hidden.length > 0) cost += Math.log(4) + Math.log(hidden.length * (hidden.length + 1));
  for (const { weights } of hidden) cost += Math.log(16) + Math.log(weights.rows * (weights.rows + 1));
  for (const [k, { hiddenSize }] of layers.entries()) {
    cost += Math.log(64) + Math.log(hiddenSize * (hiddenSize + 1)) + (k === 0 ? 0 : (2 + k) * Math.LN2);
  }
  return cost;
}
