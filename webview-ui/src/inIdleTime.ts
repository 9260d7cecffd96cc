/**
 * Calls `work` again and again while the panel has nothing else to do, until it answers false; `pause` is called now and then
 * and at the end, to show what has been done. Answers a function that stops it.
 */
export function inIdleTime(work: () => boolean, pause: () => void): () => void {
  let shown = performance.now();
  let handle = requestIdleCallback(slice);
  function slice(deadline: IdleDeadline): void {
    let more = true;
    do more = work();
    while (more && deadline.timeRemaining() > 1);
    if (more) handle = requestIdleCallback(slice);
    // Showing costs time as well.
    if (more && performance.now() - shown < 200) return;
    pause();
    shown = performance.now();
  }
  return () => cancelIdleCallback(handle);
}
