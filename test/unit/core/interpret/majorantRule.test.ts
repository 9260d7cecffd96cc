import assert from 'node:assert/strict';
import { modRelu, rotate } from '../../../../src/core/cells/composites';
import { cellNamed } from '../../../../src/core/cells/cells';
import { concat, transposed, untile, variable, vector, type Expression } from '../../../../src/core/cells/language';
import { parametersOf } from '../../../../src/core/cells/parametersOf';
import { majorant } from '../../../../src/core/interpret/majorant';
import { setRadii, still, type Bounds } from '../../../../src/core/interpret/majorantBounds';
import { normsOf } from '../../../../src/core/interpret/majorantClass';
import { movedWith } from '../../../../src/core/interpret/majorantMovement';
import { movesOf } from '../../../../src/core/interpret/majorantMoves';
import { programOf } from '../../../../src/core/interpret/majorantProgram';
import { rule } from '../../../../src/core/interpret/majorantRule';

const sizes = { one: 1, half: 2, pair: 4 };
const blocks = new Map(['u', 'A', 'v'].map((name, k) => [name, k]));

/** The coefficients of an operation on u, whose entries are at most 1 and which is `two` long; each is exp of a log. */
function coefficients(
  e: Expression,
  p: 2 | 'inf',
  two = Math.SQRT2,
): { inf: number; two: number; of: Map<string, number> } {
  const context = {
    ...{ p, sizes, blocks },
    norms: normsOf({
      p,
      matrices: new Map([['A', { two: 2, inf: 3, maxRow: 1.5 }]]),
      vectors: new Map([['v', { two: 0.8, inf: 0.5, high: 0 }]]),
    }),
  };
  const boundsOf = (operand: Expression): Bounds => {
    const bounds = still();
    if (operand.operation === 'variable') {
      setRadii(bounds, { two, inf: 1 });
      bounds.movement = movedWith(0);
    } else rule(operand, operand.operands.map(boundsOf), bounds, context)();
    return bounds;
  };
  const result = boundsOf(e);
  const moves = movesOf(programOf([result.movement], []), blocks.size, new Float64Array(0));
  moves.step(true);
  const of = new Map([...blocks].map(([name, k]) => [name, Math.exp(moves.logLargest(0)[k]!)]));
  return { inf: Math.exp(result.logInf), two: Math.exp(result.logTwo), of };
}

const close = (actual: number, expected: number): void => {
  assert.ok(Math.abs(actual - expected) <= 1e-12 * (1 + expected), `${actual} instead of ${expected}`);
};

