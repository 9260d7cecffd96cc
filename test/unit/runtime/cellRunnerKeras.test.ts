import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { hardSigmoid, type Activation } from '../../../src/core/cells/activation';
import { cellNamed } from '../../../src/core/cells/cells';
import { layerWeights } from '../../../src/core/cells/layerWeights';
import type { Parameter, RecurrentLayer } from '../../../src/core/checkpoint';
import { evaluate } from '../../../src/core/interpret/evaluate';
import { createCellRunner } from '../../../src/runtime/cellRunner';
import { largestError } from '../core/interpret/referenceCases';

interface Array2 {
  readonly shape: number[];
  readonly data: number[];
}
interface KerasCase {
  readonly input: Array2;
  readonly weights: readonly [kernel: Array2, recurrent: Array2, bias?: Array2];
  readonly expected: Array2;
}
interface KerasAttributes {
  readonly units: number;
  readonly activation: 'tanh' | 'sigmoid';
  readonly recurrent_activation?: 'hard_sigmoid' | 'sigmoid';
  readonly return_sequences: boolean;
  readonly go_backwards: boolean;
  readonly stateful: boolean;
}

const folder = new URL('../../../../shared/conformance/keras-js/', import.meta.url);
const read = <T>(file: string): T => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as T;

/** Keras stores [inputs, gates · units], with the gates in the order input, forget, candidate, output. */
function layerOf(
  name: 'LSTM' | 'SimpleRNN',
  { input, weights }: KerasCase,
  attributes: KerasAttributes,
): RecurrentLayer {
  const { units, activation, recurrent_activation, go_backwards } = attributes;
  const letters = name === 'LSTM' ? ['i', 'f', 'a', 'o'] : [''];
  const gate: Activation = recurrent_activation === 'hard_sigmoid' ? hardSigmoid() : 'sigmoid';
  const options = { gateActivation: gate, candidateActivation: activation, outputActivation: activation };
  const [kernel, recurrent, bias] = weights;
  const parameters = (family: string, role: Parameter['role'], { shape, data }: Array2): Parameter[] =>
    letters.map((letter, g) => {
      const columns = shape.length === 1 ? 1 : shape[0]!;
      const values = new Float32Array(units * columns);
      for (let row = 0; row < units; row++) {
        for (let column = 0; column < columns; column++) {
          values[row * columns + column] = data[column * letters.length * units + g * units + row]!;
        }
      }
      const parameter = letter ? `${family}_${letter}` : family;
      return { name: parameter, gate: null, role, rows: units, columns, values, tensor: parameter };
    });
  return {
    name,
    cellName: name === 'LSTM' ? 'lstm' : 'vanilla',
    cell: cellNamed(name === 'LSTM' ? 'lstm' : 'vanilla', { ...options, bias: bias !== undefined }),
    withheld: null,
    direction: go_backwards ? 'reverse' : 'forward',
    inputSize: input.shape[1]!,
    hiddenSize: units,
    matrices: [...parameters('W', 'input', kernel), ...parameters('U', 'recurrent', recurrent)],
    biases: bias ? parameters('b', 'inputBias', bias) : [],
    input: { kind: 'model', input: 'X' },
    initialState: 'zero',
  };
}

/** A stateful layer was run twice, and its second answer kept. */
function statesAfter(layer: RecurrentLayer, input: Float32Array): Float32Array[] {
  const { cell, inputSize, hiddenSize, direction } = layer;
  const steps = input.length / inputSize;
  const sizes = { input: inputSize, hidden: hiddenSize };
  const { states } = evaluate(cell!, layerWeights(layer), sizes, { input, steps, batch: 1, direction });
  const last = direction === 'reverse' ? 0 : steps - 1;
  return [...states.values()].map((state) =>
    Float32Array.from(state.subarray(last * hiddenSize, (last + 1) * hiddenSize)),
  );
}

if (existsSync(folder)) {
  describe('the cell runner, on what Keras 2 computed', () => {
    for (const name of ['LSTM', 'SimpleRNN'] as const) {
      const cases = Object.values(read<Record<string, KerasCase>>(`${name}.json`));
      const settings = read<{ readonly attrs: KerasAttributes }[]>(`${name}.params.json`);
      for (const [index, example] of cases.entries()) {
        const { attrs } = settings[index]!;
        it(`${name} ${index}: ${JSON.stringify(attrs)}`, async () => {
          const steps = example.input.shape[0]!;
          const layer = layerOf(name, example, attrs);
          const input = Float32Array.from(example.input.data);
          const runner = await createCellRunner(layer);
          const { hidden } = await runner.run(input, steps, 1, attrs.stateful ? statesAfter(layer, input) : null);
          await runner.dispose();
          // Keras answers in the order in which it ran, and the last step of that order where not all are asked for.
          const order = Array.from({ length: steps }, (_, t) => (attrs.go_backwards ? steps - 1 - t : t));
          const wanted = attrs.return_sequences ? order : order.slice(-1);
          const ours = wanted.flatMap((t) => [...hidden.subarray(t * attrs.units, (t + 1) * attrs.units)]);
          assert.ok(largestError(ours, example.expected.data) < 2e-6);
        });
      }
    }
  });
}
