import { h, type ComponentChild } from 'preact';

/** What is read of a node of an XML document; the nodes of a browser are such. */
export interface XmlNode {
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly childNodes: ArrayLike<XmlNode>;
  readonly getAttribute?: (name: string) => string | null;
}

/**
 * An equation in MathML as elements of the panel. Only elements and attributes that equations are made of are taken over,
 * whatever the document contains. Words become plain text between several `math` elements, so that a sentence can be broken
 * into lines, which a formula is not.
 */
export function mathElements(math: XmlNode): ComponentChild[] {
  const parts = [...Array.from(math.childNodes)].flatMap((node) =>
    node.nodeName === 'mrow' ? Array.from(node.childNodes) : [node],
  );
  const pieces: ComponentChild[] = [];
  let formula: ComponentChild[] = [];
  const endFormula = (): void => {
    if (formula.length > 0) pieces.push(h('math', null, h('mrow', null, formula)));
    formula = [];
  };
  for (const part of parts) {
    if (part.nodeName !== 'mtext') formula.push(element(part));
    else {
      endFormula();
      // White space that does not break is for MathML; a sentence is broken where it has any.
      pieces.push(...Array.from(part.childNodes, ({ nodeValue }) => nodeValue?.replaceAll('\u00A0', ' ') ?? null));
    }
  }
  endFormula();
  return pieces;
}

/** Whether it is an explanation and not an equation: a sentence, or a case distinction. */
export const hasWords = (pieces: readonly ComponentChild[]): boolean =>
  pieces.some((piece) => typeof piece === 'string');

const known: readonly string[] = ['mrow', 'mi', 'mn', 'mo', 'msub', 'mtext'];
const attributes: readonly string[] = ['mathvariant', 'stretchy', 'separator', 'form', 'lspace', 'rspace'];

function element(node: XmlNode): ComponentChild {
  if (node.nodeName === '#text') return node.nodeValue;
  if (!known.includes(node.nodeName)) return null;
  const given = attributes.flatMap((name): [string, string][] => {
    const value = node.getAttribute?.(name) ?? null;
    return value === null ? [] : [[name, value]];
  });
  return h(node.nodeName, Object.fromEntries(given), Array.from(node.childNodes, element));
}
