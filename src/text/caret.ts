/** Shows where in a text something is wrong, for errors of what was typed. */

/**
 * Three lines: what is wrong, the text, and a caret under the place. Every character of the text is
 * one column wide on every terminal, so that the caret stands where it should.
 * @param at index of the place in the text
 */
export function withCaret(what: string, text: string, at: number): string {
  const shown = text.replace(/\s/gu, " ").replace(/[^ -~]/gu, "?");
  return `${what}\n  ${shown}\n  ${" ".repeat([...text.slice(0, at)].length)}^`;
}
