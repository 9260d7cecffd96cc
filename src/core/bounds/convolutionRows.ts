import { classFamily, prefixedIds } from './classFamily';
import { convolutionClass } from './classes/convolutionClass';
import { chenLiZhao } from './literature/papers';
import type { RowFamily } from './row';

/** T6-fixed: the certified rows of the convolutional RNN with averaged channels. */
export const convolutionRows: RowFamily = ({ checkpoint: { layers } }) =>
  layers.length === 1 && layers[0]!.cellName === 'conv-rnn'
    ? classFamily(prefixedIds('T6-fixed'), `${chenLiZhao}, Theorem 6, repaired`, ({ question }) =>
        convolutionClass(question),
      )
    : [];
