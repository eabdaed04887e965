/** How values are rendered as text: strace's -y, -X, -x and -xx. strace(1). */

/** Named constants as names, as numbers, or as numbers with the names in a comment: -X. */
export type ConstantStyle = "abbrev" | "raw" | "verbose";

/**
 * Which bytes of a string are escaped in hexadecimal: none ("octal"), those that are not ASCII
 * ("non-ascii-chars"), all of a string that has any of those ("non-ascii"), all of every string.
 */
export type StringStyle = "octal" | "non-ascii-chars" | "non-ascii" | "all";

export interface TextStyle {
  /** Shows the paths of fds, if known. */
  readonly paths: boolean;
  readonly constants: ConstantStyle;
  readonly strings: StringStyle;
}

export const DEFAULT_STYLE: TextStyle = { paths: true, constants: "abbrev", strings: "octal" };
export const WITHOUT_PATHS: TextStyle = { ...DEFAULT_STYLE, paths: false };

/**
 * Renders a number that has a name.
 * @param number its digits
 * @param name a constant, flags separated by "|", a macro with its arguments
 */
export function constantText(number: string, name: string, { constants }: TextStyle): string {
  if (constants === "abbrev") return name;
  return constants === "raw" ? number : `${number} /* ${name} */`;
}
