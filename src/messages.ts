/** All that is said to a person: lines on stderr, through consola, each beginning with "trace: ". */
import { createConsola, type LogObject } from "consola/core";

/** Exit statuses of trace's own; a traced command's status is passed on. */
export const EXIT = { ok: 0, usage: 2, incomplete: 3, failure: 125 } as const;

/** Bad input on the command line. One line that names it and, where there is one, a near match. */
export class UsageError extends Error {}

/** Control characters never reach a terminal: a name in a message is data like any other. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

export const say = createConsola({
  level: 3,
  formatOptions: { colors: false, date: false },
  reporters: [
    {
      log({ args }: LogObject) {
        process.stderr.write(`trace: ${printable(args.join(" "))}\n`);
      },
    },
  ],
});
