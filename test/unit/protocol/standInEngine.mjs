// A background process that does what its request's `checkpoint` says, to test the other end of the wire.
process.on('message', ({ id, argument }) => {
  const { checkpoint } = argument;
  if (checkpoint === 'crash') process.abort();
  if (checkpoint === 'exit') process.exit(7);
  if (checkpoint === 'memory') {
    process.stderr.write('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n', () =>
      process.abort(),
    );
  }
  if (checkpoint === 'killed') process.kill(process.pid, 'SIGKILL');
  if (checkpoint === 'progress') {
    process.stdout.write('a native library speaks\n');
    process.send({ method: 'progress', argument: { phase: 'Reading', report: null } });
    process.send({ reply: id, ok: { pid: process.pid, execArgv: process.execArgv } });
  }
});
process.on('disconnect', () => process.exit(0));
