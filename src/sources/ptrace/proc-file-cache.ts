/**
 * A file of /proc that is asked for at every call, of each process: held open, since to read it once
 * more costs a tenth of opening it. It stays that process's, whoever has its number later.
 */
import { closeSync, openSync, readSync } from "node:fs";

const MOST_OPEN = 200;
/** More than any of them holds; the kernel makes the whole of it for each read. */
const LARGEST = 1 << 16;

interface Held<T> {
  /** Null where there were too many. */
  fd: number | null;
  bytes: Buffer;
  /** Null where it could not be read yet. */
  value: T | null;
}

const NOTHING = Buffer.alloc(0);

export class HeldFiles<T> {
  private readonly name: string;
  private readonly parse: (content: Buffer) => T;
  private readonly held = new Map<number, Held<T>>();
  /** Whose files are open, the longest first. */
  private readonly open: number[] = [];
  private readonly buffer = Buffer.alloc(LARGEST);

  /**
   * @param name "comm": of /proc/ID
   * @param parse what it says; called when that has changed
   */
  constructor(name: string, parse: (content: Buffer) => T) {
    this.name = name;
    this.parse = parse;
  }

  /** What it says now, or said last of who is gone; null where it could never be read. */
  of(id: number): T | null {
    let held = this.held.get(id);
    if (!held) {
      held = { fd: null, bytes: NOTHING, value: null };
      this.held.set(id, held);
    }
    try {
      held.fd ??= this.opened(id);
      const content = this.buffer.subarray(0, readSync(held.fd, this.buffer, 0, LARGEST, 0));
      if (held.value === null || !held.bytes.equals(content)) {
        held.bytes = Buffer.from(content);
        held.value = this.parse(held.bytes);
      }
    } catch {
      // It is gone: what was read last holds.
    }
    return held.value;
  }

  private opened(id: number): number {
    const fd = openSync(`/proc/${id}/${this.name}`, "r");
    if (this.open.push(id) > MOST_OPEN) this.shut(this.open[0]);
    return fd;
  }

  private shut(id: number): void {
    this.open.splice(this.open.indexOf(id), 1);
    const held = this.held.get(id);
    if (!held || held.fd === null) return;
    closeSync(held.fd);
    held.fd = null;
  }

  /** It is gone, and all has been told of it. */
  forget(id: number): void {
    if (this.open.includes(id)) this.shut(id);
    this.held.delete(id);
  }
}
