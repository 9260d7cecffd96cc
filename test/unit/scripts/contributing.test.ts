import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

describe('CONTRIBUTING.md', () => {
  it('shows the cell to imitate as it is', () => {
    const [, listing] = /Imitate `src\/core\/cells\/ugrnn\.ts`:\n\n```ts\n(.*?)```/s.exec(
      readFileSync('CONTRIBUTING.md', 'utf8'),
    )!;
    const file = readFileSync('src/core/cells/ugrnn.ts', 'utf8');
    assert.equal(listing, file.slice(file.indexOf('export function')));
  });
});
