const fs = require('node:fs');
const { reporters } = require('mocha');

/**
 * Mocha's own reporter, and at the end the counts as JSON in the file named by RECURSCOPE_TEST_COUNTS, so that the test
 * command can add up suites that run in different processes. A skipped test counts as failed: a case that cannot run
 * here is not registered here.
 */
module.exports = class CountingReporter extends (process.env.RECURSCOPE_TEST_TERSE ? reporters.Dot : reporters.Spec) {
  done(failures, callback) {
    const { passes = 0, pending = 0 } = this.stats;
    const counts = { passed: passes, failed: this.failures.length + pending };
    if (process.env.RECURSCOPE_TEST_COUNTS)
      fs.writeFileSync(process.env.RECURSCOPE_TEST_COUNTS, JSON.stringify(counts));
    callback(failures);
  }
};
