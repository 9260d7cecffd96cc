import assert from 'node:assert/strict';
import path from 'node:path';
import { ESLint } from 'eslint';

const root = path.resolve(__dirname, '../..');
const eslint = new ESLint({ cwd: root });

/** The rules that a line of code breaks when it stands in this file. */
async function broken(file: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: path.join(root, file) });
  assert.ok(result);
  return result.messages.map((message) => message.ruleId);
}

const direction = 'import-x/no-restricted-paths';
const packages = '@typescript-eslint/no-restricted-imports';

describe('The import directions that lint enforces', function () {
  this.timeout(60_000);

  const forbidden: [string, string, string][] = [
    ['src/core/problem.ts', "export type { LoadedCheckpoint } from '../formats/loadedCheckpoint';", direction],
    ['src/core/problem.ts', "export type { EngineApi } from '../protocol/engineApi';", direction],
    ['src/core/problem.ts', "export { readFile } from 'node:fs/promises';", packages],
    ['src/core/problem.ts', "export { fromBinary } from '@bufbuild/protobuf';", packages],
    ['src/core/problem.ts', "export { InferenceSession } from 'onnxruntime-node';", packages],
    ['src/formats/loadedCheckpoint.ts', "export type { ModelRunner } from '../runtime/modelRunner';", direction],
    ['src/formats/loadedCheckpoint.ts', "export { InferenceSession } from 'onnxruntime-node';", packages],
    ['src/runtime/modelRunner.ts', "export type { EngineApi } from '../protocol/engineApi';", direction],
    ['src/runtime/modelRunner.ts', "export { window } from 'vscode';", packages],
    ['src/protocol/engineApi.ts', "export { Problem } from '../core/problem';", packages],
    ['src/protocol/engineApi.ts', "export { tensor } from '@tensorflow/tfjs-core';", packages],
    ['src/engine/main.ts', "export { activate } from '../extension/extension';", direction],
    ['src/extension/extension.ts', "export { Problem } from '../core/problem';", packages],
    ['src/extension/extension.ts', "export type { LoadedCheckpoint } from '../formats/loadedCheckpoint';", direction],
    [
      'webview-ui/src/main.tsx',
      "export type { LoadedCheckpoint } from '../../src/formats/loadedCheckpoint';",
      direction,
    ],
    ['webview-ui/src/main.tsx', "export { readFile } from 'node:fs/promises';", packages],
  ];
  for (const [file, code, rule] of forbidden) {
    it(`refuse in ${file}: ${code}`, async () => {
      assert.deepEqual(await broken(file, code), [rule]);
    });
  }

  const allowed: [string, string][] = [
    ['src/core/problem.ts', "export type { Checkpoint } from './checkpoint';"],
    ['src/core/problem.ts', "export { default as gammaln } from '@stdlib/math-base-special-gammaln';"],
    ['src/formats/loadedCheckpoint.ts', "export { Problem } from '../core/problem';"],
    ['src/runtime/modelRunner.ts', "export { InferenceSession } from 'onnxruntime-node';"],
    ['src/protocol/engineApi.ts', "export type { Problem } from '../core/problem';"],
    ['src/extension/extension.ts', "export { window } from 'vscode';"],
    ['src/extension/extension.ts', "export type { Problem } from '../core/problem';"],
    ['webview-ui/src/main.tsx', "export { Problem } from '../../src/core/problem';"],
  ];
  for (const [file, code] of allowed) {
    it(`allow in ${file}: ${code}`, async () => {
      assert.deepEqual(await broken(file, code), []);
    });
  }

  it('refuse a clock and chance in the core', async () => {
    assert.deepEqual(await broken('src/core/problem.ts', 'export const now = Date.now();'), [
      'no-restricted-properties',
    ]);
    assert.deepEqual(await broken('src/core/problem.ts', 'export const now = new Date();'), ['no-restricted-syntax']);
    assert.deepEqual(await broken('src/core/problem.ts', 'export const luck = Math.random();'), [
      'no-restricted-properties',
    ]);
  });
});
