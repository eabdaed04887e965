/**
 * A file of /proc that is asked for at every call, of each process: held open, since to read it once
 * more costs a tenth of opening it. It stays that process's, whoever has its number later.
 */
import { closeSync, openSync, readSync } from "node:fs";

const MAX_OPEN_FILES = 200;
/** More than any of them holds; the kernel makes the whole of it for each read. */
const MAX_FILE_SIZE = 1 << 16;

interface CacheEntry<T> {
  /** Null where there were too many. */
  fd: number | null;
  bytes: Buffer;
  /** Null where it could not be read yet. */
  value: T | null;
}

const EMPTY = Buffer.alloc(0);

export class ProcFileCache<T> {
  private readonly name: string;
  private readonly parse: (content: Buffer) => T;
  private readonly entries = new Map<number, CacheEntry<T>>();
  /** Whose files are open, the longest first. */
  private readonly openIds: number[] = [];
  private readonly buffer = Buffer.alloc(MAX_FILE_SIZE);

  /**
   * @param name "comm": of /proc/ID
   * @param parse what it says; called when that has changed
   */
  constructor(name: string, parse: (content: Buffer) => T) {
    this.name = name;
    this.parse = parse;
  }

  /** What it says now, or said last of who is gone; null where it could never be read. */
  read(id: number): T | null {
    let held = this.entries.get(id);
    if (!held) {
      held = { fd: null, bytes: EMPTY, value: null };
      this.entries.set(id, held);
    }
    try {
      held.fd ??= this.openFile(id);
      const content = this.buffer.subarray(0, readSync(held.fd, this.buffer, 0, MAX_FILE_SIZE, 0));
      if (held.value === null || !held.bytes.equals(content)) {
        held.bytes = Buffer.from(content);
        held.value = this.parse(held.bytes);
      }
    } catch {
      // It is gone: what was read last holds.
    }
    return held.value;
  }

  private openFile(id: number): number {
    const fd = openSync(`/proc/${id}/${this.name}`, "r");
    if (this.openIds.push(id) > MAX_OPEN_FILES) this.closeFile(this.openIds[0]);
    return fd;
  }

  private closeFile(id: number): void {
    this.openIds.splice(this.openIds.indexOf(id), 1);
    const held = this.entries.get(id);
    if (!held || held.fd === null) return;
    closeSync(held.fd);
    held.fd = null;
  }

  /** It is gone, and all has been told of it. */
  forget(id: number): void {
    if (this.openIds.includes(id)) this.closeFile(id);
    this.entries.delete(id);
  }
}
