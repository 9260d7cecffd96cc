import '../elements';
import { extension } from '../extension';

/** From where the distances are measured that bounds pay for. */
export function Reference({ reference }: { readonly reference: string | null }) {
  return (
    <div class="offer">
      <p>
        {reference === null ? (
          <>
            Distances are measured from zero. If this network was trained from a checkpoint that never saw these data,
            name that as its reference: what training has moved is less than all there is.
          </>
        ) : (
          <>
            Distances are measured from the reference <code>{reference}</code>.
          </>
        )}
      </p>
      <vscode-button secondary onClick={() => extension.tell('chooseReference')}>
        Choose Reference…
      </vscode-button>
      {reference !== null && (
        <vscode-button secondary onClick={() => extension.tell('clearReference')}>
          Clear Reference
        </vscode-button>
      )}
    </div>
  );
}
