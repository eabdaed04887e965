/** Collects the latest line and the number of events of each path, within a memory limit. */

import type { Loss } from "../../events/loss.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";
import { decodeLatin1 } from "../../text/latin1.ts";
import type { HistoryFile } from "./history-file.ts";
import type { RecordedLine } from "./history-reader.ts";

/** Estimated memory of an entry, in addition to its path. */
const ENTRY_OVERHEAD_BYTES = 400;
/** Share of the paths that is evicted at once when the limit is reached. */
const EVICTED_SHARE = 1 / 8;

/** The position of the latest line about a path, which takes less memory than the line. */
export interface LatestEntry {
  /** Number of events about the path. */
  count: number;
  /** Index of the latest event among all events. */
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
  /** By path, with one character per byte. */
  private readonly paths = new Map<string, LatestEntry>();

  /** @param maxBytes memory limit; the paths that have been unchanged for longest are evicted */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Stores a line as the latest one about a path. */
  add({ bytes, start, length }: ByteSlice, line: RecordedLine): void {
    const path = decodeLatin1(bytes, start, length);
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
    // Without this, evicted entries accumulate until the machine runs short of memory.
    Bun.gc(true);
  }

  /** Returns the entries in the order of their latest lines. */
  values(): LatestEntry[] {
    return [...this.paths.values()].sort((a, b) => a.order - b.order);
  }

  losses(): Loss[] {
    if (this.evicted === 0) return [];
    const reason = "those unchanged for longest";
    return [
      { what: "paths omitted", count: this.evicted, reason, remedy: { kind: "fewer-paths" } },
    ];
  }
}

/** Reads an entry's line again. */
export function readLatestLine({ file, position, length }: LatestEntry): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, file.read(bytes, position));
}
