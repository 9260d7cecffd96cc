import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { cellNamed, cellNames } from '../../../src/core/cells/cells';
import { parameterCount } from '../../../src/core/cells/parametersOf';

interface Listed {
  readonly name: string;
  readonly equations: string[];
  readonly parameters: number | null;
  readonly stateBound: string;
  readonly parent: string | null;
  readonly source: string;
}

/** Runs the built program as a terminal does. */
function cells(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const program = path.resolve('dist/recurscope.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'cells', ...args], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

const listed = (...args: string[]): readonly Listed[] => JSON.parse(cells('--json', ...args).stdout) as Listed[];

/** Names that other programs rely on. */
const promised = [
  ...['vanilla', 'mgu', 'lstm', 'gru', 'gru-reset-after', 'ugrnn', 'intersection', 'irc-gru', 'irc-lstm', 'ihc-lstm'],
  ...[
    'sru',
    'irc-sru',
    't-lstm',
    'irc-t-lstm',
    'fast-grnn',
    'irc-fast-grnn',
    'gato',
    'gato-2',
    'gru-diag',
    'lstm-diag',
  ],
  ...['rhn', 'brhn', 'eurnn', 'statistical-recurrent-unit', 'conv-rnn', 'conv-lstm'],
];

describe('recurscope cells', function () {
  this.timeout(60000);

  it('prints an array and nothing else with --json, an element for each cell', () => {
    const { code, stdout, stderr } = cells('--json');
    assert.deepEqual([code, stderr], [0, '']);
    const all = JSON.parse(stdout) as Listed[];
    assert.deepEqual(all.map(({ name }) => name), cellNames); // prettier-ignore
    for (const name of promised)
      assert.ok(
        all.some((each) => each.name === name),
        name,
      );
    for (const each of all) {
      assert.deepEqual(Object.keys(each), ['name', 'equations', 'parameters', 'stateBound', 'parent', 'source']);
      assert.ok(each.equations.length > 0 && each.equations.every((line) => typeof line === 'string' && line !== ''));
      assert.ok(each.stateBound !== '' && each.source !== '');
      assert.ok(each.parent === null || all.some(({ name }) => name === each.parent), `${each.name}: ${each.parent}`);
      assert.equal(each.parameters, each.name === 'conv-rnn' ? 27 : null);
    }
  });

  it('counts the weights of one layer in the given size, null where there is none', () => {
    const counts = (n: number, m: number): Record<string, number | null> =>
      Object.fromEntries(
        listed('--input-size', String(n), '--hidden-size', String(m)).map(({ name, parameters }) => [name, parameters]),
      );
    const unequal = counts(25, 512);
    assert.equal(unequal['gato'], 20736);
    assert.equal(unequal['gru-reset-after'], 827904);
    assert.equal(unequal['mgu'], 2 * (25 * 512 + 512 * 512));
    assert.equal(unequal['conv-rnn'], 27);
    for (const name of ['intersection', 'sru', 'irc-sru', 'irc-t-lstm']) assert.equal(unequal[name], null, name);
    const odd = counts(7, 5);
    for (const name of ['gato', 'gato-2', 'eurnn']) assert.equal(odd[name], null, name);
    const equal = counts(650, 650);
    for (const name of cellNames) {
      assert.equal(equal[name], parameterCount(cellNamed(name, name === 'mgu' ? { bias: false } : {}), 650, 650), name);
    }
  });

  it('lists for people in no more than 100 columns: equations, weights, state bound and savings', () => {
    const { code, stdout, stderr } = cells('--input-size', '650', '--hidden-size', '650');
    assert.deepEqual([code, stderr], [0, '']);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100 && line === line.trimEnd(), line);
    assert.match(stdout, /counts are for N = 650 and M = 650/);
    const block = stdout.split('\n\n').find((each) => each.startsWith('irc-gru\n'));
    assert.equal(
      block,
      [
        'irc-gru',
        '  source    Kuo et al. 2020, equations 14–17',
        '  equations v = x + σ(α)∘(U_v h₋)',
        '            i = σ(W_i v)',
        '            r = σ(W_r v)',
        '            a = W_a x',
        '            h = (1 − i)∘h₋ + i∘r∘a',
        '  weights   4MN + N = 1,690,650',
        '  state     |h| ≤ max(|h₀|, max |W_a x|)',
        '  parent    gru: 33.4 % fewer weights',
      ].join('\n'),
    );
  });

  it('takes a common size where none is given, and says why a cell has no layer of a size', () => {
    assert.match(cells().stdout, /counts are for N = 128 and M = 128/);
    const { stdout } = cells('--input-size', '3', '--hidden-size', '4');
    assert.match(stdout, /3M² \+ 4M where N = M; none here\. The cell sru needs an input as wide/);
  });

  for (const args of [
    ['--input-size', '3'],
    ['--hidden-size', '3'],
    ['--json', '--hidden-size', '3'],
    ...['0', '1.5', 'abc', '-1', '', '1e2', '2000000'].map((size) => ['--input-size', size, '--hidden-size', '4']),
    ['--hidden-size'],
    ['lstm'],
    ['--colour'],
  ]) {
    it(`exits with 2 and says why: ${args.join(' ')}`, () => {
      const { code, stdout, stderr } = cells(...args);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /\S/);
      assert.doesNotMatch(stderr, /at .*:\d+:\d+/);
    });
  }
});
