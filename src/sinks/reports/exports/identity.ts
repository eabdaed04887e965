/** How exports name trace, and the run that they are of: package URLs and UUIDs. */
import type { RunFacts } from "./account.ts";

const PACKAGE = "pkg:npm/%40trace-tool/trace";
const PAGE = "docs/trace-export.md";

/** https://github.com/package-url/purl-spec */
export function packageUrl({ trace }: RunFacts): string {
  return trace === "" ? PACKAGE : `${PACKAGE}@${encodeURIComponent(trace)}`;
}

/** The URI of a kind of thing, which the page of the command describes. */
export function typeUri(kind: string): string {
  return `${PACKAGE}#${PAGE}/${kind}`;
}

/** The same text for every export of a run, and another one for every other run. */
export function runKey({ host, boot, started, ended, command, cwd }: RunFacts): string {
  return JSON.stringify([host, boot, started, ended, command, cwd]);
}

/** Returns a UUID of version 8, whose bits are free: RFC 9562. @param hash hexadecimal */
export function uuidOf(hash: string): string {
  const variant = "89ab"[Number.parseInt(hash[15], 16) & 3];
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(12, 15)}-${variant}${hash.slice(16, 19)}-${hash.slice(19, 31)}`;
}

/** Returns a time as exports have it; undefined if it is not known. @param nanoseconds since 1970 */
export function timeText(nanoseconds: number | null): string | undefined {
  if (!nanoseconds) return undefined;
  const milliseconds = nanoseconds / 1e6;
  return Math.abs(milliseconds) > 8.64e15 ? undefined : new Date(milliseconds).toISOString();
}

/** Returns a time of a record, if it is one. */
export function isoTime(text: string | null): string | undefined {
  return timeText(text === null ? null : Date.parse(text) * 1e6);
}
