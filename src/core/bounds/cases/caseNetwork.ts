import { Problem } from '../../problem';
import type { CaseInputs } from './caseInputs';
import type { CoveredBlock } from '../methods/coveringNumber';
import { lipschitz } from '../recursions/lipschitz';
import {
  possibleBlocks,
  type Architecture,
  type Block,
  type CellKind,
  type GateRange,
  type Norm,
  type RecursionSetting,
} from '../classes/networkClass';
import type { PosteriorQuestion, TrainedBlock } from '../methods/pacBayesMajorant';
import { radiusOf } from '../numbers/radiusGrid';

const cellKinds: readonly CellKind[] = ['vanilla', 'mgu', 'gru_before', 'gru_after', 'lstm'];

/** The architecture of a case, with the defaults of theory section 9: tanh, no factor after the readout, gates in [0, 1]. */
export function caseArchitecture(inputs: CaseInputs): Architecture {
  const name = inputs.has('cell') ? inputs.text('cell') : 'vanilla';
  const cell = cellKinds.find((kind) => kind === name);
  if (!cell) throw new Problem(`inputs.cell is "${name}"; known are ${cellKinds.join(', ')}.`);
  return {
    cell,
    inputSize: inputs.has('dx') ? inputs.count('dx') : 1,
    hiddenSize: inputs.count('dh'),
    outputs: inputs.has('dy') ? inputs.count('dy') : 1,
    slope: inputs.number('rho_h', 1),
    cap: inputs.number('b', 1),
    readoutSlope: inputs.number('rho_y', 1),
    gateSlope: 1 / 4,
    gates: gateRanges(inputs),
  };
}

/** `gates` is an object of pairs [low, high], or a sentence that says the default [0, 1]. */
function gateRanges(inputs: CaseInputs): Record<string, GateRange> {
  const ranges: Record<string, GateRange> = {};
  if (!inputs.has('gates')) return ranges;
  if (inputs.isText('gates')) {
    const sentence = inputs.text('gates');
    if (sentence.startsWith('default')) return ranges;
    throw new Problem(`inputs.gates must be an object of pairs [low, high] or start with "default".`);
  }
  const gates = inputs.object('gates');
  for (const gate of gates.names()) {
    const [low, high] = gates.list(gate);
    if (low === undefined || high === undefined || !(0 <= low && low <= high && high <= 1)) {
      throw new Problem(`inputs.gates.${gate} must be a pair 0 ≤ low ≤ high ≤ 1.`);
    }
    ranges[gate] = { low, high };
  }
  return ranges;
}

export function caseNorm(inputs: CaseInputs): Norm {
  if (!inputs.has('p')) return 2;
  const p = inputs.number('p');
  if (p === 2) return 2;
  if (p === Infinity) return 'inf';
  throw new Problem(`inputs.p must be 2 or "inf", and is ${p}.`);
}

export function caseSetting(inputs: CaseInputs, inputNorm = inputs.size('B_x')): RecursionSetting {
  return {
    architecture: caseArchitecture(inputs),
    p: caseNorm(inputs),
    steps: inputs.count('t'),
    logInput: Math.log(inputNorm),
  };
}

/** The blocks that `norms` names, in the order of the equations. */
export function caseBlocks(architecture: Architecture, norms: ReadonlyMap<string, number>): Block[] {
  const blocks = possibleBlocks(architecture).filter(({ name }) => norms.has(name));
  for (const name of norms.keys()) {
    if (!blocks.some((block) => block.name === name)) {
      throw new Problem(`A ${architecture.cell} network has no block "${name}".`);
    }
  }
  if (!norms.has('V')) throw new Problem('The norms must include V, the readout.');
  return blocks;
}

/** The class of a case: the measured norms rounded to the grid; null when one is beyond it. */
export interface CaseClass {
  readonly blocks: readonly CoveredBlock[];
  /** ln of ‖V‖ H_t + ‖c‖ over the class, times ρ_y. */
  readonly logState: number;
  readonly logReadout: number;
  readonly logBias: number;
}

/**
 * Radii from `norms`; or, centred (theory 1.7), radii from `distances` around a reference: then the cover uses the radii and
 * the Lipschitz constants use ‖A₀‖(1 + 1e-6) + radius.
 */
export function caseClass(inputs: CaseInputs, inputNorm = inputs.size('B_x')): CaseClass | null {
  const setting = caseSetting(inputs, inputNorm);
  const centred = inputs.has('distances');
  const measured = inputs.sizes(centred ? 'distances' : 'norms');
  const references = inputs.sizes('ref_norms');
  const radii = new Map<string, number>();
  const norms = new Map<string, number>();
  const blocks = caseBlocks(setting.architecture, measured);
  for (const { name } of blocks) {
    const point = radiusOf(measured.get(name)!);
    if (!point) return null;
    radii.set(name, point.log);
    const reference = references.get(name);
    if (centred && reference === undefined) throw new Problem(`inputs.ref_norms.${name} is missing.`);
    norms.set(name, centred ? Math.log(reference! * (1 + 1e-6) + point.radius) : point.log);
  }
  const { logState, logConstants } = lipschitz(setting, norms);
  return {
    blocks: blocks.map((b) => ({ ...b, logRadius: radii.get(b.name)!, logConstant: logConstants.get(b.name)! })),
    logState,
    logReadout: norms.get('V')!,
    logBias: norms.get('c') ?? -Infinity,
  };
}

/** The trained network of a PBM, T3b or Reg-PBM case: norms as measured, times 1 + 1e-6. */
export function casePosterior(inputs: CaseInputs, inputNorm = inputs.size('B_x')): PosteriorQuestion {
  const setting = { ...caseSetting(inputs, inputNorm), p: 2 as const };
  const spectral = inputs.sizes(inputs.has('spectral') ? 'spectral' : 'norms');
  const distances = inputs.sizes('fro_from_ref');
  const blocks = caseBlocks(setting.architecture, spectral).map((block): TrainedBlock => {
    const distance = distances.get(block.name);
    if (distance === undefined) throw new Problem(`inputs.fro_from_ref.${block.name} is missing.`);
    return { ...block, norm: spectral.get(block.name)! * (1 + 1e-6), distance: distance * (1 + 1e-6) };
  });
  return { setting, blocks, eta: inputs.number('eta', 0.01) };
}

/** The measured input norm, or its radius where the case reads the domain off the sample (rule R5b). */
export function caseDomain(
  inputs: CaseInputs,
): { inputNorm: number; inputRadii: number; length: number | null } | null {
  const given = inputs.size('B_x');
  const isRead = inputs.flag('bx_grid');
  const point = isRead ? radiusOf(given) : null;
  if (isRead && !point) return null;
  return {
    inputNorm: point?.radius ?? given,
    inputRadii: isRead ? 1 : 0,
    length: inputs.flag('t_grid') ? inputs.count('t') : null,
  };
}
