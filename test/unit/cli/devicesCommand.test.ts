import assert from 'node:assert/strict';
import type { DeviceReport } from '../../../src/core/training/device';
import { recurscope } from './recurscope';

describe('recurscope devices', () => {
  it('lists the processor, and for every other device what it is or why it cannot be used', async () => {
    const { code, stdout } = await recurscope(['devices', '--json']);
    assert.equal(code, 0);
    const devices = JSON.parse(stdout) as readonly DeviceReport[];
    assert.deepEqual(
      devices.map(({ name }) => name),
      ['cpu', 'webgpu', 'cuda'],
    );
    assert.ok(devices[0]!.usable && devices[0]!.chosenByItself);
    for (const { usable, chosenByItself, said } of devices) {
      assert.match(said, /^[A-Z].*\.$/);
      assert.ok(usable || !chosenByItself);
    }
    const text = await recurscope(['devices']);
    assert.deepEqual(
      text.stdout.split('\n').filter(Boolean),
      devices.map(({ name, usable, said }) => `${name.padEnd(8)}${usable ? 'usable      ' : 'not usable  '}${said}`),
    );
  });

  it('knows no other names', async () => {
    const { code, stderr } = await recurscope(['retrain', 'network.onnx', '--device', 'abacus']);
    assert.equal(code, 2);
    assert.match(stderr, /abacus.*auto, cpu, webgpu, cuda/s);
  });
});
