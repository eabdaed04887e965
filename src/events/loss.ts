/** Events that are known to be missing, by cause. */
export interface Loss {
  /** What was lost and why, as the verdict says it: "12 dropped" is `count` and `what`. */
  readonly what: string;
  readonly count: number;
  /** What to do about it, where we know. */
  readonly hint?: string;
}
