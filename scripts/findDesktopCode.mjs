// Node.js built-ins only: this runs before anything is installed.
import fs from 'node:fs';
import path from 'node:path';

/**
 * Desktop VS Code, when `code` is on the PATH (or VSCODE_EXECUTABLE names its program) and there is a display to show
 * it on; null otherwise. The `code` of a remote session is none: it opens windows elsewhere.
 *
 * @returns {{ program: string } | null} `program` is the Electron program itself, not the shell script around it.
 */
export function findDesktopCode() {
  const { VSCODE_EXECUTABLE: named, DISPLAY: x11, WAYLAND_DISPLAY: wayland } = process.env;
  if (named) {
    if (!fs.existsSync(named)) throw new Error(`VSCODE_EXECUTABLE names ${named}, which does not exist.`);
    return { program: named };
  }
  if (process.platform === 'linux' && !x11 && !wayland) return null;
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const script = path.join(folder, process.platform === 'win32' ? 'code.cmd' : 'code');
    if (!fs.existsSync(script)) continue;
    const bin = path.dirname(fs.realpathSync(script));
    const program = {
      linux: path.join(bin, '../code'),
      darwin: path.join(bin, '../../../MacOS/Electron'),
      win32: path.join(bin, '../Code.exe'),
    }[process.platform];
    if (program !== undefined && fs.statSync(program, { throwIfNoEntry: false })?.isFile()) return { program };
  }
  return null;
}