describe('the rules of the majorant calculus, by hand', () => {
  const u = variable('u', 'pair');

  it('rotate: lengths stay, entries grow by √2, and an angle moves its pair', () => {
    const turned = rotate(vector('v', 'half'), u);
    const inTwo = coefficients(turned, 2);
    close(inTwo.two, Math.SQRT2);
    close(inTwo.of.get('u')!, 1);
    // No pair is longer than √2, and no more is u.
    close(inTwo.of.get('v')!, Math.SQRT2);
    const inMax = coefficients(turned, 'inf', 2);
    close(inMax.inf, Math.SQRT2);
    // An eighth of a turn makes (1, −1) into (√2, 0).
    close(inMax.of.get('u')!, Math.SQRT2);
    // From (√2, 0), as long as a pair can be, a small turn moves the other entry by √2 times the angle.
    close(inMax.of.get('v')!, Math.SQRT2);
  });

  it('rotate: one angle for two pairs moves both, but no farther than u is long', () => {
    const shared = rotate(concat('half', [vector('v', 'one'), vector('v', 'one')]), u);
    // ‖Δ(v, v)‖₂ = √2 ‖Δv‖, and a pair is at most √2 long; u is 1.7 long.
    close(coefficients(shared, 2, 2).of.get('v')!, 2);
    close(coefficients(shared, 2, 1.7).of.get('v')!, 1.7);
  });

  it('modReLU: a proximal map, whose slope in the max norm is (1 + √2)/2 and no more', () => {
    const cut = modRelu(u, vector('v', 'half'));
    close(coefficients(cut, 2).of.get('u')!, 1);
    close(coefficients(cut, 2).of.get('v')!, 1);
    close(coefficients(cut, 2).two, Math.SQRT2);
    const slope = coefficients(cut, 'inf').of.get('u')!;
    close(slope, (1 + Math.SQRT2) / 2);
    // Beside the threshold |z| = 1, all around, in all directions: the slope is reached and never passed.
    const apply = (re: number, im: number): [number, number] => {
      const kept = Math.max(0, Math.hypot(re, im) - 1) / Math.hypot(re, im);
      return [re * kept, im * kept];
    };
    let steepest = 0;
    for (let angle = 0; angle < 2 * Math.PI; angle += 0.01) {
      for (let to = 0; to < 2 * Math.PI; to += 0.05) {
        for (const radius of [0.7, 1.0001, 1.1, 2]) {
          const [re, im] = [radius * Math.cos(angle), radius * Math.sin(angle)];
          const [dre, dim] = [1e-5 * Math.cos(to), 1e-5 * Math.sin(to)];
          const [a, b] = [apply(re, im), apply(re + dre, im + dim)];
          const moved = Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]));
          steepest = Math.max(steepest, moved / Math.max(Math.abs(dre), Math.abs(dim)));
        }
      }
    }
    assert.ok(steepest <= slope + 1e-5 && steepest > 0.99 * slope, `${steepest} and ${slope}`);
  });

  it('the transpose of A: a column of h entries of at most 1 gives h, and ‖A‖_∞ = 1 allows it', () => {
    const A = { name: 'A', from: 'half', to: 'pair', role: 'inner', structure: { kind: 'dense' } } as const;
    const inMax = coefficients(transposed(A, u), 'inf', 2);
    // (1, 1, 1, 1) times a column of ones is 4; a column of A is no longer than 2, so it sums to at most 2 √4.
    close(inMax.of.get('A')!, 4);
    close(inMax.of.get('u')!, 4);
    const inTwo = coefficients(transposed(A, u), 2, 2);
    close(inTwo.of.get('A')!, 2);
    close(inTwo.of.get('u')!, 2);
    close(inTwo.two, 4);
  });

  it('the sum of two tiles is √2 times as long, and twice as high', () => {
    close(coefficients(untile(u, 'half'), 2).of.get('u')!, Math.SQRT2);
    close(coefficients(untile(u, 'half'), 'inf').of.get('u')!, 2);
    close(coefficients(untile(u, 'half'), 'inf').inf, 2);
  });

  it('takes the coefficients of a EURNN in the max norm from those for lengths, where they are better', () => {
    const cell = cellNamed('eurnn');
    const steps = 50;
    const { logMoves } = majorant(cell, {
      ...{ p: 'inf', steps, input: { two: 1.5, inf: 1 }, sizes: cell.sizes(2, 4) },
      matrices: new Map([['W', { two: 1, inf: 1, maxRow: 1 }]]),
      vectors: new Map(parametersOf(cell).map(({ name }) => [name, { two: 1, inf: 1, high: 0 }])),
    });
    // Each step adds 1.5 ‖ΔW‖₂ ≤ 1.5 √8 ‖ΔW‖_∞ for the 8 rows of W, and ‖Δb‖₂ ≤ √4 ‖Δb‖_∞.
    close(Math.exp(logMoves.get('W')!), steps * 1.5 * Math.sqrt(8));
    close(Math.exp(logMoves.get('b')!), steps * 2);
    // Before the t-th step the state is at most 1.5 (t − 1) long, which is what the 4 phases of D turn.
    close(Math.exp(logMoves.get('phi')!), ((steps * (steps - 1)) / 2) * 1.5 * 2);
  });
});
