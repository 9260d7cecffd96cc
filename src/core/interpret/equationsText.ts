import { numberText } from './equationsNumber';
import type { Name, Token } from './equationsToken';

/** An equation as plain text: `W_f` has a subscript, `h₋` is h of the step before. */
export const asText = (tokens: readonly Token[]): string => tokens.map(textOf).join('');

function textOf(token: Token): string {
  switch (token.kind) {
    case 'name':
    case 'function':
      return nameText(token.name);
    case 'number':
      return numberText(token.value);
    case 'operator':
      if (token.sign === ',' || token.sign === ';') return `${token.sign} `;
      return ['∘', '·', ':'].includes(token.sign) ? token.sign : ` ${token.sign} `;
    case 'negative':
      return '−';
    case 'applied':
      return ' ';
    case 'group':
      return `${token.fences[0]}${asText(token.inside)}${token.fences[1]}`;
    case 'words':
      return token.text;
  }
}

const nameText = ({ letter, subscript, isBefore }: Name): string =>
  `${letter}${subscript && `_${subscript}`}${isBefore ? '₋' : ''}`;
