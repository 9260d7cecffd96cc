import type { Agreement as AgreementReport } from '../../../src/core/observations';
import { formatCount, formatNumber } from '../format';

const PEERS = {
  onnxruntime: 'onnxruntime, running the file itself',
  tfjs: 'TensorFlow.js, running the file itself',
  evaluate: 'a float64 evaluation of the equations; the order of the gates in the file is assumed to be the usual one',
};

/** Whether our reading of the layers reproduces the model itself. */
export function Agreement({ agreement }: { readonly agreement: AgreementReport | null }) {
  if (!agreement) return null;
  return (
    <section>
      <h2>Agreement with the model itself</h2>
      <p>
        {formatCount(agreement.compared)} numbers compared with {PEERS[agreement.peer]}. The largest relative difference
        is {formatNumber(agreement.maxRelativeError, 2)}.
      </p>
    </section>
  );
}
