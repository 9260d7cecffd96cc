import assert from 'node:assert/strict';
import { literalMarkdown, mapTexts, printable } from '../../../src/core/mapTexts';
import { markdownReport } from '../../../src/core/markdownReport';
import { textReport } from '../../../src/cli/textReport';
import { aReport } from './aReport';

describe('names of other people’s files', () => {
  const evil = '<img src=x onerror=alert(1)>\u001b[31m\n## x\n[a](javascript:alert(1)) | `y`';
  const report = aReport({ layers: aReport().layers.map((layer) => ({ ...layer, name: evil })), notes: [evil] });

  it('cannot write Markdown or HTML', () => {
    const markdown = markdownReport(report);
    assert.ok(!markdown.includes('<img') && !markdown.includes('\n## x') && !markdown.includes('[a]('));
    assert.ok(markdown.includes('&lt;img src=x onerror=alert(1)&gt;'));
    assert.ok(!markdown.includes('\u001b'));
  });

  it('cannot move a terminal’s cursor or add lines', () => {
    const text = textReport(report);
    assert.ok(!text.includes('\u001b') && !text.includes('\n## x'));
  });

  it('leave everything but texts as it is, and what is harmless letter by letter', () => {
    assert.deepEqual(
      mapTexts({ a: [1, null, true, 'x'] }, (text) => `${text}!`),
      { a: [1, null, true, 'x!'] },
    );
    assert.equal(printable('ΔU₂ ≤ 1'), 'ΔU₂ ≤ 1');
    assert.equal(literalMarkdown('a_b'), 'a\\_b');
  });
});
