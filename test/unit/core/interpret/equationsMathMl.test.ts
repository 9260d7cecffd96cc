import assert from 'node:assert/strict';
import { cellNamed } from '../../../../src/core/cells/cells';
import { equations, equationsMathMl } from '../../../../src/core/interpret/equations';
import { asMathMl } from '../../../../src/core/interpret/equationsMathMl';
import { name, number, operator, words } from '../../../../src/core/interpret/equationsToken';
import { elementsOf, parseXml, textOf } from '../../strictXml';
import { cellVariants, titleOfVariant } from './cellVariants';

/** What is left of both forms without how they are set: spaces, signs that are not seen, and the marks of subscripts. */
const withoutLayout = (text: string): string => text.replace(/[\s\u2061\u2062{}]/g, '');
const asSet = (line: string): string =>
  withoutLayout(
    line
      .replace(/_(\w+)₋/g, '$1,t−1')
      .replaceAll('₋', 't−1')
      .replaceAll('_', ''),
  );

describe('equations in MathML', () => {
  it('sets subscripts, functions and the step before, by hand', () => {
    assert.equal(
      equationsMathMl(cellNamed('vanilla', { bias: false, candidateActivation: 'sigmoid' }))[0],
      '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block" alttext="h = σ(W x + U h₋)"><mrow>' +
        '<mi>h</mi><mo>=</mo><mi mathvariant="normal">σ</mi><mo>&#x2061;</mo><mrow><mo stretchy="false">(</mo>' +
        '<mi>W</mi><mo lspace="0" rspace="0.08em">&#x2062;</mo><mi>x</mi><mo>+</mo>' +
        '<mi>U</mi><mo lspace="0" rspace="0.08em">&#x2062;</mo>' +
        '<msub><mi>h</mi><mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow></msub><mo stretchy="false">)</mo></mrow></mrow></math>',
    );
    assert.match(
      equationsMathMl(cellNamed('statistical-recurrent-unit'))[3]!,
      /<msub><mi>m<\/mi><mrow><mn>2<\/mn><mo separator="true">,<\/mo><mrow><mi>t<\/mi><mo>−<\/mo><mn>1<\/mn><\/mrow><\/mrow><\/msub>/,
    );
  });

  it('takes the next step for the step before in a layer that runs backwards, and says so', () => {
    const cell = cellNamed('lstm');
    const sources = equationsMathMl(cell, 'reverse');
    assert.match(sources[0]!, /<msub><mi>h<\/mi><mrow><mi>t<\/mi><mo>\+<\/mo><mn>1<\/mn><\/mrow><\/msub>/);
    assert.doesNotMatch(sources.join(''), /<mo>−<\/mo><mn>1<\/mn><\/mrow>/);
    assert.deepEqual(equations(cell, 'reverse'), [
      ...equations(cell),
      'Runs backwards: h₋, c₋ are h, c of the next step.',
    ]);
    assert.equal(
      textOf(parseXml(sources.at(-1)!)),
      'Runs backwards:\u00A0ht+1,ct+1\u00A0are\u00A0h,c\u00A0of the next step.',
    );
    assert.match(
      equations(cellNamed('t-lstm'), 'reverse').join(' '),
      /Runs backwards: c₋, x₋ are c, x of the next step/,
    );
  });

  it('sets letters in sentences and calculated indices as it sets those of equations', () => {
    const sentence = equationsMathMl(cellNamed('conv-lstm')).find((line) => line.includes('Entry'))!;
    assert.match(sentence, /<mtext>Entry \(<\/mtext><mi>p<\/mi><mtext>,\u00A0<\/mtext><mi>q<\/mi>/);
    assert.match(
      sentence,
      /<msub><mi>u<\/mi><mrow><mi>p<\/mi><mo>\+<\/mo><mi>i<\/mi><mo>−<\/mo><mn>2<\/mn><mo separator="true">,<\/mo><mi>q<\/mi>/,
    );
    assert.match(equationsMathMl(cellNamed('gato-2')).at(-1)!, /<mtext>\u00A0gives a block of numbers/);
  });

  it('shows whatever is in a name or a sentence as text', () => {
    const hostile = '<script>"&amp;\'';
    const parsed = parseXml(asMathMl([name(hostile), operator('>'), number(-1 / 3), words(` ${hostile} `)]));
    assert.equal(textOf(parsed), `${hostile}>−1/3\u00A0${hostile}\u00A0`);
    assert.equal(parsed.getAttribute('alttext'), `${hostile} > −1/3 ${hostile} `);
  });

  for (const variant of cellVariants) {
    it(`is well-formed and says what the text says: ${titleOfVariant(variant)}`, () => {
      const cell = cellNamed(variant.name, variant.options);
      const lines = equations(cell);
      const mathMl = equationsMathMl(cell);
      assert.equal(mathMl.length, lines.length);
      for (const [k, source] of mathMl.entries()) {
        const math = parseXml(source);
        assert.equal(math.nodeName, 'math');
        assert.equal(math.getAttribute('xmlns'), 'http://www.w3.org/1998/Math/MathML');
        assert.equal(math.getAttribute('alttext'), lines[k]);
        assert.equal(withoutLayout(textOf(math)), asSet(lines[k]!));
        for (const { nodeName, childNodes } of elementsOf(math)) {
          const isToken = ['mi', 'mn', 'mo', 'mtext'].includes(nodeName);
          assert.ok(isToken || ['math', 'mrow', 'msub'].includes(nodeName), nodeName);
          assert.ok(childNodes.every((child) => (child.nodeValue !== null) === isToken));
          assert.equal(nodeName !== 'msub' || childNodes.length === 2, true);
        }
      }
    });
  }
});
