/** Exit codes are part of the contract with pipelines. */
export const exitCode = {
  done: 0,
  /** The checkpoint or the data could not be used, or the checkpoint was misread. */
  unusable: 1,
  usage: 2,
  /** A threshold was passed. */
  threshold: 3,
} as const;
