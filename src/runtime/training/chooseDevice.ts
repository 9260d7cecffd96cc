import { Problem } from '../../core/problem';
import type { AskedDevice, DeviceName } from '../../core/training/device';
import { keptTo } from '../../core/training/keptTo';
import { optimizerState } from '../../core/training/optimizer';
import { batchFeeds } from './batch';
import { descent, type Descent } from './descent';
import { deviceNamed, hasGraphicsCard } from './devices';
import type { Training } from './train';
import { openTrainingDevice, whyNotThere, type DeviceOptions, type OpenDevice } from './trainingDevice';

type Wanted = Omit<DeviceOptions, 'name' | 'network' | 'options' | 'longest' | 'batchSize'>;

/** A device is compared with the processor on at most so many steps: it takes both as many times longer for more. */
const mostStepsMeasured = 32;

/**
 * Opens the device that was asked for; null is the processor. With `auto`, the fastest of those that can do this training,
 * by a step measured on each.
 *
 * @throws Problem where the device that was asked for cannot be used.
 */
export async function chooseDevice(
  asked: AskedDevice,
  training: Omit<Training, 'device'>,
  wanted: Wanted,
): Promise<OpenDevice | null> {
  if (asked === 'cpu') return null;
  if (training.data.embedding) {
    if (asked === 'auto') return null;
    throw refused(asked, 'The embedding in front of the network is trained on the processor only.');
  }
  const { network, options, parts } = training;
  const batchSize = Math.min(options.batchSize, parts.training.length);
  const given = { ...wanted, network, options, batchSize, longest: longestPiece(training) };
  if (asked === 'auto') return await fastest(training, given);
  const { usable, said } = await deviceNamed(asked);
  const why = usable ? whyNotThere({ ...given, name: asked }) : said;
  if (why !== null) throw refused(asked, why);
  return await openTrainingDevice({ ...given, name: asked }).catch((error: unknown) => {
    throw refused(asked, error instanceof Error ? error.message : String(error));
  });
}

const refused = (name: DeviceName, why: string): Problem =>
  new Problem(`The training cannot use the device ${name}. ${why} With --device cpu it runs on the processor.`);

async function fastest(
  training: Omit<Training, 'device'>,
  given: Omit<DeviceOptions, 'name'>,
): Promise<OpenDevice | null> {
  // Without a card there is nothing to find, and looking for it would take longer than many a training.
  if (!hasGraphicsCard()) return null;
  const kept = keptTo([], training.network, training.step.weights, training.start);
  const here = descent(training.step, training.options, kept);
  let best = { name: null as DeviceOptions['name'] | null, seconds: await secondsOf(here, training) };
  for (const name of ['cuda', 'webgpu'] as const) {
    const { chosenByItself } = await deviceNamed(name);
    if (!chosenByItself || whyNotThere({ ...given, name }) !== null) continue;
    const longest = Math.min(given.longest, mostStepsMeasured);
    const seconds = await measured(training, { ...given, name, longest }).catch(() => Infinity);
    if (seconds < best.seconds) best = { name, seconds };
  }
  const { name } = best;
  return name === null ? null : await openTrainingDevice({ ...given, name }).catch(() => null);
}

async function measured(training: Omit<Training, 'device'>, given: DeviceOptions): Promise<number> {
  const options = { ...given.options, constraints: [] };
  const failures: string[] = [];
  const device = await openTrainingDevice({ ...given, options, failed: (sentence) => failures.push(sentence) });
  try {
    const kept = keptTo([], training.network, training.step.weights, training.start);
    const here = descent(training.step, options, kept);
    const seconds = await secondsOf(device.descent(kept, here), training);
    return failures.length > 0 ? Infinity : seconds;
  } finally {
    await device.dispose();
  }
}

/** The shortest of three steps, after one that gets everything ready. */
async function secondsOf(by: Descent, { data, parts, options, start }: Omit<Training, 'device'>): Promise<number> {
  const weights = start.map((values) => values.slice());
  const optimizer = optimizerState(
    options.optimizer.kind,
    weights.map(({ length }) => length),
  );
  const members = parts.training.slice(0, options.batchSize);
  const longest = members.reduce((most, k) => Math.max(most, data.lengths[k]!), 0);
  const to = Math.min(longest, options.truncate ?? Infinity, mostStepsMeasured);
  let shortest = Infinity;
  for (let turn = 0; turn < 4; turn++) {
    const begun = performance.now();
    await by.step({ weights, optimizer }, batchFeeds(data, members, { from: 0, to }), 0, new Map());
    if (turn > 0) shortest = Math.min(shortest, (performance.now() - begun) / 1000);
  }
  return shortest;
}

const longestPiece = ({ data, options }: Omit<Training, 'device'>): number =>
  Math.min(
    options.truncate ?? Infinity,
    data.lengths.reduce((most, length) => Math.max(most, length), 0),
  );
