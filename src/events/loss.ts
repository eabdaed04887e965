/** Events that were lost, by cause. */
export interface Loss {
  /** What was lost, as it follows the count: "12 dropped". */
  readonly what: string;
  readonly count: number;
  /** Why it was lost, if that is known: "ring full". */
  readonly reason?: string;
  /** How to avoid the loss, if that is known. */
  readonly remedy?: Remedy;
}

/** How to avoid a loss; the command line names the option. */
export type Remedy =
  /** Record until the last process has exited. */
  | { readonly kind: "wait" }
  /** Record with a larger buffer, of this size if one is known to be reasonable. */
  | { readonly kind: "larger-buffer"; readonly bytes?: number }
  /** Run the command without io_uring. */
  | { readonly kind: "no-io-uring" }
  /** Read fewer paths, or a shorter span of time. */
  | { readonly kind: "fewer-paths" };

/**
 * Returns a loss as text: "12 dropped (ring full)".
 * @param advice follows the reason; "" for none
 */
export function lossText({ count, what, reason = "" }: Loss, advice = ""): string {
  const explanation = [reason, advice].filter((text) => text !== "");
  return `${count} ${what}${explanation.length ? ` (${explanation.join("; ")})` : ""}`;
}
