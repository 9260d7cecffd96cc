import type { ReadoutReport } from '../../../src/core/report';
import { DataTable } from '../DataTable';
import { formatNumber } from '../format';
import { NORM_COLUMNS, normCells } from './Layers';

const STEPS = {
  last: 'the last hidden state',
  every: 'every hidden state',
  mean: 'the mean of all hidden states',
  other: 'the hidden states in another way',
};
const ACTIVATIONS = { none: null, softmax: 'softmax', logSoftmax: 'log-softmax', sigmoid: 'sigmoid' };

/** How hidden states become scores. */
export function Readout({ readout }: { readonly readout: ReadoutReport | null }) {
  return (
    <section>
      <h2>Readout</h2>
      {!readout && <p class="empty">No scores could be reached from a recurrent layer.</p>}
      {readout && (
        <>
          <p>
            Reads {STEPS[readout.steps]}; {readout.outputs} {readout.outputs === 1 ? 'score' : 'scores'} in the output{' '}
            <code>{readout.output}</code>
            {ACTIVATIONS[readout.finalActivation] &&
              `, before the final ${ACTIVATIONS[readout.finalActivation]}, which changes no decision`}
            .
          </p>
          {readout.chain.length > 0 && (
            <ol class="chain" aria-label="From the recurrent output to the scores">
              {readout.chain.map(({ name, operation }) => (
                <li title={name}>{operation}</li>
              ))}
            </ol>
          )}
          {readout.reason && <p class="reason">{readout.reason}</p>}
          {readout.matrix && (
            <DataTable
              label="Norms of the readout"
              columns={[
                { name: 'Weights', text: true },
                ...NORM_COLUMNS,
                {
                  name: (
                    <>
                      ‖c‖<sub>2</sub>
                    </>
                  ),
                  title: 'Euclidean norm of the bias',
                },
              ]}
              rows={[
                ...readout.hidden.map(({ name, matrix, biasNorm, activation }) => [
                  `readout ${name}, then ${activation}`,
                  ...normCells(matrix),
                  biasNorm === null ? '' : formatNumber(biasNorm),
                ]),
                [
                  readout.hidden.length > 0 ? `readout V${readout.hidden.length + 1}` : 'readout V',
                  ...normCells(readout.matrix),
                  formatNumber(readout.biasNorm),
                ],
              ]}
            />
          )}
        </>
      )}
    </section>
  );
}
