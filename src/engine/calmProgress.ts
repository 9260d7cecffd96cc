import type { Progress } from '../protocol/engineApi';

/** How often a count may move on, in milliseconds: fast enough to be seen moving, slow enough to be read. */
const BETWEEN_COUNTS = 100;

/**
 * Passes progress on, without what nobody could read: a phase that differs from the last one in its numbers only comes
 * at most ten times a second, and a report that was passed on before is not sent again.
 */
export function calmProgress(
  pass: (progress: Progress) => void,
  now: () => number = () => performance.now(),
): (progress: Progress) => void {
  let wording = '';
  let report: Progress['report'] = null;
  let last = -Infinity;
  return (progress) => {
    const isNews = progress.report !== null && progress.report !== report;
    const newWording = progress.phase.replace(/\d+/g, '');
    if (!isNews && newWording === wording && now() - last < BETWEEN_COUNTS) return;
    wording = newWording;
    report = progress.report ?? report;
    last = now();
    pass({ phase: progress.phase, report: isNews ? report : null });
  };
}
