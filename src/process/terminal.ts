/** What a person's terminal can show, and whether we may write to it. */

/**
 * Whether colours are wanted where a terminal shows them: https://no-color.org. A terminal that is
 * not named, or is called dumb, may not have them.
 */
export function wantsColours({ NO_COLOR, TERM }: Record<string, string | undefined>): boolean {
  return !NO_COLOR && TERM !== undefined && TERM !== "" && TERM !== "dumb";
}
