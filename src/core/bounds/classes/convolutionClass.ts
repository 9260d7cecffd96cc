import type { PooledFilter } from '../../analysis/pooledFilters';
import type { BoundedClass } from './boundedClass';
import { vectorBlock, type MeasuredBlock } from './boundedNetwork';
import type { BoundQuestion } from '../boundQuestion';
import { calculusNetwork } from './calculusNetwork';
import { lipschitz } from '../recursions/lipschitz';
import { addLogs } from '../numbers/logarithms';
import type { LogNorms, Norm, RecursionSetting } from './networkClass';
import { logScoreMove } from '../recursions/noisePerturbation';
import { posteriorsWithin } from '../methods/pacBayesMajorant';
import { normSlack, radiusOf } from '../numbers/radiusGrid';
import { universalArchitectureCost } from './selectionCost';

/**
 * The convolutional RNN with averaged channels (T6-fixed, theory 3.3): h_t = φ(C_ū h + C_w̄ x) and o_t = C_v̄ h_t, then the
 * scores V o + c. The k filters of a family act as one convolution with their mean, so a family has k free numbers and not k².
 * A convolution filled up with zeros is a sum of shifts, of norm at most 1 each: ‖C_ū‖_p ≤ ‖ū‖₁ for every p, and what moves
 * ū by ‖Δū‖₁ moves C_ū by no more. So the vanilla recursion (theory 1.2) holds with the ℓ₁ norms of the mean filters in place
 * of the norms of U, W and V, radii and cover are those of ℓ₁ balls in k dimensions, and with the dense readout behind it
 * L_ū = ‖V‖‖v̄‖₁ D^U, L_w̄ = ‖V‖‖v̄‖₁ D^W, L_v̄ = ‖V‖ H_T, L_V = ‖v̄‖₁ H_T, L_c = 1.
 */
export function convolutionClass(question: BoundQuestion): BoundedClass | string {
  const { checkpoint, reference = null } = question;
  const found = calculusNetwork(question);
  if (typeof found === 'string') return found;
  const layer = checkpoint.layers[0]!;
  const readout = checkpoint.readout!;
  const blocks = blocksOf(question);
  const activation = layer.cell?.options.candidateActivation;
  if (!blocks || found.blocks.length !== layer.matrices.length + blocks.length - families.length) {
    return 'The network has other learned numbers than the filters of its layer and one dense readout. The CALC rows are for it.';
  }
  if (!readout.linear || layer.residual) return 'The readout is not one linear map of what the layer puts out.';
  if (readout.steps !== 'last' && readout.steps !== 'every')
    return 'The readout reads neither the last step nor every step.';
  if (activation !== 'tanh' && activation !== 'relu')
    return 'The theorem is about tanh or relu. The CALC rows are for it.';
  const starts = reference && blocksOf({ ...question, ...reference.start });
  const distances = reference ? blocksOf({ ...question, ...reference.distance }) : blocks;
  if (!distances || (reference && !starts)) return 'The reference has no mean filters.';
  const kernel = blocks[0]!.parameters;
  const setting = (p: Norm, steps: number, inputNorm: number): RecursionSetting => ({
    architecture: {
      ...{ cell: 'vanilla', inputSize: layer.inputSize, hiddenSize: layer.hiddenSize, outputs: 1, slope: 1 },
      ...{ cap: activation === 'tanh' ? 1 : Infinity, readoutSlope: 1, gateSlope: 1 / 4, gates: {} },
    },
    ...{ p, steps, logInput: Math.log(inputNorm) },
  });
  return {
    reference: reference?.file ?? null,
    layers: [layer],
    outputs: readout.outputs,
    blocks,
    radii: blocks.length,
    inputNorms: (p) => [p],
    architectureCost: universalArchitectureCost(layer.hiddenSize, 1),
    facts: [
      `The activation is ${activation}, with Lipschitz constant 1.`,
      `The ${kernel} filters of a family are averaged, so they act as one convolution with their mean: ${kernel} free numbers, not ${kernel * kernel}.`,
    ],
    constants(p, { inputNorm, steps }) {
      const logRadii = new Map<string, number>();
      const logNorms = new Map<string, number>();
      const norm = (block: MeasuredBlock): number => (p === 2 ? block.two : block.inf);
      for (const [k, { name }] of blocks.entries()) {
        const point = radiusOf(norm(distances[k]!));
        if (!point) return `The norm of ${name} is beyond the largest radius of the grid, 2^20.`;
        logRadii.set(name, point.log);
        logNorms.set(name, starts ? Math.log(norm(starts[k]!) * normSlack + point.radius) : point.log);
      }
      const { logState, logConstants } = constantsOf(setting(p, steps, inputNorm[p]!), logNorms);
      const readoutReach = addLogs(logNorms.get('V')! + logConstants.get('V')!, logNorms.get('c') ?? -Infinity);
      return { logRadii, logConstants, logState, logScores: readoutReach };
    },
    // Noise of Euclidean norm s on the k numbers of a filter has an ℓ₁ norm of at most √k s.
    posteriors({ inputNorm, steps }, eta) {
      const trained = blocks.map((block, k) => ({
        ...block,
        norm: block.two * normSlack,
        distance: distances[k]!.frobenius * normSlack,
      }));
      const norms: LogNorms = new Map(trained.map(({ name, norm }) => [name, Math.log(norm)]));
      const asked = setting(2, steps, inputNorm[2]!);
      const { logConstants } = constantsOf(asked, norms);
      const spread = (logs: LogNorms): LogNorms =>
        new Map([...logs].map(([name, log]) => [name, isFilter(name) ? log + Math.log(kernel) / 2 : log]));
      return posteriorsWithin(trained, eta, {
        logConstants: spread(logConstants),
        logScoreMove: (noise) => scoreMove(asked, norms, spread(noise)),
      });
    },
  };
}

