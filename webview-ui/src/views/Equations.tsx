import { hasWords, mathElements } from '../mathElements';

interface EquationsProps {
  /** One a line, as plain text, which is what a screen reader reads. */
  readonly equations: readonly string[];
  /** The same lines in MathML. */
  readonly mathMl: readonly string[];
  /** The paper that they come from. */
  readonly source: string | null;
}

/** A cell's equations as computed, then what they need to have explained, and where they come from. */
export function Equations({ equations, mathMl, source }: EquationsProps) {
  if (equations.length === 0) return null;
  return (
    <div class="equations" role="group" aria-label="Equations">
      {equations.map((equation, k) => (
        <Equation text={equation} mathMl={mathMl[k] ?? ''} />
      ))}
      {source !== null && <div class="source">{source}</div>}
    </div>
  );
}

function Equation({ text, mathMl }: { readonly text: string; readonly mathMl: string }) {
  const { documentElement } = new DOMParser().parseFromString(mathMl, 'application/xml');
  if (documentElement.nodeName !== 'math') return <div>{text}</div>;
  const pieces = mathElements(documentElement);
  return (
    <div class={hasWords(pieces) ? 'explanation' : 'equation'}>
      <span class="unseen">{text}</span>
      <span aria-hidden="true">{pieces}</span>
    </div>
  );
}
