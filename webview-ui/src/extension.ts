import type { PanelApi, PanelEvents, PanelState } from '../../src/protocol/panelApi';
import type { PanelTraining } from '../../src/protocol/panelTraining';
import { connect } from '../../src/protocol/rpc';
import type { Peer } from '../../src/protocol/rpc';

/** What VS Code gives a panel. */
interface VsCodeApi {
  postMessage(message: object): void;
  getState(): unknown;
  setState(state: Kept): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** What a panel keeps of itself while it is hidden or the window is reloaded. */
interface Kept {
  /** Absolute path; the extension restores the panel from it. */
  readonly checkpoint: string;
  /** The rows of the bounds table that are open. */
  readonly openRows: readonly string[];
}

const vscode = acquireVsCodeApi();
const kept = readKept(vscode.getState());
let state: PanelState | null = null;
let training: PanelTraining = { runs: [], isResumable: false };
let listener: ((state: PanelState, training: PanelTraining) => void) | null = null;

/** The other end: what a panel can ask for. */
export const extension: Peer<PanelApi> = connect<PanelApi, PanelEvents>(
  {
    send: (message) => vscode.postMessage(message),
    listen: (receive) => window.addEventListener('message', (event: MessageEvent<unknown>) => receive(event.data)),
  },
  {
    show(next) {
      state = next;
      keep({ ...kept, checkpoint: next.checkpoint });
      listener?.(state, training);
    },
    showTraining(next) {
      training = next;
      if (state) listener?.(state, training);
    },
  },
);

/** Calls the listener with the whole state whenever a part of it changes; the other part is then the same object. */
export function onState(show: (state: PanelState, training: PanelTraining) => void): void {
  listener = show;
}

export function rowIsOpen(row: string): boolean {
  return kept.openRows.includes(row);
}

export function keepRow(row: string, open: boolean): void {
  keep({ ...kept, openRows: [...kept.openRows.filter((each) => each !== row), ...(open ? [row] : [])] });
}

function keep(now: Kept): void {
  Object.assign(kept, now);
  vscode.setState(now);
}

function readKept(saved: unknown): Kept {
  const has = typeof saved === 'object' && saved !== null;
  const rows: unknown[] = has && 'openRows' in saved && Array.isArray(saved.openRows) ? saved.openRows : [];
  return {
    checkpoint: has && 'checkpoint' in saved ? String(saved.checkpoint) : '',
    openRows: rows.filter((row) => typeof row === 'string'),
  };
}
