import type { CellOptions } from '../../../../src/core/cells/cellOptions';
import type { CellName } from '../../../../src/core/cells/cells';
import type { MatrixRadii, VectorRadii } from '../../../../src/core/interpret/majorantClass';

/** The class that a formula is evaluated for: one step of a cell from a state of known size. */
export interface OneStep {
  readonly p: 2 | 'inf';
  readonly width: number;
  readonly x: VectorRadii;
  /** Of every state. */
  readonly h: VectorRadii;
  readonly matrix: (name: string) => MatrixRadii;
  readonly vector: (name: string) => VectorRadii;
}

/** How far each state moves with each state before, by `to from`; and whether the calculus gives exactly that. */
export interface Formula {
  readonly options?: CellOptions;
  readonly exact: boolean;
  readonly coefficients: (given: OneStep) => Readonly<Record<string, number>>;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

const sigma = (u: number): number => 1 / (1 + Math.exp(-u));
/** σ of something of at most K. */
const gate = (K: number): Range => ({ low: sigma(-K), high: sigma(K) });

/** What the table of theory.md abbreviates, computed from the norms alone. */
function quantities({ p, width, x, h, matrix, vector }: OneStep) {
  const norm = (name: string): number => (p === 2 ? matrix(name).two : matrix(name).inf);
  const sup = (name: string): number => vector(name).inf;
  const image = (name: string, u: VectorRadii): number =>
    Math.min(matrix(name).inf * u.inf, matrix(name).maxRow * u.two);
  const affine = (letter: string, u: VectorRadii = h): number =>
    image(`W_${letter}`, x) + image(`U_${letter}`, u) + sup(`b_${letter}`);
  const diagonal = (letter: string, s: number = h.inf): number =>
    image(`W_${letter}`, x) + sup(`u_${letter}`) * s + sup(`b_${letter}`);
  /** (1 − z) a + z b. */
  const ends = ({ low, high }: Range, a: number, b: number): number =>
    Math.max((1 - low) * a + low * b, (1 - high) * a + high * b);
  const conv = (z: Range, a: number, b: number): number =>
    p === 2 ? Math.sqrt((1 - z.low) * a * a + z.high * b * b) : ends(z, a, b);
  const hat = ({ high }: Range): number => (p === 2 ? Math.sqrt(high) : high);
  /** v = x + α ∘ w, for w of these sizes. */
  const amended = (w: VectorRadii): VectorRadii => {
    const alpha = sigma(sup('alpha'));
    const most = x.inf + alpha * w.inf;
    return { inf: most, two: Math.min(x.two + alpha * w.two, Math.sqrt(width) * most) };
  };
  const past = (): VectorRadii => {
    const most = image('U_v', h);
    return { inf: most, two: Math.min(matrix('U_v').two * h.two, Math.sqrt(width) * most) };
  };
  const diagonalPast = (): VectorRadii => {
    const omega = Math.tanh(sup('omega_v'));
    const omegaInTwo = Math.min(vector('omega_v').two, Math.sqrt(width) * omega);
    return { inf: omega * h.inf, two: Math.min(omega * h.two, omegaInTwo * h.inf) };
  };
  return { norm, sup, image, affine, diagonal, ends, conv, hat, amended, past, diagonalPast };
}

/** c = f ∘ c₋ + i ∘ a, h = o ∘ tanh(c); the gates move by these factors with the state h. */
function lstmLike(
  { h }: OneStep,
  [f, i, o]: readonly [Range, Range, Range],
  mostA: number,
  moves: { f: number; i: number; o: number; a: number },
): Record<string, number> {
  const mostC = f.high * h.inf + i.high * mostA;
  const fromH = (h.inf * moves.f + mostA * moves.i) / 4 + i.high * moves.a;
  return {
    'c c': f.high,
    'c h': fromH,
    'h c': o.high * f.high,
    'h h': o.high * fromH + (Math.tanh(mostC) * moves.o) / 4,
  };
}

const gru =
  (keeps: boolean): Formula['coefficients'] =>
  (given) => {
    const { norm, affine, conv, image, sup } = quantities(given);
    const { h, x } = given;
    const [r, z] = [gate(affine('r')), gate(affine('z'))];
    const reset = { two: r.high * h.two, inf: r.high * h.inf };
    const a = Math.tanh(image('W_a', x) + image('U_a', reset) + sup('b_a'));
    const candidate = norm('U_a') * (r.high + (h.inf * norm('U_r')) / 4);
    const moved = keeps ? conv(z, candidate, 1) : conv(z, 1, candidate);
    return { 'h h': moved + ((h.inf + a) * norm('U_z')) / 4 };
  };

const coupled =
  (candidate: string, update: string): Formula['coefficients'] =>
  (given) => {
    const { norm, affine, conv } = quantities(given);
    const g = gate(affine(update));
    const kappa = given.h.inf + Math.tanh(affine(candidate));
    return { 'h h': conv(g, norm(`U_${candidate}`), 1) + (kappa * norm(`U_${update}`)) / 4 };
  };

/** The one-step coefficients of table 4.1 of the theory, cell by cell, in the conventions of our cells. */
export const formulas: Readonly<Partial<Record<CellName, Formula>>> = {
  vanilla: { exact: true, coefficients: (given) => ({ 'h h': quantities(given).norm('U') }) },
  mgu: {
    exact: false,
    coefficients: (given) => {
      const { norm, affine, conv, hat } = quantities(given);
      const r = gate(affine('r'));
      const [most, U] = [given.h.inf, norm('U_a')];
      return { 'h h': conv(r, 1, U * r.high) + ((most + 1 + hat(r) * U * most) * norm('U_r')) / 4 };
    },
  },
  gru: { options: { updateKeeps: false }, exact: true, coefficients: gru(false) },
  'gru-reset-after': {
    exact: true,
    coefficients: (given) => {
      const { norm, affine, conv, image, sup } = quantities(given);
      const [r, z] = [gate(affine('r')), gate(affine('z'))];
      const q = image('U_a', given.h) + sup('b_u');
      const a = Math.tanh(image('W_a', given.x) + sup('b_a') + r.high * q);
      const candidate = r.high * norm('U_a') + (q * norm('U_r')) / 4;
      return { 'h h': conv(z, candidate, 1) + ((given.h.inf + a) * norm('U_z')) / 4 };
    },
  },
  ugrnn: { exact: true, coefficients: coupled('c', 'g') },
  brhn: { exact: true, coefficients: coupled('a', 'r') },
  intersection: { exact: true, coefficients: coupled('hin', 'gh') },
  lstm: {
    exact: true,
    coefficients: (given) => {
      const { norm, affine } = quantities(given);
      const gates = [gate(affine('f')), gate(affine('i')), gate(affine('o'))] as const;
      const moves = { f: norm('U_f'), i: norm('U_i'), o: norm('U_o'), a: norm('U_a') };
      return lstmLike(given, gates, Math.tanh(affine('a')), moves);
    },
  },
  'lstm-diag': {
    exact: true,
    coefficients: (given) => {
      const { sup, diagonal } = quantities(given);
      const gates = [gate(diagonal('f')), gate(diagonal('i')), gate(diagonal('o'))] as const;
      const moves = { f: sup('u_f'), i: sup('u_i'), o: sup('u_o'), a: sup('u_a') };
      return lstmLike(given, gates, Math.tanh(diagonal('a')), moves);
    },
  },
  'gru-diag': {
    exact: true,
    coefficients: (given) => {
      const { sup, diagonal, conv } = quantities(given);
      const most = given.h.inf;
      const [r, z] = [gate(diagonal('r')), gate(diagonal('z'))];
      const a = Math.tanh(diagonal('a', r.high * most));
      const candidate = sup('u_a') * (r.high + (most * sup('u_r')) / 4);
      return { 'h h': conv(z, candidate, 1) + ((most + a) * sup('u_z')) / 4 };
    },
  },
  'irc-gru': {
    exact: false,
    coefficients: (given) => {
      const { norm, sup, image, amended, past, conv, hat } = quantities(given);
      const v = amended(past());
      const [i, r] = [gate(image('W_i', v)), gate(image('W_r', v))];
      const a = image('W_a', given.x);
      const kappa = given.h.inf + r.high * a;
      const ofV = sigma(sup('alpha')) * norm('U_v');
      return { 'h h': conv(i, 1, 0) + (ofV * (hat(i) * a * norm('W_r') + kappa * norm('W_i'))) / 4 };
    },
  },
  'irc-lstm': {
    exact: true,
    coefficients: (given) => {
      const { norm, sup, image, amended, past } = quantities(given);
      const v = amended(past());
      const gates = [gate(image('W_f', v)), gate(image('W_i', v)), gate(image('W_o', v))] as const;
      const ofV = sigma(sup('alpha')) * norm('U_v');
      const moves = { f: ofV * norm('W_f'), i: ofV * norm('W_i'), o: ofV * norm('W_o'), a: 0 };
      return lstmLike(given, gates, image('W_a', given.x), moves);
    },
  },
  'ihc-lstm': {
    exact: true,
    coefficients: (given) => {
      const { norm, sup, image, past, ends, hat } = quantities(given);
      const { x, h } = given;
      const g = gate(image('W_g', x) + image('Gamma', h) + sup('b_g'));
      const w = past();
      const most = ends(g, x.inf, w.inf);
      const inTwo = Math.sqrt((1 - g.low) * x.two ** 2 + g.high * w.two ** 2);
      const v = { inf: most, two: Math.min(inTwo, Math.sqrt(given.width) * most) };
      const ofV = hat(g) * norm('U_v') + ((x.inf + w.inf) * norm('Gamma')) / 4;
      const gates = [gate(image('W_f', v)), gate(image('W_i', v)), gate(image('W_o', v))] as const;
      const moves = { f: ofV * norm('W_f'), i: ofV * norm('W_i'), o: ofV * norm('W_o'), a: 0 };
      return lstmLike(given, gates, image('W_a', x), moves);
    },
  },
  sru: {
    exact: true,
    coefficients: (given) => {
      const { sup, image, hat } = quantities(given);
      const f = gate(image('W_f', given.x) + sup('omega_f') * given.h.inf + sup('b_f'));
      return { 'c c': hat(f) + ((given.h.inf + image('W_a', given.x)) * sup('omega_f')) / 4 };
    },
  },
  'irc-sru': {
    exact: true,
    coefficients: (given) => {
      const { norm, sup, image, amended, diagonalPast, ends, hat } = quantities(given);
      const { x, h } = given;
      const v = amended(diagonalPast());
      const [f, o] = [gate(image('W_f', v)), gate(image('W_p', v))];
      const ofV = sigma(sup('alpha')) * Math.tanh(sup('omega_v'));
      const a = image('W_a', x);
      const fromH = ((h.inf + a) * norm('W_f') * ofV) / 4;
      const kappa = x.inf + ends(f, a, h.inf);
      return {
        'c c': hat(f),
        'c h': fromH,
        'h c': hat(o) * hat(f),
        'h h': hat(o) * fromH + (kappa * norm('W_p') * ofV) / 4,
      };
    },
  },
  't-lstm': {
    exact: true,
    coefficients: (given) => {
      const { hat, affine } = quantities(given);
      return { 'c c': hat(gate(affine('f'))) };
    },
  },
  'irc-t-lstm': {
    exact: true,
    coefficients: (given) => {
      const { norm, sup, image, amended, diagonalPast, ends, hat } = quantities(given);
      const { x, h } = given;
      const v = amended(diagonalPast());
      const [f, o] = [gate(image('W_f', v)), gate(image('W_o', v))];
      const ofV = sigma(sup('alpha')) * Math.tanh(sup('omega_v'));
      const a = image('W_a', x);
      const fromH = ((h.inf + a) * norm('W_f') * ofV) / 4;
      const c = ends(f, a, h.inf);
      return {
        'c c': hat(f),
        'c h': fromH,
        'h c': o.high * hat(f),
        'h h': o.high * fromH + (c * norm('W_o') * ofV) / 4,
      };
    },
  },
  'fast-grnn': {
    exact: false,
    coefficients: (given) => {
      const { norm, sup, affine, conv } = quantities(given);
      const [beta, kappa] = [sigma(sup('beta')), sigma(sup('kappa'))];
      const f = gate(affine('f'));
      const U = norm('U_a');
      return { 'h h': conv(f, beta * U, 1) + kappa * U + ((given.h.inf + beta) * norm('U_f')) / 4 };
    },
  },
  'irc-fast-grnn': {
    exact: true,
    coefficients: (given) => {
      const { norm, sup, image, amended, past, conv } = quantities(given);
      const beta = sigma(sup('beta'));
      const f = gate(image('W_f', amended(past())));
      const kappa = given.h.inf + beta * image('W_a', given.x);
      return { 'h h': conv(f, 0, 1) + (kappa * norm('W_f') * sigma(sup('alpha')) * norm('U_v')) / 4 };
    },
  },
  gato: {
    exact: true,
    coefficients: (given) => {
      const { sup, diagonal } = quantities(given);
      const lambda = 0.7;
      const r = lambda * gate(diagonal('f')).high + (lambda * given.h.inf * sup('u_f')) / 4 + sup('u_a');
      return { 's s': 1, 's r': sup('u_s'), 'r s': 0, 'r r': r };
    },
  },
  'gato-2': {
    exact: true,
    coefficients: (given) => {
      const { norm, sup, diagonal } = quantities(given);
      const lambda = 0.7;
      const r = lambda * gate(diagonal('f')).high + (lambda * given.h.inf * sup('u_f')) / 4 + sup('u_a');
      return { 's s': 1, 's r': norm('v_s') * norm('u_s'), 'r s': 0, 'r r': r };
    },
  },
  rhn: {
    exact: false,
    coefficients: (given) => {
      const { norm, affine } = quantities(given);
      const [r, z] = [gate(affine('r')), gate(affine('z'))];
      const ofGates = (given.h.inf * norm('U_r')) / 4 + norm('U_z') / 4;
      return { 'h h': r.high + z.high * norm('U_a') + ofGates };
    },
  },
  'statistical-recurrent-unit': {
    options: { averages: [0, 0.5, 0.9] },
    exact: true,
    coefficients: (given) => {
      const { norm } = quantities(given);
      const averages = [0, 0.5, 0.9];
      const moved = (k: number, j: number): number =>
        (k === j ? averages[k]! : 0) + (1 - averages[k]!) * norm('R_p') * norm(`U_r${j + 1}`);
      const all = averages.flatMap((_, k) =>
        averages.map((_alpha, j) => [`m${k + 1} m${j + 1}`, moved(k, j)] as const),
      );
      return Object.fromEntries(all);
    },
  },
  'conv-rnn': {
    exact: true,
    coefficients: (given) => {
      const { norm } = quantities(given);
      return { 'h h': (norm('U_1') + norm('U_2') + norm('U_3')) / 3 };
    },
  },
};
