/**
 * Parses types of changes: our names, which are those of fanotify(7), and those of inotifywait, in
 * any case, also with the prefixes of the kernel's constants.
 */
import { WATCH_TYPES, type WatchType } from "../../events/watch-event.ts";
import { UsageError } from "../errors.ts";
import { suggestion } from "./names.ts";

/** Names that stand for several types. */
const GROUPS: Readonly<Record<string, readonly WatchType[]>> = {
  CLOSE: ["CLOSE_WRITE", "CLOSE_NOWRITE"],
  MOVE: ["MOVED_FROM", "MOVED_TO"],
  ALL: WATCH_TYPES,
  ALL_EVENTS: WATCH_TYPES,
};

/** Names of inotifywait for what is reported anyway, or shown with other types. */
const ALWAYS = ["UNMOUNT", "Q_OVERFLOW", "IGNORED", "ISDIR"];

function typesOf(option: string, text: string, known: readonly string[]): readonly string[] {
  const name = text
    .trim()
    .toUpperCase()
    .replace(/^(?:FAN|IN)_/, "");
  if (known.includes(name)) return [name];
  if (Object.hasOwn(GROUPS, name)) return GROUPS[name];
  if (ALWAYS.includes(name)) return [];
  if (/^\d+$/.test(text))
    throw new UsageError(
      `${option} ${text}: expected types of events; to stop after ${text} seconds: --duration ${text}s`,
    );
  const help = suggestion(name, known, [...Object.keys(GROUPS), ...ALWAYS]);
  throw new UsageError(`${option} ${text}: unknown value; ${help}`);
}

/**
 * Parses names separated by commas.
 * @param more types besides those of changes
 * @throws UsageError
 */
export function parseTypeNames<T extends string = WatchType>(
  option: string,
  text: string,
  more: readonly T[] = [],
): ReadonlySet<T> {
  const known = [...WATCH_TYPES, ...more];
  const types = new Set(text.split(",").flatMap((name) => typesOf(option, name, known)));
  if (types.size > 0) return types as ReadonlySet<string> as ReadonlySet<T>;
  throw new UsageError(`${option} ${text}: is always reported; name types of changes too`);
}
