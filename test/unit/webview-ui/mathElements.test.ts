import assert from 'node:assert/strict';
import type { ComponentChild, VNode } from 'preact';
import { cellNamed, cellNames } from '../../../src/core/cells/cells';
import { equationsMathMl } from '../../../src/core/interpret/equations';
import { hasWords, mathElements } from '../../../webview-ui/src/mathElements';
import { parseXml, textOf } from '../strictXml';

const isElement = (child: ComponentChild): child is VNode<{ children?: ComponentChild }> =>
  typeof child === 'object' && child !== null && 'type' in child;

/** The text of what the panel would show. */
function shown(child: ComponentChild): string {
  if (Array.isArray(child)) return (child as ComponentChild[]).map(shown).join('');
  if (isElement(child)) return shown(child.props.children);
  return typeof child === 'string' ? child : '';
}

/** The elements of what the panel would show, with the names of their attributes. */
function elements(child: ComponentChild): string[] {
  if (Array.isArray(child)) return (child as ComponentChild[]).flatMap(elements);
  if (!isElement(child)) return [];
  const { children, ...attributes } = child.props;
  return [[child.type as string, ...Object.keys(attributes)].join(' '), ...elements(children)];
}

describe('equations in the panel', () => {
  it('show everything that the MathML says, for every cell', () => {
    for (const name of cellNames) {
      for (const source of equationsMathMl(cellNamed(name))) {
        const math = parseXml(source);
        // A sentence in the panel can be broken at spaces that MathML cannot be.
        assert.equal(shown(mathElements(math)), textOf(math).replaceAll('\u00A0', ' '), name);
      }
    }
  });

  it('are one formula, and explanations are text between formulas, which can be broken into lines', () => {
    const pieces = (source: string): (string | undefined)[] =>
      mathElements(parseXml(source)).map((piece) => (isElement(piece) ? String(piece.type) : 'text'));
    const lines = equationsMathMl(cellNamed('t-lstm'));
    assert.deepEqual(pieces(lines[0]!), ['math']);
    assert.equal(hasWords(mathElements(parseXml(lines[0]!))), false);
    assert.deepEqual(pieces(lines.at(-1)!), ['math', 'text']);
    const pairs = equationsMathMl(cellNamed('eurnn')).at(-1)!;
    const wordsBetween = ['math', 'text', 'math', 'text', 'math', 'text', 'math', 'text'];
    assert.deepEqual(pieces(pairs).slice(0, 8), wordsBetween);
    assert.equal(hasWords(mathElements(parseXml(pairs))), true);
  });

  it('take over nothing but what equations are made of', () => {
    const source =
      '<math onclick="a()"><mi mathvariant="normal" href="b" onload="c()">x</mi><script>d()</script>' +
      '<maction><mi>e</mi></maction><mrow><mo stretchy="false" style="f">(</mo><a href="g">h</a></mrow></math>';
    const pieces = mathElements(parseXml(source));
    assert.deepEqual(elements(pieces), ['math', 'mrow', 'mi mathvariant', 'mo stretchy']);
    assert.equal(shown(pieces), 'x(');
  });
});
