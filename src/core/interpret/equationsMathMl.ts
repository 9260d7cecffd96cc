import { numberText } from './equationsNumber';
import { asText } from './equationsText';
import type { Name, Token } from './equationsToken';

/** Between t and 1 in the subscript of the step before, which a layer that runs backwards takes after. */
type Towards = '−' | '+';

/** An equation as presentation MathML, one `math` element; its `alttext` is the equation as plain text. */
export function asMathMl(tokens: readonly Token[], towards: Towards = '−'): string {
  const attributes = `xmlns="http://www.w3.org/1998/Math/MathML" display="block" alttext="${escaped(asText(tokens))}"`;
  return `<math ${attributes}><mrow>${rowOf(tokens, towards)}</mrow></math>`;
}

const rowOf = (tokens: readonly Token[], towards: Towards): string =>
  tokens.map((token) => elementOf(token, towards)).join('');

function elementOf(token: Token, towards: Towards): string {
  switch (token.kind) {
    case 'name':
      return nameElement(token.name, towards);
    case 'function':
      return `${nameElement(token.name, towards, true)}<mo>&#x2061;</mo>`;
    case 'number':
      return numberElement(numberText(token.value));
    case 'operator':
      return token.sign === ',' || token.sign === ';'
        ? `<mo separator="true">${token.sign}</mo>`
        : `<mo>${escaped(token.sign)}</mo>`;
    case 'negative':
      return '<mo form="prefix">−</mo>';
    case 'applied':
      // Invisible multiplication has no width of its own, and a number before what it scales needs some.
      return '<mo lspace="0" rspace="0.08em">&#x2062;</mo>';
    case 'group': {
      const [left, right] = token.fences.map((sign) => `<mo stretchy="false">${escaped(sign)}</mo>`);
      return `<mrow>${left}${rowOf(token.inside, towards)}${right}</mrow>`;
    }
    case 'words':
      // White space at the ends of an element is not shown, but for the kind that does not break.
      return `<mtext>${escaped(token.text.replace(/^ | $/g, '\u00A0'))}</mtext>`;
  }
}

/** A name of one letter is set in italics by itself; the name of a function is not to be. */
function nameElement({ letter, subscript, isBefore }: Name, towards: Towards, isFunction = false): string {
  const variant = isFunction && letter.length === 1 ? ' mathvariant="normal"' : '';
  const base = `<mi${variant}>${escaped(letter)}</mi>`;
  const lowered = [
    ...(subscript ? [subscriptElement(subscript.replace(/[{}]/g, ''))] : []),
    ...(isBefore ? [`<mrow><mi>t</mi><mo>${towards}</mo><mn>1</mn></mrow>`] : []),
  ];
  if (lowered.length === 0) return base;
  return `<msub>${base}${oneElement(lowered.join('<mo separator="true">,</mo>'), lowered.length)}</msub>`;
}

/** Indices that are calculated, `i+1, j`, are set sign by sign, for letters are only in italics where they stand alone. */
function subscriptElement(text: string): string {
  const parts = text.match(/\d+|[+−,]|[^\d+−,\s]+/g) ?? [];
  const elements = parts.map((part) => {
    if (/\d/.test(part)) return `<mn>${part}</mn>`;
    if (part === ',') return '<mo separator="true">,</mo>';
    return /[+−]/.test(part) ? `<mo>${part}</mo>` : `<mi>${escaped(part)}</mi>`;
  });
  return oneElement(elements.join(''), elements.length);
}

/** A sign and the line of a fraction are elements of their own. */
function numberElement(text: string): string {
  const parts = text.split(/(?=[−/∞])|(?<=[−/∞])/);
  const elements = parts.map((part) => {
    if (part === '∞') return '<mi>∞</mi>';
    return /[−/]/.test(part) ? `<mo>${part}</mo>` : `<mn>${part}</mn>`;
  });
  return oneElement(elements.join(''), elements.length);
}

const oneElement = (elements: string, count: number): string => (count === 1 ? elements : `<mrow>${elements}</mrow>`);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => entities[sign]!);
