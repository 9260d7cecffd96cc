import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probe } from '../../../../src/runtime/training/devices';

describe('trying a device', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'devices-'))));
  after(() => rmSync(folder, { recursive: true }));

  const program = (text: string): string => {
    const path = join(folder, `${text.length}.cjs`);
    writeFileSync(path, text);
    return path;
  };

  it('answers what the process that tries it says', async () => {
    for (const answer of [{ usable: true }, { usable: false, reason: 'It is switched off.' }]) {
      assert.deepEqual(await probe('webgpu', { program: program(`process.send(${JSON.stringify(answer)})`) }), answer);
    }
  });

  it('survives a driver that crashes, and says so', async () => {
    const answer = await probe('webgpu', { program: program("process.kill(process.pid, 'SIGSEGV')") });
    assert.deepEqual(answer, { usable: false, reason: 'Its driver ended the process that tried it (SIGSEGV).' });
  });

  it('does not wait for a driver that hangs', async () => {
    const answer = await probe('webgpu', { program: program('for (;;);'), seconds: 0.5 });
    assert.deepEqual(answer, { usable: false, reason: 'It did not answer within 0.5 seconds.' });
  });

  it('says that there is no CUDA where its libraries are missing', async () => {
    const path = join(import.meta.dirname, '../../../../src/runtime/training/deviceProbe.ts');
    const answer = await probe('cuda', { program: path, execArgv: ['--import=tsx'] });
    // A machine that has them trains the small network there as well as here.
    assert.ok(answer.usable || /cuda/i.test(answer.reason), JSON.stringify(answer));
  });
});
