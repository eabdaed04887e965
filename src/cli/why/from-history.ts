/** Finds the last change of a path in a history of `trace watch`. */
import { chainOf } from "../../events/process-info.ts";
import { isNote, type WatchEvent, type WatchType } from "../../events/watch-event.ts";
import type { LastChange } from "../../sinks/reports/why/last-change.ts";
import type { HistoryReader } from "../../sources/records/history-reader.ts";
import { sliceToLatin1 } from "../../text/latin1.ts";

/** Events that change nothing. */
const READS: ReadonlySet<string> = new Set<WatchType>([
  "ACCESS",
  "CLOSE_NOWRITE",
  "OPEN",
  "OPEN_EXEC",
]);

/** @param paths names of one file, latin1 @returns its last change; null if there is none */
export function lastChange(history: HistoryReader, paths: readonly string[]): LastChange | null {
  let last: LastChange | null = null;
  let changes = 0;
  const names = new Set(paths);
  history.visit({ since: null, until: null }, (event) => {
    if (isNote(event.type) || READS.has(event.type)) return;
    const path = nameIn(event, names);
    if (path === null) return;
    changes++;
    last = changeOf(event, path, changes);
  });
  return last;
}

/** Returns the name of a file that an event is about; null if it is about another. */
function nameIn({ path, oldPath, link }: WatchEvent, names: ReadonlySet<string>): string | null {
  const texts = [path, oldPath, link].filter(({ length }) => length > 0).map(sliceToLatin1);
  return texts.find((text) => names.has(text)) ?? null;
}

function changeOf(event: WatchEvent, path: string, changes: number): LastChange {
  const { type, time, processInfo, user, digest } = event;
  const chain = chainOf(processInfo);
  const text = (slice: WatchEvent["path"]) => (slice.length ? sliceToLatin1(slice) : null);
  return {
    path,
    type,
    time: time.seconds * 1e9 + time.nanoseconds,
    newPath: text(event.oldPath) === null ? null : text(event.path),
    oldPath: text(event.oldPath),
    user,
    digest,
    processes: chain?.links ?? [],
    changes,
  };
}
