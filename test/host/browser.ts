import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

const here = import.meta.dirname;

/** A Chromium without a window: that of `CHROMIUM_PATH`, the one in @sparticuz/chromium, or an installed Chrome. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...findChromium(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}

function findChromium(): LaunchOptions {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined) return { executablePath: named };
  return process.platform === 'linux' && process.arch === 'x64' ? unpackChromium() : { channel: 'chrome' };
}

/** Unpacks the Chromium once; answers how to start it. */
function unpackChromium(): LaunchOptions {
  const folder = path.join(here, '.cache/chromium');
  const executablePath = path.join(folder, 'chromium');
  const done = path.join(folder, 'complete');
  const packed = path.join(here, 'node_modules/@sparticuz/chromium/bin');
  if (!fs.existsSync(done)) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const unpack = (file: string) => zlib.brotliDecompressSync(fs.readFileSync(path.join(packed, file)));
    fs.writeFileSync(executablePath, unpack('chromium.br'), { mode: 0o755 });
    for (const archive of ['swiftshader.tar.br', 'al2023.tar.br', 'fonts.tar.br']) {
      execFileSync('tar', ['xf', '-', '-C', folder, '--no-same-owner'], { input: unpack(archive) });
    }
    fs.writeFileSync(done, '');
  }
  // The package's own fonts.conf names a folder elsewhere. Without any font every text is 0 px high, that is, hidden.
  const fonts = path.join(folder, 'fonts.conf');
  fs.writeFileSync(
    fonts,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>/usr/share/fonts</dir><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>
`,
  );
  const env: Record<string, string> = { FONTCONFIG_FILE: fonts };
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] ??= value;
  // `lib` has nss, nspr and expat, for machines without them. Only the browser gets this path.
  env.LD_LIBRARY_PATH = [path.join(folder, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return { executablePath, env };
}
