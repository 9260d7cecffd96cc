import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { settings } from './settings';
import { simulationText, sensitivityText, wasCaught } from './table';
import { simulate, type Mistake } from './simulate';
import { byHeart, noise } from './settings';

/** The most runs of a setting; fewer for a quick look, whose table is not kept. */
const most = Number(process.argv[2] ?? Infinity);

async function main(): Promise<number> {
  const parts: string[] = [];
  let failed = false;
  const say = (text: string): void => {
    parts.push(text);
    process.stdout.write(`${text}\n`);
  };
  for (const { name, runs, make } of settings) {
    const setting = await make();
    const rows = await simulate(setting, Math.min(runs, most));
    if (rows.length === 0) throw new Error(`No certified row has a number in "${name}".`);
    const alarms = rows.filter(wasCaught);
    failed ||= alarms.length > 0;
    say(simulationText(setting, rows));
    for (const { id, p } of alarms) say(`**${id}, ${p}-norm, in "${name}" fails more often than δ allows.**\n`);
  }
  say('## Wrong theories that are caught\n');
  const times = [10, 100, 1000, 10_000, 1e12];
  const mistakes: readonly Mistake[] = times.map((factor) => ({ kind: 'sequences', times: factor }));
  const exaggerated = [];
  const setting = await byHeart.make();
  for (const mistake of mistakes) exaggerated.push(await simulate(setting, Math.min(100, most), mistake));
  const without = await simulate(await noise(1000).make(), Math.min(100, most), { kind: 'no held-out part' });
  say(sensitivityText(times, exaggerated, without));
  failed ||= !without.some((row) => row.id === 'held-out' && wasCaught(row));
  const last = exaggerated.at(-1)!;
  failed ||= !['T2-Occam', 'PBM', 'T2-Rad1', 'T2-Dudley', 'held-out'].every((id) =>
    last.some((row) => row.id === id && wasCaught(row)),
  );
  if (most === Infinity)
    writeFileSync(path.join(import.meta.dirname, 'soundness.md'), `${heading}\n${parts.join('\n')}`);
  process.stdout.write(
    failed
      ? 'A bound is not what it says, or the simulation would not notice.\n'
      : 'No bound fails more often than it may.\n',
  );
  return failed ? 1 : 0;
}

const heading = `# Soundness, simulated

Made by \`npm run soundness\`. Each setting has a distribution with finitely many outcomes, so the true risk of a network is an
exact sum. In each run a sample is drawn, a network is chosen by it, and every certified row is compared with the true risk of
that network. *Violations* are the runs in which the row was below it, *share* the probability of that which the row allows
itself (δ = 0.5, split over all certified rows), *tail* the probability of at least so many violations if every run failed with
probability *share*. *Closest* is the smallest difference between the bound and the true risk. *Slack* says how many times as
far the bound was from the empirical loss as the true risk was, at the least: below 1 is a violation.
`;

void main().then((code) => (process.exitCode = code));
