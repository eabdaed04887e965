/** All that is said to a person: lines on stderr, through consola, each beginning with "trace: ". */

import { createConsola, type LogObject } from "consola/core";
import { TraceError } from "../errors.ts";
import { printableText } from "../text/printable.ts";

/** Exit statuses of trace's own; a traced command's status is passed on. */
export const EXIT = { ok: 0, usage: 2, incomplete: 3, failure: 125 } as const;

/** Bad input on the command line: names it and, where there is one, a near match. */
export class UsageError extends TraceError {
  override readonly name = "UsageError";
  override readonly code = "USAGE";
}

/** @param below text of several lines that are ours, "" if there is none */
function formatMessage(message: string, below: string): string {
  const more = below === "" ? [] : below.split("\n");
  return [`trace: ${printableText(message)}`, ...more.map(printableText), ""].join("\n");
}

let eraser = () => "";

/** What is to be written before a message, so that a line on the terminal makes room for it. */
export function setLineEraser(erases: () => string): void {
  eraser = erases;
}

let writer = (text: string): void => {
  process.stderr.write(text);
};

/** Has whole messages written in another way; before the first one, or Bun keeps standard error open. */
export function setWriter(write: (text: string) => void): void {
  writer = write;
}

/** A message, and where it needs more lines those as a second argument. */
export const logger = createConsola({
  level: 3,
  formatOptions: { colors: false, date: false },
  reporters: [
    {
      log({ args: [message, below = ""] }: LogObject) {
        writer(eraser() + formatMessage(String(message), String(below)));
      },
    },
  ],
});
