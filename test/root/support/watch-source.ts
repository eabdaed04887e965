/** Runs the fanotify source on its own, in the test's process. */

import { unknownProcess } from "../../../src/events/process-info.ts";
import {
  type Q_OVERFLOW,
  WATCH_TYPES,
  type WatchEvent,
  type WatchType,
} from "../../../src/events/watch-event.ts";
import { FanotifySource, type WatchOptions } from "../../../src/sources/fanotify/source.ts";
import type { ByteSlice } from "../../../src/text/byte-slice.ts";

/** What a lent event says. */
export interface Told {
  readonly type: WatchType | typeof Q_OVERFLOW;
  readonly path: string;
  readonly oldPath: string;
  readonly isDirectory: boolean | null;
  readonly size: number | null;
  readonly change: number | null;
  readonly pid: number;
  readonly error: number | null;
}

/** What operations are told as; the processes of treeops.c do the rest besides. */
const OTHERS = new Set(["ACCESS", "CLOSE_NOWRITE", "OPEN_EXEC", "FS_ERROR"]);
export const types = new Set(WATCH_TYPES.filter((type) => !OTHERS.has(type)));

function textOf({ bytes, start, length }: ByteSlice): string {
  return Buffer.from(bytes.subarray(start, start + length)).toString();
}

export function toldOf(event: WatchEvent): Told {
  const { type, isDirectory, size, change, processInfo, error } = event;
  const [path, oldPath] = [textOf(event.path), textOf(event.oldPath)];
  return { type, path, oldPath, isDirectory, size, change, pid: processInfo.pid, error };
}

/** Watches paths with all below them, for all types of events unless told otherwise. */
export function watching(paths: readonly string[], options: Partial<WatchOptions> = {}) {
  const latin1 = (path: string) => Buffer.from(path).toString("latin1");
  return watchingBytes(paths.map(latin1), options);
}

/** The same of paths with one character a byte. */
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
    /** All that is there now. */
    drained(): Told[] {
      const told: Told[] = [];
      source.drain((event) => told.push(toldOf(event)));
      return told;
    },
    [Symbol.dispose]() {
      source.close();
    },
  };
}

/** "TYPE path", "RENAME path old-path". */
export function lineOf({ type, path, oldPath }: Told): string {
  return `${type} ${path}${oldPath && ` ${oldPath}`}`;
}
