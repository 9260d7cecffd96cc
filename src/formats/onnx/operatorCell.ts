import { hardSigmoid, type Activation } from '../../core/cells/activation';
import type { Cell } from '../../core/cells/cell';
import { cellNamed, type CellName } from '../../core/cells/cells';
import type { Direction } from '../../core/checkpoint';
import type { OnnxNode } from './model';

/** Whether an LSTM has no forget gate of its own, f = 1 − i: the rows of its weights that would be the forget gate's are not used. */
export const isCoupled = (node: OnnxNode): boolean => (node.attributes.get('input_forget')?.int ?? 0) !== 0;

interface OperatorCell {
  readonly cellName: CellName;
  readonly cell: Cell | null;
  readonly withheld: string | null;
}

/** The equations that the operator's options ask for (ONNX operators RNN, GRU and LSTM, versions 7 to 22). */
export function operatorCell(
  node: OnnxNode,
  direction: number,
  given: { readonly bias: boolean; readonly peepholes: boolean },
): OperatorCell {
  const resetAfter = (node.attributes.get('linear_before_reset')?.int ?? 0) !== 0;
  const cellName: CellName =
    node.operator === 'LSTM' ? 'lstm' : node.operator === 'RNN' ? 'vanilla' : resetAfter ? 'gru-reset-after' : 'gru';
  const withhold = (withheld: string): OperatorCell => ({ cellName, cell: null, withheld });
  const activations = activationsOf(node);
  if (typeof activations === 'string') return withhold(activations);
  const each = defaultActivations[node.operator]!.length;
  const [first, second, third] = activations.slice(direction * each, (direction + 1) * each);
  const shared = { ...given, clip: node.attributes.get('clip')?.float ?? null };
  const cell =
    node.operator === 'RNN'
      ? cellNamed(cellName, { ...shared, ...option('candidateActivation', first) })
      : cellNamed(cellName, {
          ...shared,
          updateKeeps: true,
          coupled: isCoupled(node),
          ...option('gateActivation', first),
          ...option('candidateActivation', second),
          ...option('outputActivation', third),
        });
  return { cellName, cell, withheld: null };
}

function option<K extends string>(name: K, activation: Activation | undefined): { [P in K]?: Activation } | object {
  return activation === undefined ? {} : { [name]: activation };
}

const defaultActivations: Readonly<Record<string, readonly string[]>> = {
  RNN: ['Tanh'],
  GRU: ['Sigmoid', 'Tanh'],
  LSTM: ['Sigmoid', 'Tanh', 'Tanh'],
};

/** Which activations take an alpha and a beta, with the defaults of the ONNX specification; they are consumed in order. */
const activationNumbers: Readonly<Record<string, { alpha?: number; beta?: number }>> = {
  affine: { alpha: 1, beta: 0 },
  elu: { alpha: 1 },
  hardsigmoid: { alpha: 0.2, beta: 0.5 },
  leakyrelu: { alpha: 0.01 },
  scaledtanh: { alpha: 1, beta: 1 },
  thresholdedrelu: { alpha: 1 },
};

/** The activations of all directions in order, or why one of them is not supported. */
function activationsOf(node: OnnxNode): Activation[] | string {
  const defaults = defaultActivations[node.operator]!;
  const listed = node.attributes.get('activations')?.strings ?? [];
  const names = listed.length > 0 ? listed : directionsOf(node).flatMap(() => defaults);
  if (names.length < defaults.length * directionsOf(node).length)
    return `The option activations of ${node.operator} lists too few functions.`;
  const alphas = [...(node.attributes.get('activation_alpha')?.floats ?? [])];
  const betas = [...(node.attributes.get('activation_beta')?.floats ?? [])];
  const activations: Activation[] = [];
  for (const name of names) {
    const numbers = activationNumbers[name.toLowerCase()] ?? {};
    const alpha = numbers.alpha === undefined ? 0 : (alphas.shift() ?? numbers.alpha);
    const beta = numbers.beta === undefined ? 0 : (betas.shift() ?? numbers.beta);
    const activation = activationNamed(name.toLowerCase(), alpha, beta);
    if (activation === null) return `The activation ${name} of ${node.operator} is not supported yet.`;
    activations.push(activation);
  }
  return activations;
}

/** An activation by the name that ONNX has for it, in small letters. */
export function activationNamed(name: string, alpha: number, beta: number): Activation | null {
  if (name === 'sigmoid' || name === 'tanh' || name === 'relu' || name === 'softplus' || name === 'softsign')
    return name;
  if (name === 'hardsigmoid') return hardSigmoid(alpha, beta);
  if (name === 'affine') return alpha === 1 && beta === 0 ? 'linear' : { kind: 'affine', alpha, beta };
  if (name === 'scaledtanh') return { kind: 'scaledTanh', alpha, beta };
  if (name === 'leakyrelu') return alpha === 0 ? 'relu' : { kind: 'leakyRelu', alpha };
  if (name === 'elu') return { kind: 'elu', alpha };
  if (name === 'thresholdedrelu') return { kind: 'thresholdedRelu', alpha };
  return null;
}

export function directionsOf(node: OnnxNode): readonly Direction[] {
  const direction = node.attributes.get('direction')?.string ?? 'forward';
  if (direction === 'bidirectional') return ['forward', 'reverse'];
  return [direction === 'reverse' ? 'reverse' : 'forward'];
}
