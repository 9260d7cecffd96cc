import type { Cell } from './cell';
import type { CellOptions } from './cellOptions';
import { convLstm, convRnn } from './convolutional';
import { gruDiagonal, lstmDiagonal } from './diagonal';
import { eurnn } from './eurnn';
import { fastGrnn, ircFastGrnn } from './fastGrnn';
import { gato, gato2 } from './gato';
import { gru, gruResetAfter } from './gru';
import { brhn, rhn } from './highway';
import { intersection } from './intersection';
import { ircGru } from './ircGru';
import { ihcLstm, ircLstm } from './ircLstm';
import { lstm } from './lstm';
import { mgu } from './mgu';
import { ircSru, sru } from './sru';
import { statisticalRecurrentUnit } from './statisticalRecurrentUnit';
import { ircTLstm, tLstm } from './tLstm';
import { ugrnn } from './ugrnn';
import { vanilla } from './vanilla';

/** The list of cells. A new cell is one file, and here its import and its entry. */
export const cells = {
  vanilla,
  mgu,
  lstm,
  gru,
  'gru-reset-after': gruResetAfter,
  ugrnn,
  intersection,
  'irc-gru': ircGru,
  'irc-lstm': ircLstm,
  'ihc-lstm': ihcLstm,
  sru,
  'irc-sru': ircSru,
  't-lstm': tLstm,
  'irc-t-lstm': ircTLstm,
  'fast-grnn': fastGrnn,
  'irc-fast-grnn': ircFastGrnn,
  gato,
  'gato-2': gato2,
  'gru-diag': gruDiagonal,
  'lstm-diag': lstmDiagonal,
  rhn,
  brhn,
  eurnn,
  'statistical-recurrent-unit': statisticalRecurrentUnit,
  'conv-rnn': convRnn,
  'conv-lstm': convLstm,
} as const satisfies Readonly<Record<string, (options?: CellOptions) => Cell>>;

export type CellName = keyof typeof cells;

export const cellNames = Object.keys(cells) as readonly CellName[];

/** The cell of that name with these options; what an option does is said where `CellOptions` is declared. */
export const cellNamed = (name: CellName, options: CellOptions = {}): Cell => cells[name](options);
