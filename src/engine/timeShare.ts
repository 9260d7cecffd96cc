/**
 * Answers a function that does work only where that keeps within a share of the time, and answers null where it does not. The
 * first time is for nothing: time counts from its end on. So is any time that is said to be.
 *
 * @param share of the time, from 0 to 1; @param now seconds, from any beginning.
 */
export function timeShare(
  share: number,
  now: () => number,
): <Result>(work: () => Promise<Result> | Result, isFree?: boolean) => Promise<Result | null> {
  let begun: number | null = null;
  let [spent, last] = [0, 0];
  return async (work, isFree = false) => {
    const start = now();
    if (!isFree && begun !== null && spent + last > share * (start - begun)) return null;
    const result = await work();
    const end = now();
    last = end - start;
    if (begun === null) begun = end;
    else spent += last;
    return result;
  };
}
