/** The latest line about each path, and how many there were: of as many paths as there is room for. */
import type { Slice } from "../../events/column.ts";
import type { Loss } from "../source.ts";

/** What a path takes beside its line and its name. */
const OVERHEAD = 200;

/** How much of the room stays in use where it has become too small. */
const KEPT = 7 / 8;

export interface Latest {
  /** Events about the path. */
  count: number;
  /** The latest one. */
  line: Uint8Array;
}

export class LatestLines {
  private readonly room: number;
  private used = 0;
  private forgotten = 0;
  /** By the path with one character a byte; in the order of their latest lines. */
  private readonly paths = new Map<string, Latest>();

  /** @param room in bytes; what was unchanged for longest goes first */
  constructor(room: number) {
    this.room = room;
  }

  /** Keeps `bytes[start, end)` as the latest line about a path. */
  add({ bytes: name, start: at, length }: Slice, bytes: Uint8Array, start: number, end: number) {
    const path = Buffer.from(name.buffer, name.byteOffset + at, length).toString("latin1");
    const count = this.take(path)?.count ?? 0;
    // Not slice, which of a Buffer is no copy.
    const line = new Uint8Array(bytes.subarray(start, end));
    this.paths.set(path, { count: count + 1, line });
    this.used += OVERHEAD + path.length + line.length;
    if (this.used > this.room) this.forgetOldest();
  }

  private take(path: string): Latest | undefined {
    const known = this.paths.get(path);
    if (known === undefined) return undefined;
    this.paths.delete(path);
    this.used -= OVERHEAD + path.length + known.line.length;
    return known;
  }

  /** Many at once: a Map takes its time to find its first key behind those that were deleted. */
  private forgetOldest(): void {
    for (const path of this.paths.keys()) {
      if (this.used <= this.room * KEPT) return;
      this.take(path);
      this.forgotten++;
    }
  }

  /** In the order of their latest lines. */
  values(): Iterable<Latest> {
    return this.paths.values();
  }

  losses(): Loss[] {
    if (this.forgotten === 0) return [];
    const hint = "those unchanged for longest; choose with --path or --since";
    return [{ what: "paths left out", count: this.forgotten, hint }];
  }
}
