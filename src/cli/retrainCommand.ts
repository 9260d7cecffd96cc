import { createHash } from 'node:crypto';
import { constants, homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { errorsAndNorms } from '../core/beforeAfter';
import { printable } from '../core/mapTexts';
import { roundedUp } from '../core/roundedUp';
import { bestCertified, rowName, summary } from '../core/summary';
import type { AnalysisReport } from '../core/report';
import type { AskedDevice } from '../core/training/device';
import type { TrainingSettings } from '../core/training/trainingSettings';
import { checkedSettings, readTrainingSettings } from '../formats/trainingSettings';
import { startEngine } from '../protocol/engineProcess';
import type { RetrainResult, TrainingProgress } from '../protocol/trainingApi';
import { exitCode } from './exitCode';

export interface RetrainOptions extends Pick<TrainingSettings, 'epochs' | 'batchSize' | 'learningRate' | 'seed'> {
  readonly data?: string;
  readonly reference?: string;
  /** The sidecar. */
  readonly sidecar?: string;
  /** A file of training settings. */
  readonly config?: string;
  readonly constraint?: readonly string[];
  readonly device: AskedDevice;
  readonly threads: number;
  readonly snapshotEvery: number;
  readonly out?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
}

/** Retrains in the background process, and says how it goes. */
export async function retrainCommand(checkpoint: string, options: RetrainOptions): Promise<number> {
  const path = resolve(checkpoint);
  const absolute = (file: string | undefined): string | null => (file === undefined ? null : resolve(file));
  const engine = startEngine({
    progress: () => {},
    training: (progress) => tell(progress, options.json ?? false),
    log: (text) => void process.stderr.write(text),
  });
  const stop = (signal: NodeJS.Signals): void => {
    engine.dispose();
    if (signal === 'SIGINT') say('Interrupted: the same command with --resume goes on from the last snapshot.');
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of stopSignals) process.once(signal, stop);
  try {
    const result = await engine.api.retrain({
      ...{ checkpoint: path, data: absolute(options.data), config: absolute(options.sidecar) },
      ...{ reference: absolute(options.reference), out: absolute(options.out) },
      ...{ device: options.device, threads: options.threads },
      settings: await settingsOf(options),
      snapshot: snapshotPath(path),
      snapshotSeconds: options.snapshotEvery,
      resume: options.resume ?? false,
    });
    for (const note of result.notes) say(note);
    process.stdout.write(options.json ? `${JSON.stringify({ kind: 'result', ...result })}\n` : beforeAndAfter(result));
    return result.ended === 'diverged' ? exitCode.unusable : exitCode.done;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return exitCode.unusable;
  } finally {
    for (const signal of stopSignals) process.off(signal, stop);
    engine.dispose();
  }
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const say = (sentence: string): void => void process.stderr.write(`${printable(sentence)}\n`);

/** Those of the file, with what the command line says in their place. */
async function settingsOf(options: RetrainOptions): Promise<TrainingSettings> {
  const file = options.config === undefined ? {} : await readTrainingSettings(resolve(options.config));
  const { epochs, batchSize, learningRate, seed, constraint } = options;
  return checkedSettings(
    {
      ...file,
      ...(epochs !== undefined && { epochs }),
      ...(batchSize !== undefined && { batchSize }),
      ...(learningRate !== undefined && { learningRate }),
      ...(seed !== undefined && { seed }),
      ...(constraint && { constraints: [...(file.constraints ?? []), ...constraint] }),
    },
    options.config === undefined ? 'of the command line' : basename(options.config),
  );
}

/** Where a training of this checkpoint is written down: in the user's own cache, as this program has no other place. */
function snapshotPath(checkpoint: string): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const key = createHash('sha256').update(checkpoint).digest('hex').slice(0, 16);
  return join(cache, 'recurscope', `${basename(checkpoint)}.${key}.training`);
}

function tell(progress: TrainingProgress, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(progress)}\n`);
  else if (progress.kind === 'phase') say(progress.phase);
  else if (progress.kind === 'epoch') say(epochLine(progress));
}

function epochLine({ record, isBest, look }: Extract<TrainingProgress, { readonly kind: 'epoch' }>): string {
  const { epoch, trainingLoss, validation } = record;
  const parts = [`epoch ${epoch}`];
  if (trainingLoss !== null) parts.push(`loss ${trainingLoss.toPrecision(4)}`);
  if (validation) {
    parts.push(`validation ${validation.loss.toPrecision(4)}`);
    if (validation.error !== null) parts.push(`error ${percent(validation.error)}`);
  }
  if (look?.bound) parts.push(`bound ${boundText(look.bound)}`);
  for (const { name, norm } of look?.norms ?? []) parts.push(`‖${name}‖₂ ${norm.toPrecision(4)}`);
  return `${parts.join(', ')}${isBest ? ' *' : ''}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function boundText({
  id,
  p,
  value,
  log10,
}: NonNullable<NonNullable<Extract<TrainingProgress, { kind: 'epoch' }>['look']>['bound']>): string {
  // prettier-ignore
  const name = rowName({ id, p });
  return value !== null && value < 1
    ? `${roundedUp(value, 3)} (${name})`
    : `10^${(log10 ?? Infinity).toFixed(1)} (${name})`;
}

/** What changed, in a few lines. */
function beforeAndAfter({ path, before, after, epoch, ended, seconds, device }: RetrainResult): string {
  const changes = errorsAndNorms(before, after).flatMap((group) => group.changes);
  const rows = [
    ...changes.map((change) => [change.name, figure(change.before), figure(change.after)] as const),
    ['best certified bound', bestOf(before), bestOf(after)] as const,
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, was, is]) => `  ${name.padEnd(width)}  ${was.padStart(12)}  →  ${is}`);
  const why = { epochs: '', patience: ', stopped early', diverged: ', diverged', stopped: ', stopped' }[ended];
  return [
    `Wrote ${path} (epoch ${epoch}${why}; ${seconds.toFixed(1)} s of training${device === 'cpu' ? '' : ` on ${device}`})`,
    ...lines,
    summary(after),
    '',
  ].join('\n');
}

const figure = (value: number | null | undefined): string =>
  value == null ? '–' : String(Number(value.toPrecision(4)));

function bestOf({ bounds }: AnalysisReport): string {
  const best = bestCertified(bounds);
  return best ? boundText(best) : '–';
}
