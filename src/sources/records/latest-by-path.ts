/** The latest line about each path, and how many there were: of as many paths as there is room for. */

import type { Loss } from "../../core/source.ts";
import type { Slice } from "../../events/column.ts";
import type { HistoryFile } from "./history-file.ts";
import type { RecordedLine } from "./history-reader.ts";

/** What a path takes beside its name, about. */
const OVERHEAD = 400;
/** What part of the paths goes at once where there is no room for more. */
const FORGOTTEN = 1 / 8;

/** Where the latest line about a path stands: kept instead of the line, which is longer. */
export interface Latest {
  /** Events about the path. */
  count: number;
  /** Of all events the latest one's number. */
  order: number;
  file: HistoryFile;
  position: number;
  length: number;
}

export class LatestLines {
  private readonly room: number;
  private used = 0;
  private seen = 0;
  private forgotten = 0;
  /** By the path with one character a byte. */
  private readonly paths = new Map<string, Latest>();

  /** @param room in bytes; what was unchanged for longest goes first */
  constructor(room: number) {
    this.room = room;
  }

  /** Remembers a line as the latest one about a path. */
  add({ bytes, start, length }: Slice, line: RecordedLine): void {
    const path = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("latin1");
    const latest = this.paths.get(path) ?? this.begin(path, line.file);
    latest.count++;
    latest.order = this.seen++;
    latest.file = line.file;
    latest.position = line.position;
    latest.length = line.end - line.start;
  }

  private begin(path: string, file: HistoryFile): Latest {
    this.used += OVERHEAD + path.length;
    if (this.used > this.room) this.forgetOldest();
    const latest = { count: 0, order: 0, file, position: 0, length: 0 };
    this.paths.set(path, latest);
    return latest;
  }

  private forgetOldest(): void {
    const orders = Float64Array.from(this.paths.values(), ({ order }) => order).sort();
    const oldest = orders[Math.floor(orders.length * FORGOTTEN)];
    for (const [path, { order }] of this.paths) {
      if (order > oldest) continue;
      this.paths.delete(path);
      this.used -= OVERHEAD + path.length;
      this.forgotten++;
    }
    // What was forgotten would pile up until the machine's memory is short.
    Bun.gc(true);
  }

  /** In the order of their latest lines. */
  values(): Latest[] {
    return [...this.paths.values()].sort((a, b) => a.order - b.order);
  }

  losses(): Loss[] {
    if (this.forgotten === 0) return [];
    const hint = "those unchanged for longest; choose with --path or --since";
    return [{ what: "paths left out", count: this.forgotten, hint }];
  }
}

/** The line again. */
export function lineOf({ file, position, length }: Latest): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, file.read(bytes, position));
}
