import { asMathMl } from '../../../src/core/interpret/equationsMathMl';
import { sentence } from '../../../src/core/interpret/equationsToken';
import type { LayerReport } from '../../../src/core/report';
import { growthOf } from '../../../src/core/summary';
import { hasWords, mathElements } from '../mathElements';

/** A cell's equations as computed, what they need to have explained, how large its states become, and where they come from. */
export function Equations({ layer }: { readonly layer: LayerReport }) {
  const { equations, equationsMathMl: mathMl, source, stateBound } = layer;
  const growth = growthOf(layer);
  const states = `State: ${stateBound?.text}${growth ? ` (${growth})` : ''}`;
  if (equations.length === 0) return null;
  return (
    <div class="equations" role="group" aria-label="Equations">
      {equations.map((equation, k) => (
        <Equation text={equation} mathMl={mathMl[k] ?? ''} />
      ))}
      {stateBound && (
        <div class="state-bound">
          <Equation text={states} mathMl={asMathMl(sentence(states))} />
        </div>
      )}
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
