/** Messages for the user: lines on stderr, written through consola, that begin with "trace: ". */

import { createConsola, LogLevels, type LogObject } from "consola/core";
import { printableLine, printableText } from "../text/printable.ts";

/** @param details further lines, "" for none */
function formatMessage(message: string, details: string): string {
  const more = details === "" ? [] : details.split("\n");
  const lines = more.map((line) => printableLine(printableText(line)));
  return [`trace: ${printableText(message)}`, ...lines, ""].join("\n");
}

let eraser = () => "";

/** Sets a function that returns the text to write before each message: it erases a progress line. */
export function setLineEraser(erase: () => string): void {
  eraser = erase;
}

let writer = (text: string): void => {
  process.stderr.write(text);
};

/** Replaces the writer of messages. Call it before the first one, or Bun keeps stderr open. */
export function setWriter(write: (text: string) => void): void {
  writer = write;
}

/**
 * Takes a message of one line and, as a second argument, details of several lines. Failures are
 * errors; losses and their likely causes are warnings; the rest is information.
 */
export const logger = createConsola({
  level: LogLevels.info,
  formatOptions: { colors: false, date: false },
  reporters: [
    {
      log({ args: [message, details = ""] }: LogObject) {
        writer(eraser() + formatMessage(String(message), String(details)));
      },
    },
  ],
});

/** Suppresses information, but neither errors nor warnings. */
export function setQuiet(quiet: boolean): void {
  logger.level = quiet ? LogLevels.warn : LogLevels.info;
}

export function isQuiet(): boolean {
  return logger.level < LogLevels.info;
}