const families = [
  ['U', 'Ū'],
  ['W', 'W̄'],
  ['V', 'V̄'],
] as const;

const isFilter = (name: string): boolean => families.some(([, filter]) => filter === name);

/** The three mean filters, measured in ℓ₁ for every p, then V and c; null where they were not measured. */
function blocksOf({ checkpoint, measured }: Pick<BoundQuestion, 'checkpoint' | 'measured'>): MeasuredBlock[] | null {
  const pooled = measured.layers[0]?.pooled;
  const { readout } = checkpoint;
  if (!pooled || !readout?.weights || !measured.readout) return null;
  const filters = families.map(([family, name]): MeasuredBlock => {
    const filter: PooledFilter = pooled.find((candidate) => candidate.family === family)!;
    const { size, one, two } = filter;
    return { name, rows: size, columns: null, parameters: size, two: one, inf: one, frobenius: two };
  });
  const { rows, columns } = readout.weights;
  const { spectral, norms } = measured.readout;
  const weights = { two: spectral.upper, inf: norms.infinity, frobenius: norms.frobenius };
  const bias = readout.bias && Float64Array.from(readout.bias.values);
  return [
    ...filters,
    { name: 'V', rows, columns, parameters: rows * columns, ...weights },
    ...(bias ? [{ name: 'c', rows, columns: null, parameters: rows, ...vectorBlock(bias) }] : []),
  ];
}

/** The vanilla network of the filters, whose readout is the convolution with v̄. */
const asVanilla = (logs: LogNorms): LogNorms => new Map(families.map(([letter, name]) => [letter, logs.get(name)!]));

function constantsOf(setting: RecursionSetting, norms: LogNorms) {
  const { logState, logConstants } = lipschitz(setting, asVanilla(norms));
  const constants = new Map<string, number>();
  for (const [letter, name] of families) constants.set(name, norms.get('V')! + logConstants.get(letter)!);
  constants.set('V', norms.get('V̄')! + logState);
  if (norms.has('c')) constants.set('c', 0);
  return { logState, logConstants: constants };
}

/** ln Δ_y = (‖V‖ + s_V) Δ_o + s_V ‖v̄‖₁ H_T + s_c, the steps and v̄ as in a vanilla network. */
function scoreMove(setting: RecursionSetting, norms: LogNorms, noise: LogNorms): number {
  const outputMove = logScoreMove(setting, asVanilla(norms), asVanilla(noise));
  const { logState } = lipschitz(setting, asVanilla(norms));
  const moved = addLogs(norms.get('V')!, noise.get('V')!) + outputMove;
  return addLogs(addLogs(moved, noise.get('V')! + norms.get('V̄')! + logState), noise.get('c') ?? -Infinity);
}
