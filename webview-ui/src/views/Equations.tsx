/** A cell's equations as computed, one a line; `W_f` is set with a subscript, and `h₋`, of the step before, as h₋₁. */
export function Equations({ equations }: { readonly equations: readonly string[] }) {
  if (equations.length === 0) return null;
  return (
    <div class="equations" role="group" aria-label="Equations">
      {equations.map((equation) => (
        <div>{withSubscripts(equation)}</div>
      ))}
    </div>
  );
}

function withSubscripts(equation: string) {
  // Splitting by a pattern with one group leaves the subscripts at the odd places.
  return equation
    .replaceAll('₋', '_{−1}')
    .split(/_(\{[^}]*\}|[A-Za-z0-9]+)/)
    .map((part, i) => (i % 2 === 1 ? <sub>{part.replace(/[{}]/g, '')}</sub> : part));
}
