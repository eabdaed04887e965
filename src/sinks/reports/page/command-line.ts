/** Command lines of a page. */
import { latin1Slice, sliceToLatin1 } from "../../../text/latin1.ts";
import { shellQuote } from "../../../text/shell-quote.ts";

/** Returns words as a command line for a shell; latin1. */
export function commandLine(words: readonly string[]): string {
  return sliceToLatin1(shellQuote(words.map(latin1Slice)));
}
