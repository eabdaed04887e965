/** Tips on the use of `trace syscalls`: strace --tips. */
import { UsageError } from "../errors.ts";
import { parseNumber } from "../options/number.ts";

const TIPS = [
  "-e inject=openat:error=ENOSPC:when=3 makes the third open fail: does the program notice?",
  "--mode human prints a sentence for each call, and says which ones are a danger.",
  "--by-file shows what was done to each file, and how many bytes were read and written.",
  "-P PATH prints the calls that access a file, by name or by file descriptor.",
  "-yy shows the addresses of sockets, the numbers of devices and the processes of pidfds.",
  "-Z prints only calls that fail, -z only those that succeed.",
  "--format ndjson -o - -- COMMAND | jq gives arguments as numbers, names and objects.",
  "-c counts the time in the kernel; with -w, calls that wait come first.",
  "-k shows which functions led to each call.",
  "-e trace=%network,%file selects whole classes of calls, and ! in front all others.",
  "-ff -o FILE writes a file for each thread.",
  "-D leaves the command a child of your shell, so that $! and wait are about it.",
  "-e 'trace=/^(open|stat)' selects calls by a regular expression.",
] as const;

/** Returns the tip that an option names; numbers begin again after the last one. */
function findTip(id: string): string {
  const at =
    id === "random"
      ? Math.floor(Math.random() * TIPS.length)
      : parseNumber("--tips", id, 0) % TIPS.length;
  return TIPS[at];
}

/**
 * Returns the chosen tip; null for none.
 * @param values those of --tips: "[[id:]N|random],[[format:]none|compact|full]", the last of each kind
 * @throws UsageError
 */
export function parseTips(values: readonly string[]): string | null {
  if (values.length === 0) return null;
  let id = "random";
  let format = "compact";
  for (const word of values.flatMap((value) => value.split(",")).filter(Boolean)) {
    const [, kind, text = ""] = /^(?:(id|format):)?(.*)$/.exec(word) ?? [];
    if (kind !== "id" && /^(none|compact|full)$/.test(text)) format = text;
    else if (kind !== "format" && /^(random|\d+)$/.test(text)) id = text;
    else throw new UsageError(`--tips ${word}: expected a number, random, none, compact or full`);
  }
  return format === "none" ? null : findTip(id);
}
