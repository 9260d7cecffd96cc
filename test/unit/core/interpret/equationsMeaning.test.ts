import assert from 'node:assert/strict';
import { cell, type Cell } from '../../../../src/core/cells/cell';
import { cellNamed } from '../../../../src/core/cells/cells';
import { scaledBy } from '../../../../src/core/cells/composites';
import { complement, concat, entrywise, mix, scale, shift, vector, type Expression } from '../../../../src/core/cells/language'; // prettier-ignore
import { matrix } from '../../../../src/core/cells/linearMap';
import { parametersOf, storedShape, type CellParameter } from '../../../../src/core/cells/parametersOf';
import type { Sizes } from '../../../../src/core/cells/sizes';
import { equations } from '../../../../src/core/interpret/equations';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { cellVariants, titleOfVariant } from './cellVariants';
import { computed, type Environment, type Operator, type Value } from './printedEquations';
import { randomNumbers } from './randomNumbers';
import { largestError } from './referenceCases';

const steps = 3;

/** What is printed for the names that parameters and states have in the code. */
const greek: Readonly<Record<string, string>> = {
  ...{ alpha: 'α', beta: 'β', kappa: 'κ', omega: 'ω', theta: 'θ', phi: 'φ', Gamma: 'Γ' },
};
const printed = (name: string): string => name.replace(/^[A-Za-z]+/, (letters) => greek[letters] ?? letters);
const printedState = (name: string): string => (name === 'last' ? 'x' : name.replace(/^m(\d)$/, 'm_$1'));

/** The largest error of the printed equations over every gate, every state and the output, in a few steps. */
function errorOfPrinted(of: Cell, sizes: Sizes, seed: number): number {
  const random = randomNumbers(seed);
  const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, random);
  const parameters = parametersOf(of);
  const weights = new Map(
    parameters.map((parameter) => {
      const { rows, columns } = storedShape(parameter, sizes);
      return [parameter.name, numbers(rows * columns)];
    }),
  );
  const input = numbers(steps * sizes.input);
  const initialStates = of.states.map(({ before }) => numbers(sizes[before.size]!));
  const batch = { input, steps, batch: 1, initialStates };
  const expected = evaluate(of, weights, sizes, batch);

  const environment: Environment = new Map(rotations(parameters, weights));
  for (const parameter of parameters) {
    environment.set(printed(parameter.name), valueOf(parameter, weights.get(parameter.name)!, sizes));
  }
  const lines = equations(of);
  let states = initialStates;
  let worst = 0;
  for (let step = 0; step < steps; step++) {
    const x = input.subarray(step * sizes.input, (step + 1) * sizes.input);
    of.states.forEach(({ name }, k) => environment.set(`${printedState(name)}₋`, states[k]!));
    const values = computed(lines, environment.set('x', x));
    const compare = (name: string, trace: Float64Array): void => {
      const value = values.get(name) as Value;
      assert.ok(value, `${name} has no line in ${lines.join('; ')}`);
      const width = trace.length / steps;
      worst = Math.max(worst, largestError(value, trace.subarray(step * width, (step + 1) * width)));
    };
    for (const [gate, trace] of expected.gates) {
      const letter = of.letters[gate];
      if (letter) compare(letter.length > 1 ? `${letter[0]}_${letter.slice(1)}` : letter, trace);
    }
    for (const [state, trace] of expected.states) compare(printedState(state), trace);
    const seen = of.states.find(({ after }) => after === of.output);
    compare(values.has('y') ? 'y' : printedState(seen!.name), expected.hidden);
    states = of.states.map(({ name }) => values.get(printedState(name)) as Value);
  }
  return worst;
}

/** What the equations and the sentences below them say of a parameter. */
function valueOf({ matrix: map }: CellParameter, stored: Float64Array, sizes: Sizes): Value | Operator {
  if (!map) return stored;
  const { structure } = map;
  const [incoming, outgoing] = [sizes[map.from]!, sizes[map.to]!];
  switch (structure.kind) {
    case 'dense':
      return (u) =>
        Float64Array.from({ length: outgoing }, (_, row) =>
          u.reduce((total, entry, column) => total + stored[row * incoming + column]! * entry, 0),
        );
    case 'spread':
      return (u) => stored.map((weight, k) => weight * u[Math.floor((k * incoming) / outgoing)]!);
    case 'gather':
      return (u) => {
        const block = incoming / outgoing;
        const sum = (j: number): number =>
          u.subarray(j * block, (j + 1) * block).reduce((total, entry, l) => total + stored[j * block + l]! * entry, 0);
        return Float64Array.from({ length: outgoing }, (_, j) => sum(j));
      };
    case 'convolution': {
      const [rows = 1, columns = 1] = structure.grid.map((size) => sizes[size] ?? 1);
      const [from = 1, to = 1] = structure.channels.map((size) => sizes[size] ?? 1);
      return (u) => convolved(stored, u, structure.kernel, { rows, columns, from, to });
    }
  }
}

