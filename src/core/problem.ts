/** Something the user can act on: one clear sentence that says what, where, and what to do next. Never a bug of ours. */
export class Problem extends Error {
  override readonly name = 'Problem';
}
