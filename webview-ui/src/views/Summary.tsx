import type { AnalysisReport } from '../../../src/core/report';
import { bestCertified, summary } from '../../../src/core/summary';
import '../elements';
import { extension } from '../extension';

/** The report in one sentence. */
export function Summary({ report }: { readonly report: AnalysisReport }) {
  const sentence = summary(report);
  const best = bestCertified(report.bounds);
  return (
    <section class={`summary ${best && best.value < 1 ? 'meaningful' : ''}`} aria-label="Summary">
      {/* A number keeps its unit on its own line. */}
      <p>{sentence.replaceAll(' %', '\u00a0%')}</p>
      {!report.data && <vscode-button onClick={() => extension.tell('chooseData')}>Choose Data…</vscode-button>}
      {report.data && (
        <vscode-button secondary title="Copy this sentence" onClick={() => extension.tell('copy', sentence)}>
          Copy
        </vscode-button>
      )}
    </section>
  );
}
