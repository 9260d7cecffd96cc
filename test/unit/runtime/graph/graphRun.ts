import assert from 'node:assert/strict';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Expression } from '../../../../src/core/cells/language';
import { parametersOf, storedShape } from '../../../../src/core/cells/parametersOf';
import { widthOf } from '../../../../src/core/cells/sizes';
import { evaluate } from '../../../../src/core/interpret/evaluate';
import { forwardGraph, initialName, type ForwardOptions } from '../../../../src/runtime/graph/forwardGraph';
import { sessionOptions } from '../../../../src/runtime/sessionOptions';
import type { RandomRun } from '../../core/interpret/randomCell';
import { largestError } from '../../core/interpret/referenceCases';

export type Elements = 'float32' | 'float64';

export const tensorOf = (elements: Elements, values: Float64Array, dims: readonly number[]): Tensor =>
  elements === 'float64' ? new Tensor('float64', values, dims) : new Tensor('float32', Float32Array.from(values), dims);

/** The outputs of a model, whose feeds are [values, dims]. */
export async function outputsOf(
  model: Uint8Array,
  elements: Elements,
  feeds: ReadonlyMap<string, readonly [Float64Array, readonly number[]]>,
): Promise<Readonly<Record<string, Tensor>>> {
  const session = await InferenceSession.create(model, sessionOptions);
  try {
    const tensors = [...feeds].map(([name, [values, dims]]) => [name, tensorOf(elements, values, dims)] as const);
    return await session.run(Object.fromEntries(tensors));
  } finally {
    await session.release();
  }
}

/** Numbers as they get into a graph, so that a comparison in float32 is one of arithmetic. */
export const rounded = (elements: Elements, values: Float64Array): Float64Array =>
  elements === 'float64' ? values : Float64Array.from(Float32Array.from(values));

/** The largest error of any gate, state or output of the graph of a cell against float64 evaluation; padding is not looked at. */
export async function largestDisagreement(
  run: RandomRun,
  options: Pick<ForwardOptions, 'elements' | 'parameters' | 'form'>,
): Promise<number> {
  const { cell, sizes, steps, batch, direction } = run;
  const { elements } = options;
  // Half the weights in float32: a cell that amplifies what it is given amplifies rounding too, which is no disagreement.
  const factor = elements === 'float32' ? 0.5 : 1;
  const weights = new Map(
    [...run.weights].map(([name, values]) => [
      name,
      rounded(
        elements,
        values.map((value) => factor * value),
      ),
    ]),
  );
  const input = rounded(elements, run.input);
  const initialStates = run.initialStates.map((values) => rounded(elements, values));
  const expected = evaluate(cell, weights, sizes, { steps, batch, direction, input, initialStates });
  const wanted = new Map<string, readonly [Expression, Float64Array]>([['output', [cell.output, expected.hidden]]]);
  for (const [gate, e] of Object.entries(cell.gates)) wanted.set(`gate ${gate}`, [e, expected.gates.get(gate)!]);
  for (const { name, after } of cell.states) wanted.set(`state ${name}`, [after, expected.states.get(name)!]);
  const taps = new Map([...wanted].map(([name, [e]]) => [name, e]));

  const isInput = options.parameters === 'inputs';
  const { model, outputs: names } = forwardGraph(cell, sizes, isInput ? new Map() : weights, {
    ...options,
    direction,
    taps,
  });
  const feeds = new Map<string, readonly [Float64Array, readonly number[]]>([
    ['X', [input, [steps, batch, sizes.input]]],
  ]);
  for (const [k, { name, before }] of cell.states.entries()) {
    feeds.set(initialName(name), [initialStates[k]!, [batch, widthOf(sizes, before.size)]]);
  }
  for (const parameter of isInput ? parametersOf(cell) : []) {
    const { rows, columns } = storedShape(parameter, sizes);
    feeds.set(parameter.name, [weights.get(parameter.name)!, parameter.matrix ? [rows, columns] : [rows]]);
  }
  const outputs = await outputsOf(model, elements, feeds);
  let worst = 0;
  for (const [name, [e, values]] of wanted) {
    const output = outputs[names.get(name)!]!;
    assert.deepEqual([...output.dims], [steps, batch, widthOf(sizes, e.size)], name);
    worst = Math.max(worst, largestError(output.data as Float64Array, values));
  }
  return worst;
}