/** Entry (p, q, o) is the sum of K_{o,i,j,c} u_{p+i−m, q+j−n, c}, places counted from 1. */
function convolved(
  stored: Float64Array,
  u: Value,
  [height, width]: readonly [number, number],
  { rows, columns, from, to }: Readonly<Record<'rows' | 'columns' | 'from' | 'to', number>>,
): Value {
  const at = (p: number, q: number, c: number): number =>
    p < 1 || p > rows || q < 1 || q > columns ? 0 : u[((p - 1) * columns + q - 1) * from + c]!;
  const result: number[] = [];
  for (let p = 1; p <= rows; p++)
    for (let q = 1; q <= columns; q++)
      for (let o = 0; o < to; o++) {
        let total = 0;
        for (let i = 1; i <= height; i++)
          for (let j = 1; j <= width; j++)
            for (let c = 0; c < from; c++) {
              const weight = stored[((o * height + i - 1) * width + j - 1) * from + c]!;
              total += weight * at(p + i - Math.floor((height + 1) / 2), q + j - Math.floor((width + 1) / 2), c);
            }
        result.push(total);
      }
  return Float64Array.from(result);
}

/** D and the F_l of a EURNN, by the sentences below its equations. */
function rotations(
  parameters: readonly CellParameter[],
  weights: ReadonlyMap<string, Float64Array>,
): [string, Operator][] {
  const phases = weights.get('phi');
  if (!phases) return [];
  const M = phases.length;
  const turned = (z: Value, unit: number, phase: number): [number, number] => [
    Math.cos(phase) * z[unit]! - Math.sin(phase) * z[M + unit]!,
    Math.sin(phase) * z[unit]! + Math.cos(phase) * z[M + unit]!,
  ];
  const all: [string, Operator][] = [
    [
      'D',
      (z) => {
        const result = z.slice();
        phases.forEach((phase, k) => ([result[k], result[M + k]] = turned(z, k, phase)));
        return result;
      },
    ],
  ];
  for (const { name } of parameters) {
    const layer = Number(/^theta_(\d+)$/.exec(name)?.[1]);
    if (Number.isNaN(layer)) continue;
    const [theta, phi] = [weights.get(`theta_${layer}`)!, weights.get(`phi_${layer}`)!];
    all.push([
      `F_${layer}`,
      (z) => {
        const result = z.slice();
        for (let k = 1; k <= M / 2; k++) {
          const partner = k === M / 2 ? 1 : k + 1;
          const [p, q] = (layer % 2 === 1 ? [k, k + M / 2] : [k + M / 2, partner]).map((unit) => unit - 1) as [number, number]; // prettier-ignore
          const [cos, sin] = [Math.cos(theta[k - 1]!), Math.sin(theta[k - 1]!)];
          for (const part of [0, M]) {
            result[part + p] = cos * z[part + p]! - sin * z[part + q]!;
            result[part + q] = sin * z[part + p]! + cos * z[part + q]!;
          }
          [result[p], result[M + p]] = turned(result, p, phi[k - 1]!);
        }
        return result;
      },
    ]);
  }
  return all;
}

describe('equations, read back', () => {
  for (const variant of cellVariants) {
    it(`mean what is computed: ${titleOfVariant(variant)}`, () => {
      const of = cellNamed(variant.name, variant.options);
      const error = errorOfPrinted(of, of.sizes(variant.inputSize, variant.hiddenSize), 7);
      assert.ok(error < 1e-12, `off by ${error}`);
    });
  }

  it('mean what is computed, in 400 cells made at random', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const of = randomCell(seed);
      const error = errorOfPrinted(of, of.sizes(3, 3), seed);
      assert.ok(error < 1e-9, `off by ${error}: ${equations(of).join('; ')}`);
    }
  });
});

/** A cell with whatever stands beside whatever: what needs parentheses has to have them. */
function randomCell(seed: number): Cell {
  const random = randomNumbers(seed);
  const below = (count: number): number => Math.floor(((random() + 1) / 2) * count);
  const numbers = [0.5, -0.25, 1, -1, 1 / 3, 1 - 0.9, -1.7];
  const aNumber = (): number => numbers[below(numbers.length)]!;
  const heading = {
    ...{ name: 'random', source: '', parent: null, stateBound: { text: '', unbounded: [] }, options: {} },
    states: { h: 'hidden' },
    letters: { candidate: 'a' },
  } as const;
  return cell(heading, (x, { h }) => {
    const expression = (depth: number): Expression<'hidden'> => {
      const leaves: Expression<'hidden'>[] = [h, concat('hidden', [x]), vector('b', 'hidden')];
      if (depth === 0) return leaves[below(leaves.length)]!;
      const part = (): Expression<'hidden'> => expression(depth - 1 - below(2 * Math.sign(depth - 1)));
      switch (below(13)) {
        case 0:
          return part().plus(part());
        case 1:
          return part().minus(part());
        case 2:
          return part().times(part());
        case 3:
          return scale(aNumber(), part());
        case 4:
          return shift(part(), aNumber());
        case 5:
          return complement(part());
        case 6:
          return mix(part(), part(), part());
        case 7:
          return matrix('U', 'hidden', 'hidden', 'recurrent')(part());
        case 8:
          return scaledBy(entrywise('sigmoid', vector('beta', 'one')), part());
        case 9:
          return entrywise('abs', part());
        case 10:
          return scale(aNumber(), part()).plus(part());
        case 11:
          return entrywise('elu', part(), [aNumber()]);
        default:
          return entrywise('tanh', part());
      }
    };
    const a = entrywise('tanh', expression(4));
    const newH = entrywise('tanh', expression(4));
    return { gates: { candidate: a }, states: { h: newH }, output: expression(3).plus(a) };
  });
}
