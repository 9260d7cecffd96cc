import { printable } from '../core/mapTexts';
import type { DeviceReport } from '../core/training/device';
import { startEngine } from '../protocol/engineProcess';
import { exitCode } from './exitCode';

/** Lists what can be trained on, and says why something cannot. */
export async function devicesCommand({ json = false }: { readonly json?: boolean }): Promise<number> {
  const engine = startEngine({ progress: () => {}, log: (text) => void process.stderr.write(text) });
  try {
    const devices = await engine.api.devices();
    process.stdout.write(json ? `${JSON.stringify(devices, null, 2)}\n` : devices.map(line).join(''));
    return exitCode.done;
  } catch (error) {
    process.stderr.write(`${printable(error instanceof Error ? error.message : String(error))}\n`);
    return exitCode.unusable;
  } finally {
    engine.dispose();
  }
}

const line = ({ name, usable, said }: DeviceReport): string =>
  `${name.padEnd(8)}${usable ? 'usable      ' : 'not usable  '}${printable(said)}\n`;
