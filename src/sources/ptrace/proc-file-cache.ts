/**
 * Caches a file of /proc/PID that is read at every system call. The file stays open, because reading
 * it again costs a tenth of opening it. An open file always refers to the same process, even if its
 * pid is reused: proc(5).
 */
import { closeSync, openSync, readSync } from "node:fs";

const MAX_OPEN_FILES = 200;
/** Larger than any of these files; the kernel generates the whole content for each read. */
const MAX_FILE_SIZE = 1 << 16;

interface CacheEntry<T> {
  /** Null after it was closed because too many were open. */
  fd: number | null;
  bytes: Buffer;
  /** Null until the file could be read. */
  value: T | null;
}

const EMPTY = Buffer.alloc(0);

export class ProcFileCache<T> {
  private readonly name: string;
  private readonly parse: (content: Buffer) => T;
  private readonly entries = new Map<number, CacheEntry<T>>();
  /** The ids whose files are open, in the order in which they were opened. */
  private readonly openIds: number[] = [];
  private readonly buffer = Buffer.alloc(MAX_FILE_SIZE);

  /**
   * @param name the file's name in /proc/ID: "comm"
   * @param parse parses the content; called only when it has changed
   */
  constructor(name: string, parse: (content: Buffer) => T) {
    this.name = name;
    this.parse = parse;
  }

  /** Returns the current value, or the last one of a process that has ended; null if there is none. */
  read(id: number): T | null {
    let entry = this.entries.get(id);
    if (!entry) {
      entry = { fd: null, bytes: EMPTY, value: null };
      this.entries.set(id, entry);
    }
    try {
      entry.fd ??= this.openFile(id);
      const content = this.buffer.subarray(0, readSync(entry.fd, this.buffer, 0, MAX_FILE_SIZE, 0));
      if (entry.value === null || !entry.bytes.equals(content)) {
        entry.bytes = Buffer.from(content);
        entry.value = this.parse(entry.bytes);
      }
    } catch {
      // The process has ended: the last value remains valid.
    }
    return entry.value;
  }

  private openFile(id: number): number {
    const fd = openSync(`/proc/${id}/${this.name}`, "r");
    if (this.openIds.push(id) > MAX_OPEN_FILES) this.closeFile(this.openIds[0]);
    return fd;
  }

  private closeFile(id: number): void {
    this.openIds.splice(this.openIds.indexOf(id), 1);
    const entry = this.entries.get(id);
    if (!entry || entry.fd === null) return;
    closeSync(entry.fd);
    entry.fd = null;
  }

  /** Removes a process that has ended, once its last event has been reported. */
  forget(id: number): void {
    if (this.openIds.includes(id)) this.closeFile(id);
    this.entries.delete(id);
  }
}
