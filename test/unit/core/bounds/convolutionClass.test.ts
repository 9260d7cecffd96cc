import assert from 'node:assert/strict';
import { convolutionClass } from '../../../../src/core/bounds/classes/convolutionClass';
import { cellNamed } from '../../../../src/core/cells/cells';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { seededRandom } from '../../../../src/core/linalg/seededRandom';
import { checkpointOf, questionOf } from './networkQuestion';

const [kernel, width, outputs, steps] = [3, 5, 2, 6];
const cell = cellNamed('conv-rnn', { kernel });
const families = ['U', 'W', 'V'];
const random = seededRandom(7);

/** By the names of the checkpoint; V is outputs × width, row by row. */
type Weights = Record<string, Float64Array>;

const draw = (size: number, scale: number): Float64Array =>
  Float64Array.from({ length: size }, () => scale * random.normal());

function network(scale: number): Weights {
  const filters = families.flatMap((family) => [1, 2, 3].map((k) => [`${family}${k}`, draw(kernel, scale)] as const));
  return { ...Object.fromEntries(filters), V: draw(outputs * width, scale), c: draw(outputs, scale) };
}

function mean(weights: Weights, family: string): Float64Array {
  const filters = [1, 2, 3].map((k) => weights[`${family}${k}`]!);
  return Float64Array.from({ length: kernel }, (_, tap) => filters.reduce((sum, filter) => sum + filter[tap]! / 3, 0));
}

/** What the program's own reading of the cell hands on after the last step, and the dense readout of it. */
function scores(weights: Weights, input: Float64Array): number[] {
  const own = new Map(
    families.flatMap((family) => [1, 2, 3].map((k) => [`${family}_${k}`, weights[`${family}${k}`]!] as const)),
  );
  const { hidden } = evaluate(cell, own, cell.sizes(width, width), { input, steps, batch: 1, direction: 'forward' });
  const last = hidden.subarray((steps - 1) * width);
  return Array.from(weights['c']!, (bias, i) =>
    last.reduce((sum, value, j) => sum + weights['V']![i * width + j]! * value, bias),
  );
}

const norms = {
  2: (values: Iterable<number>) => Math.hypot(...values),
  inf: (values: Iterable<number>) => Math.max(...Array.from(values, Math.abs)),
};

/** An upper bound of the p-norm of a matrix of outputs × width, row by row. */
const matrixNorm = (values: Float64Array, p: 2 | 'inf'): number => {
  if (p === 2) return norms[2](values);
  const rows = Array.from({ length: outputs }, (_, i) => values.subarray(i * width, (i + 1) * width));
  return Math.max(...rows.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0)));
};

const one = (values: Float64Array): number => values.reduce((sum, value) => sum + Math.abs(value), 0);
const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, k) => value - b[k]!);

describe('T6-fixed', () => {
  it('bounds how far scores move between any two networks of the class, for any filters with these means', async () => {
    const largest = { 2: 0, inf: 0 };
    for (let trial = 0; trial < 60; trial++) {
      const first = network(0.6);
      // The second network is near the first, or another one; scaled down until it lies in the class of the first.
      const far = network(0.6);
      const share = trial % 3 === 0 ? 1 : 0.01;
      const second: Weights = {};
      for (const [name, values] of Object.entries(first)) {
        second[name] = values.map((value, k) => 0.99 * ((1 - share) * value + share * far[name]![k]!));
      }
      for (const family of families) {
        const scale = Math.min(1, one(mean(first, family)) / one(mean(second, family)));
        for (const k of [1, 2, 3]) second[`${family}${k}`] = second[`${family}${k}`]!.map((value) => scale * value);
      }
      const written = { V: rowsOf(first['V']!), c: [...first['c']!] };
      const filters = families.flatMap((family) =>
        [1, 2, 3].map((k) => [`${family}${k}`, [[...first[`${family}${k}`]!]]]),
      );
      const weights = { ...(Object.fromEntries(filters) as Record<string, number[][]>), ...written };
      const question = await questionOf(
        checkpointOf({ cell: 'conv-rnn', options: { kernel }, inputSize: width, hiddenSize: width, weights }),
        null,
      );
      const bounded = convolutionClass(question);
      assert.ok(typeof bounded !== 'string');
      for (const p of [2, 'inf'] as const) {
        const input = draw(steps * width, 1);
        const atStep = Array.from({ length: steps }, (_, t) => norms[p](input.subarray(t * width, (t + 1) * width)));
        const domain = { inputNorm: { [p]: Math.max(...atStep) }, steps, inputRadii: 0, length: null, assumptions: [] };
        const constants = bounded.constants(p, domain);
        assert.ok(typeof constants !== 'string');
        const { logConstants, logRadii, logScores } = constants;
        const limit = (name: string): number => Math.exp(logRadii.get(name)!);
        const cSize = norms[p](second['c']!);
        if (matrixNorm(second['V']!, p) > limit('V') || cSize > limit('c')) continue;
        const moved: [string, number][] = [
          ...families.map((family): [string, number] => [
            { U: 'Ū', W: 'W̄', V: 'V̄' }[family]!,
            one(difference(mean(first, family), mean(second, family))),
          ]),
          ['V', matrixNorm(difference(first['V']!, second['V']!), p)],
          ['c', norms[p](difference(first['c']!, second['c']!))],
        ];
        let bound = 0;
        for (const [name, distance] of moved) bound += Math.exp(logConstants.get(name)!) * distance;
        const [y, z] = [scores(first, input), scores(second, input)];
        const actual = norms[p](y.map((value, k) => value - z[k]!));
        assert.ok(actual <= bound * (1 + 1e-9), `${actual} ${bound}`);
        assert.ok(norms[p](y) <= Math.exp(logScores) * (1 + 1e-9));
        largest[p] = Math.max(largest[p], actual / bound);
      }
    }
    // The trials come near enough to the bound to mean something.
    assert.ok(largest[2] > 0.05 && largest.inf > 0.05, JSON.stringify(largest));
  });
});

const rowsOf = (values: Float64Array): number[][] =>
  Array.from({ length: outputs }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
