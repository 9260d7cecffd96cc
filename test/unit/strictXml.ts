/** A node as a browser's parser gives it, as far as the panel looks at one. */
export interface XmlNode {
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly childNodes: readonly XmlNode[];
  getAttribute(name: string): string | null;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Parses a document of elements and text, and throws at whatever is not well-formed XML. */
export function parseXml(source: string): XmlNode {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at} of ${source}`);
  };
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const sticky = new RegExp(pattern.source, 'uy');
    sticky.lastIndex = at;
    const match = sticky.exec(source);
    if (match) at = sticky.lastIndex;
    return match;
  };
  const decoded = (text: string): string => {
    if (/&(?!(#x[\da-f]+|#\d+|\w+);)/iu.test(text)) fail('An ampersand that begins no entity');
    return text.replace(/&(#x([\da-f]+)|#(\d+)|(\w+));/giu, (_, __, hex?: string, decimal?: string, name?: string) =>
      name === undefined
        ? String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal))
        : (entities[name] ?? fail(`The entity ${name}, which XML does not have,`)),
    );
  };
  const element = (): XmlNode => {
    const name = take(/<([A-Za-z][\w.-]*)/)?.[1] ?? fail('No start of an element');
    const attributes = new Map<string, string>();
    for (
      let match = take(/\s+([A-Za-z][\w:.-]*)="([^"<]*)"/);
      match;
      match = take(/\s+([A-Za-z][\w:.-]*)="([^"<]*)"/)
    ) {
      if (attributes.has(match[1]!)) fail(`A second attribute ${match[1]}`);
      attributes.set(match[1]!, decoded(match[2]!));
    }
    const childNodes: XmlNode[] = [];
    if (!take(/\s*\/>/)) {
      if (!take(/\s*>/)) fail('No end of a tag');
      while (!take(new RegExp(`</${name}\\s*>`))) {
        const text = take(/[^<]+/)?.[0];
        if (text?.includes(']]>')) fail('An end of CDATA');
        childNodes.push(text === undefined ? element() : textNode(decoded(text)));
      }
    }
    return { nodeName: name, nodeValue: null, childNodes, getAttribute: (key) => attributes.get(key) ?? null };
  };
  const root = element();
  if (at < source.length) fail('Something after the end');
  return root;
}

const textNode = (nodeValue: string): XmlNode => ({
  ...{ nodeName: '#text', nodeValue, childNodes: [] },
  getAttribute: () => null,
});

export const textOf = (node: XmlNode): string => node.nodeValue ?? node.childNodes.map(textOf).join('');

export const elementsOf = (node: XmlNode): XmlNode[] => [
  ...(node.nodeValue === null ? [node] : []),
  ...node.childNodes.flatMap(elementsOf),
];
