import assert from 'node:assert/strict';
import { constraintSentence } from '../../../webview-ui/src/constraintSentence';

describe('constraintSentence', () => {
  it('says the same of several weights at once', () => {
    assert.equal(
      constraintSentence(['spectral-norm:U_f=1', 'spectral-norm:U_o=1', 'spectral-norm:U_i=2', 'pull=0.01']),
      'the spectral norm of U_f, U_o is at most 1 (singular values are clipped); ' +
        'the spectral norm of U_i is at most 2 (singular values are clipped); ' +
        'every weight is pulled towards the start, with strength 0.01',
    );
  });

  it('means every recurrent matrix where none is named', () => {
    assert.equal(constraintSentence(['orthogonal']), 'every recurrent matrix is orthogonal');
  });
});
