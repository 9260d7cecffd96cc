import type { BoundResult } from '../../../src/core/report';
import '../elements';
import { extension } from '../extension';

/** Offers the runs that rows about networks near the checkpoint wait for: they take long, so nobody starts them unasked. */
export function Nearby({ bounds }: { readonly bounds: readonly BoundResult[] }) {
  const waits = (row: string): boolean =>
    bounds.some(({ id, value, reason }) => id === row && value === null && /made on request/.test(reason ?? ''));
  const noise = waits('Gibbs');
  const quantised = waits('compression');
  if (!noise && !quantised) return null;
  return (
    <div class="offer">
      <p>
        Bounds about networks near the checkpoint need runs of their own, which take a while:{' '}
        {[
          ...(noise ? ['thousands with noise on the weights'] : []),
          ...(quantised ? ['one with quantised weights'] : []),
        ].join(', ')}
        .
      </p>
      {noise && (
        <vscode-button secondary onClick={() => extension.tell('measureWithNoise')}>
          Measure with Noise…
        </vscode-button>
      )}
      {quantised && (
        <vscode-button secondary onClick={() => extension.tell('tryQuantisation')}>
          Try Quantisation
        </vscode-button>
      )}
    </div>
  );
}
