import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';

describe('the JSON schemas', () => {
  it('are what the types say', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/generateSchemas.mjs', '--check'], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  }).timeout(20000);

  for (const file of ['recurscope.schema.json', 'report.schema.json', 'network.schema.json']) {
    it(`${file} is a valid draft-07 schema that refuses unknown keys`, () => {
      const schema: object = JSON.parse(readFileSync(join(process.cwd(), 'schemas', file), 'utf8'));
      const ajv = new Ajv({ strict: false });
      assert.ok(ajv.validateSchema(schema), ajv.errorsText());
      assert.equal(ajv.compile(schema)({ unknown: 1 }), false);
    });
  }
});
