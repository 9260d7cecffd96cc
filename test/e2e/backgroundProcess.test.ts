import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { chooseFromExplorerMenu, runCommand } from '../host/workbench';
import { keepPictureOfFailure, openExamples, type ExampleWindow } from './exampleWindow';
import { messageOfFailure, panelButton, panelIsReady, tablesOfPanel } from './panel';

describe('The background process', () => {
  let window: ExampleWindow | undefined;

  before(async () => {
    window = await openExamples();
  });
  afterEach(async function () {
    await keepPictureOfFailure(window?.page, this.currentTest);
  });
  after(() => window?.close());

  it('may be killed during an analysis: the panel says so, and Try Again works', async () => {
    const { page, server } = here();
    await chooseFromExplorerMenu(page, 'oscillators-vanilla.onnx', 'Recurscope: Analyze Checkpoint');
    // As soon as there is one: long before its analysis can have ended.
    kill(await findEngine(server.processId));
    assert.match(await messageOfFailure(page), /process was killed/);
    await panelButton(page, 'Try Again').click();
    await panelIsReady(page);
  });

  it('may be killed when its work is done: the report stays, and Try Again works', async () => {
    const { page, server } = here();
    kill(await findEngine(server.processId));
    assert.match(await messageOfFailure(page), /process was killed/);
    assert.ok((await tablesOfPanel(page)).bounds.length > 0);
    await panelButton(page, 'Try Again').click();
    await panelIsReady(page);
  });

  it('ends when its panel is closed', async () => {
    const { page, server } = here();
    await findEngine(server.processId);
    await runCommand(page, 'View: Close All Editors');
    for (let count = 0; engines(server.processId).length > 0; count++) {
      assert.ok(count < 100, 'It still runs after ten seconds.');
      await page.waitForTimeout(100);
    }
  });

  function here(): ExampleWindow {
    assert.ok(window);
    return window;
  }
});

/** The process of the only open panel; waits until there is one. */
async function findEngine(ancestor: number): Promise<number> {
  for (let count = 0; count < 1000; count++) {
    const [found] = engines(ancestor);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('No background process was started within 20 seconds.');
}

/** The descendants of this process that run the engine's program. */
function engines(ancestor: number): number[] {
  const processes = runningProcesses();
  const family = new Set([ancestor]);
  // Parents may be listed after their children: repeat until nobody is added.
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return processes.filter(({ pid, program }) => family.has(pid) && program.includes('engine.js')).map(({ pid }) => pid);
}

interface RunningProcess {
  pid: number;
  parent: number;
  program: string;
}

/** From /proc where there is one, because a bare Linux has no `ps`. */
function runningProcesses(): RunningProcess[] {
  if (!fs.existsSync('/proc/self/stat')) {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
      .filter((match) => match !== null)
      .map(([, pid, parent, program]) => ({ pid: Number(pid), parent: Number(parent), program: program ?? '' }));
  }
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // The name in parentheses may contain anything; the parent is the second field after it.
        const fields = fs
          .readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        const program = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(pid), parent: Number(fields[1]), program }];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
}

function kill(pid: number): void {
  process.kill(pid, 'SIGKILL');
}
