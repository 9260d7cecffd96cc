import { hardSigmoid, type Activation } from '../../core/cells/activation';
import type { Cell, GateName } from '../../core/cells/cell';
import type { CellOptions } from '../../core/cells/cellOptions';
import { cellNamed, type CellName } from '../../core/cells/cells';
import type { JsonObject } from '../jsonObject';
import { configActivation, configFlag, configValue } from './configValue';

/** A recurrent layer's options, read: which cell it is and how Keras stores its weights. */
export interface RecurrentCell {
  readonly cellName: CellName;
  /** null when an option is not supported; then `withheld` says which. */
  readonly cell: Cell | null;
  readonly withheld: string | null;
  readonly units: number;
  readonly useBias: boolean;
  /** The gates in the order in which Keras stores them side by side: LSTM i f c o, GRU z r h. */
  readonly gateOrder: readonly GateName[];
  /** The letters of the gates in the cell's equations; empty in a vanilla cell. */
  readonly letters: Readonly<Record<string, string>>;
}

const gateOrders: Readonly<Record<string, readonly GateName[]>> = {
  SimpleRNN: ['candidate'],
  LSTM: ['input', 'forget', 'candidate', 'output'],
  GRU: ['update', 'reset', 'candidate'],
};

export const isRecurrent = (className: string): boolean => Object.hasOwn(gateOrders, className);

/** Keras' activations by name, where the cell language has them. Its hard sigmoid is max(0, min(1, 0.2 x + 0.5)). */
export const kerasActivations: Readonly<Record<string, Activation>> = {
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  softplus: 'softplus',
  softsign: 'softsign',
  linear: 'linear',
  hard_sigmoid: hardSigmoid(0.2, 0.5),
};

/**
 * Reads the options of a SimpleRNN, LSTM or GRU layer. Defaults are those of TensorFlow.js and Keras 2: tanh, hard sigmoid
 * for the gates, `reset_after` false. Dropout acts in training only and is passed over.
 *
 * @returns null when `units` is not a whole number above zero.
 */
export function readRecurrentCell(className: string, config: JsonObject): RecurrentCell | null {
  const units = configValue(config, 'units');
  if (typeof units !== 'number' || !Number.isSafeInteger(units) || units < 1) return null;
  const useBias = configFlag(config, 'use_bias', true);
  const cellName = cellNameOf(className, config);
  const activation = configActivation(config, 'activation', 'tanh');
  const gateActivation = configActivation(config, 'recurrent_activation', 'hard_sigmoid');
  const withheld = unsupportedOption(className, config, activation, gateActivation);
  const options: CellOptions = {
    candidateActivation: kerasActivations[activation] ?? 'tanh',
    outputActivation: kerasActivations[activation] ?? 'tanh',
    gateActivation: kerasActivations[gateActivation] ?? 'sigmoid',
    updateKeeps: true,
    bias: useBias,
  };
  const cell = cellNamed(cellName, options);
  const gateOrder = gateOrders[className] ?? [];
  return {
    cellName,
    cell: withheld === null ? cell : null,
    withheld,
    units,
    useBias,
    gateOrder,
    letters: cell.letters,
  };
}

function cellNameOf(className: string, config: JsonObject): CellName {
  if (className === 'LSTM') return 'lstm';
  if (className === 'SimpleRNN') return 'vanilla';
  return configFlag(config, 'reset_after', false) ? 'gru-reset-after' : 'gru';
}

function unsupportedOption(
  className: string,
  config: JsonObject,
  activation: string,
  gateActivation: string,
): string | null {
  if (!Object.hasOwn(kerasActivations, activation)) return `The activation ${activation} is not supported yet.`;
  if (className !== 'SimpleRNN' && !Object.hasOwn(kerasActivations, gateActivation)) {
    return `The recurrent activation ${gateActivation} is not supported yet.`;
  }
  if (configFlag(config, 'time_major', false)) return 'The option time_major is not supported yet.';
  return null;
}
