/** What to use instead of the options of inotifywait, fatrace and fsmon that `trace watch` lacks. */

import { FORMAT_ADVICE } from "../options/format.ts";
import { FAILED_ADVICE } from "../options/path-patterns.ts";
import type { Advice } from "../parse-args.ts";

const DURATION = "--duration TIME stops after a time, such as 10s";
const TYPES = "-e names types of events, such as open,close_write";
const IGNORED_CASE = 'ignore case with a regular expression: "re:(?i:\\.jpe?g$)"';

export const WATCH_ADVICE: Advice = {
  ...FORMAT_ADVICE,
  ...FAILED_ADVICE,
  "--timeout": DURATION,
  "--seconds": DURATION,
  "-s": `${DURATION}; a daemon writes its messages to a file and to syslog`,
  "--syslog": "a daemon writes its messages to a file and to syslog",
  "-d": "--daemon watches in the background",
  "-f": TYPES,
  "--filter": TYPES,
  "--type": "--types or -e names types of events",
  "--excludei": IGNORED_CASE,
  "--includei": IGNORED_CASE,
  "--outfile": "-o FILE also appends events to a file",
  "-P": "symbolic links below PATH are not followed; PATH itself is",
  "--no-dereference": "symbolic links below PATH are not followed; PATH itself is",
  "-S": "-c -r with a mount point watches one file system",
  "--filesystem": "-c -r with a mount point watches one file system",
  "--timestamp": "--timefmt is the format of times",
};
