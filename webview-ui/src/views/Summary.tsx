import type { AnalysisReport } from '../../../src/core/report';
import { rowStatement } from '../../../src/core/rowStatement';
import { bestCertified, rowName, summary, waitsForData } from '../../../src/core/summary';
import '../elements';
import { extension } from '../extension';
import { formatUpper } from '../format';

/** The report in one sentence; in two, when the held-out part says more than the weights and the training part do. */
export function Summary({ report }: { readonly report: AnalysisReport }) {
  // A report with data and without any row has been refused; its first note says why.
  const refusal = report.data && report.bounds.length === 0 ? report.notes[0] : undefined;
  const sentence = refusal ?? summary(report);
  const best = bestCertified(report.bounds);
  const learned = bestCertified(report.bounds.filter(({ id }) => id !== 'held-out'));
  const edge = refusal ? 'refused' : best && best.value < 1 ? 'meaningful' : '';
  return (
    <section class={`summary ${edge}`} aria-label="Summary">
      <div>
        <p class="sentence">{together(sentence)}</p>
        {best?.id === 'held-out' && learned && formatUpper(learned.value) !== '1' && (
          <p class="aside">
            {together(
              learned.quantity
                ? `From the training sequences and the weights alone: ${rowStatement(learned, rowName(learned))}.`
                : `From the training sequences and the weights alone: at most ${formatUpper(100 * learned.value)} % (${rowName(learned)}).`,
            )}
          </p>
        )}
      </div>
      {report.data ? (
        <vscode-button secondary title="Copy this sentence" onClick={() => extension.tell('copy', sentence)}>
          Copy
        </vscode-button>
      ) : (
        waitsForData(report) && <vscode-button onClick={() => extension.tell('chooseData')}>Choose Data…</vscode-button>
      )}
    </section>
  );
}

/** A number and its per cent sign stay on one line. */
function together(sentence: string): string {
  return sentence.replaceAll(' %', '\u00a0%');
}
