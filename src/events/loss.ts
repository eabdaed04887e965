/** Events that were lost, by cause. */
export interface Loss {
  /** The cause, as in the completeness report: "12 dropped" is `count` and `what`. */
  readonly what: string;
  readonly count: number;
  /** What the user can do about it, if known. */
  readonly hint?: string;
}
