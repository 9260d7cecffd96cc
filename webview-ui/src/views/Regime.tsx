import type { LayerReport } from '../../../src/core/report';
import { formatUpper } from '../format';

const MEANINGS = {
  contracting: 'β is below 1: the influence of early steps fades, and the bound does not grow with the length.',
  critical: 'β is about 1 for this length: the bound grows like a power of the length.',
  expanding: 'β is above 1: the bound grows exponentially with the length.',
};

/** How a vanilla cell's bounds grow with the length of the sequence. */
export function Regime({ regime }: { readonly regime: LayerReport['regime'] }) {
  if (!regime) return null;
  return (
    <p class="regime">
      <strong>β = ρ‖U‖₂ ≤ {formatUpper(regime.beta)}</strong>
      {regime.regime && (
        <>
          <span class="badge">{regime.regime}</span>
          {MEANINGS[regime.regime]}
        </>
      )}
      {!regime.regime && ' The regime depends on the length of the sequences, which is not known yet.'}
    </p>
  );
}
