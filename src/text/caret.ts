/** Marks the position of an error in text that a user typed. */

/**
 * Returns three lines: the message, the text, and a caret under the position. Characters outside
 * printable ASCII are replaced by `?`, so that each takes one column and the caret lines up.
 * @param at index in the text
 */
export function withCaret(message: string, text: string, at: number): string {
  const line = text.replace(/\s/gu, " ").replace(/[^ -~]/gu, "?");
  return `${message}\n  ${line}\n  ${" ".repeat([...text.slice(0, at)].length)}^`;
}
