import { Problem } from '../problem';
import { cell, type Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { arrange, modRelu, rotate, type Piece } from './composites';
import { concat, scale, vector, type Expression } from './language';
import { matrix } from './linearMap';
import type { NamedOperator } from './notation';

type Complex = Expression<'complex'>;

/**
 * The efficient unitary RNN (Jing et al. 2017) on complex states z = [real parts; imaginary parts]:
 * z = modReLU(W x + D F₁ … F_L z₋, b), with a phase for each unit in D, and in each F a rotation by θ of each pair of units
 * after which the first of the pair is turned by a phase φ. Odd layers pair the k-th unit of the first half with the k-th of
 * the second half, even layers the k-th of the second half with the next one of the first half, the last with the first:
 * the pairs of neighbours of the paper with its units renumbered, odd ones first. The paper leaves the first and the last unit
 * alone in even layers, which is what an angle of zero does here.
 */
export function eurnn({ rotations = 2, bias = true }: CellOptions = {}): Cell {
  const heading = {
    name: 'eurnn',
    source: 'Jing et al. 2017',
    parent: null,
    stateBound: {
      text: `‖z‖ ≤ ‖z₀‖ + ${bias ? 't (max ‖W x‖ + ‖max(b, 0)‖)' : 't max ‖W x‖'} can grow with every step`,
      unbounded: ['z'],
    },
    options: { rotations, bias },
    sizes: (_: number, hidden: number) => {
      if (hidden % 2 !== 0) throw new Problem('The cell eurnn rotates pairs of units: choose an even hidden size.');
      return { complex: 2 * hidden, half: hidden / 2, others: hidden / 2 - 1 };
    },
    states: { z: 'complex' },
    letters: {},
  } as const;
  return cell(heading, (x, { z }) => {
    let turned: Complex = z;
    const operators: NamedOperator[] = [];
    const apply = (name: string, explanation: string, value: Complex): void => {
      operators.unshift({ name, operand: turned, value, explanation });
      turned = value;
    };
    for (let layer = rotations; layer >= 1; layer--) {
      apply(`F_${layer}`, explanationOfRotation(layer), rotation(layer, turned));
    }
    apply(
      'D',
      'D multiplies unit k by exp(i φ_k), the φ_k being the entries of φ.',
      rotate(vector('phi', 'hidden'), turned),
    );
    const pre = matrix('W', 'input', 'complex', 'input')(x).plus(turned);
    const newZ = bias ? modRelu(pre, vector('b', 'hidden')) : pre;
    const units = 'z holds the real parts of M complex units, then their imaginary parts.';
    const notation = { operators, explanations: rotations > 0 ? [units, explanationOfPairs] : [units] };
    return { gates: { candidate: newZ }, states: { z: newZ }, output: newZ, notation };
  });
}

/** The real and the imaginary parts of the first and of the second half of the units. */
const quarters = ['half', 'half', 'half', 'half'] as const;
const quarter = (k: number): Piece => ({ skipped: quarters.slice(0, k), size: 'half' });
/** Real and imaginary parts of the firsts of all pairs, then those of the seconds; and back, which is the same exchange. */
const byPairs: readonly Piece[] = [quarter(0), quarter(2), quarter(1), quarter(3)];

/** The first half of the units, one place on: [u₂, …, u_h, u₁] and back, in real and imaginary parts. */
const rolled = (isBack: boolean): readonly Piece[] =>
  [0, 2].flatMap((k) => {
    const before = quarters.slice(0, k);
    const roll: Piece[] = isBack
      ? [
          { skipped: [...before, 'others'], size: 'one' },
          { skipped: before, size: 'others' },
        ]
      : [
          { skipped: [...before, 'one'], size: 'others' },
          { skipped: before, size: 'one' },
        ];
    return [...roll, quarter(k + 1)];
  });
const exchanged: readonly Piece[] = [quarter(1), quarter(0), quarter(3), quarter(2)];

/** F_l z. */
function rotation(layer: number, z: Complex): Complex {
  const isOdd = layer % 2 === 1;
  // In an even layer the second half comes first, and the first half is moved on by one.
  const paired = isOdd ? z : arrange(arrange(z, rolled(false)), exchanged);
  const theta = vector(`theta_${layer}`, 'half');
  const phi = vector(`phi_${layer}`, 'half');
  const mixed = arrange(rotate(concat('hidden', [theta, theta]), arrange(paired, byPairs)), byPairs);
  const turned = rotate(concat('hidden', [phi, scale(0, phi)]), mixed);
  return isOdd ? turned : arrange(arrange(turned, exchanged), rolled(true));
}

function explanationOfRotation(layer: number): string {
  return layer % 2 === 1
    ? `F_${layer} takes unit k as p and unit k + M/2 as q, for k from 1 to M/2.`
    : `F_${layer} takes unit k + M/2 as p and unit k + 1 as q, for k from 1 to M/2, but unit 1 as q for k = M/2.`;
}

const explanationOfPairs =
  'F_l makes exp(i φ) (cos θ p − sin θ q) of p and sin θ p + cos θ q of q; θ and φ are the entries k of θ_l and φ_l.';
