/** Runs the fanotify source alone, in the test's process. */
import { unknownProcess } from "../../../src/events/process-info.ts";
import { WATCH_TYPES, type WatchEvent } from "../../../src/events/watch-event.ts";
import { FanotifySource, type WatchOptions } from "../../../src/sources/fanotify/source.ts";
import type { ByteSlice } from "../../../src/text/byte-slice.ts";

/** A copy of a borrowed event. */
export interface ReportedEvent {
  readonly type: WatchEvent["type"];
  readonly path: string;
  readonly oldPath: string;
  readonly isDirectory: boolean | null;
  readonly size: number | null;
  readonly change: number | null;
  readonly pid: number;
  readonly error: number | null;
}

/** Events that the processes of treeops.c cause apart from their operations. */
const OTHERS = new Set(["ACCESS", "CLOSE_NOWRITE", "OPEN_EXEC", "FS_ERROR"]);
export const types = new Set(WATCH_TYPES.filter((type) => !OTHERS.has(type)));

function textOf({ bytes, start, length }: ByteSlice): string {
  return Buffer.from(bytes.subarray(start, start + length)).toString();
}

export function copyOf(event: WatchEvent): ReportedEvent {
  const { type, isDirectory, size, change, processInfo, error } = event;
  const [path, oldPath] = [textOf(event.path), textOf(event.oldPath)];
  return { type, path, oldPath, isDirectory, size, change, pid: processInfo.pid, error };
}

/** Watches paths recursively, for all types of events by default. */
export function watching(paths: readonly string[], options: Partial<WatchOptions> = {}) {
  const latin1 = (path: string) => Buffer.from(path).toString("latin1");
  return watchingBytes(paths.map(latin1), options);
}

/** Does the same for paths as Latin-1, one character per byte. */
export function watchingBytes(paths: readonly string[], options: Partial<WatchOptions> = {}) {
  const lookup = (pid: number) => ({ ...unknownProcess(pid), uid: 0 });
  const types = new Set(WATCH_TYPES);
  const source = new FanotifySource({
    paths,
    recursive: true,
    types,
    sizes: true,
    lookup,
    ...options,
  });
  return {
    source,
    /** Returns all queued events. */
    drained(): ReportedEvent[] {
      const events: ReportedEvent[] = [];
      source.drain((event) => events.push(copyOf(event)));
      return events;
    },
    /** Returns the remaining events. */
    finished(): ReportedEvent[] {
      const events: ReportedEvent[] = [];
      source.finish((event) => events.push(copyOf(event)));
      return events;
    },
    [Symbol.dispose]() {
      source.close();
    },
  };
}

/** Formats an event as "TYPE path" or "RENAME path old-path". */
export function lineOf({ type, path, oldPath }: ReportedEvent): string {
  return `${type} ${path}${oldPath && ` ${oldPath}`}`;
}
