/** The latest line about each path, and how many there were: of as many paths as there is room for. */

import type { Loss } from "../../events/loss.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";
import type { HistoryFile } from "./history-file.ts";
import type { RecordedLine } from "./history-reader.ts";

/** What a path takes beside its name, about. */
const ENTRY_OVERHEAD_BYTES = 400;
/** What part of the paths goes at once where there is no room for more. */
const EVICTED_SHARE = 1 / 8;

/** Where the latest line about a path stands: kept instead of the line, which is longer. */
export interface LatestEntry {
  /** Events about the path. */
  count: number;
  /** Of all events the latest one's number. */
  order: number;
  file: HistoryFile;
  position: number;
  length: number;
}

export class LatestByPath {
  private readonly maxBytes: number;
  private usedBytes = 0;
  private eventCount = 0;
  private evicted = 0;
  /** By the path with one character a byte. */
  private readonly paths = new Map<string, LatestEntry>();

  /** @param room in bytes; what was unchanged for longest goes first */
  constructor(room: number) {
    this.maxBytes = room;
  }

  /** Remembers a line as the latest one about a path. */
  add({ bytes, start, length }: ByteSlice, line: RecordedLine): void {
    const path = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("latin1");
    const latest = this.paths.get(path) ?? this.addPath(path, line.file);
    latest.count++;
    latest.order = this.eventCount++;
    latest.file = line.file;
    latest.position = line.position;
    latest.length = line.end - line.start;
  }

  private addPath(path: string, file: HistoryFile): LatestEntry {
    this.usedBytes += ENTRY_OVERHEAD_BYTES + path.length;
    if (this.usedBytes > this.maxBytes) this.evictOldest();
    const latest = { count: 0, order: 0, file, position: 0, length: 0 };
    this.paths.set(path, latest);
    return latest;
  }

  private evictOldest(): void {
    const orders = Float64Array.from(this.paths.values(), ({ order }) => order).sort();
    const oldest = orders[Math.floor(orders.length * EVICTED_SHARE)];
    for (const [path, { order }] of this.paths) {
      if (order > oldest) continue;
      this.paths.delete(path);
      this.usedBytes -= ENTRY_OVERHEAD_BYTES + path.length;
      this.evicted++;
    }
    // What was forgotten would pile up until the machine's memory is short.
    Bun.gc(true);
  }

  /** In the order of their latest lines. */
  values(): LatestEntry[] {
    return [...this.paths.values()].sort((a, b) => a.order - b.order);
  }

  losses(): Loss[] {
    if (this.evicted === 0) return [];
    const reason = "those unchanged for longest";
    return [
      { what: "paths dropped", count: this.evicted, reason, remedy: { kind: "fewer-paths" } },
    ];
  }
}

/** The line again. */
export function readLatestLine({ file, position, length }: LatestEntry): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, file.read(bytes, position));
}
