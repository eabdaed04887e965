/**
 * Messages for a system log. They are sent at once if the log takes them; otherwise they wait in
 * memory, up to a limit, and are counted beyond. Nothing here waits.
 */
import { writeSync } from "node:fs";
import { DatagramSocket } from "../ffi/datagram-socket.ts";
import { SystemError } from "../ffi/errno.ts";
import { close, MFD_ALLOW_SEALING, memoryFile, sealMemoryFile } from "../ffi/fd.ts";
import { allocate, cString, type Memory } from "../ffi/memory.ts";
import { EAGAIN, EMSGSIZE, ENOBUFS, errnoName } from "../kernel/errno.ts";

const MAX_BYTES = 16 << 20;

export class DatagramQueue {
  readonly path: string;
  sent = 0;
  /** Messages that there was no room for. */
  lost = 0;
  /** Messages that are too large. */
  tooLarge = 0;
  /** The errno of the last attempt, unless the log was only busy; 0 for none. */
  private errno = 0;
  private readonly socket: DatagramSocket;
  private readonly passesFiles: boolean;
  private readonly name = cString("trace");
  private memory: Memory = allocate(64 << 10);
  private queue: Uint8Array[] = [];
  private bytes = 0;

  /** @param passesFiles whether the log takes large messages as files in memory */
  constructor(path: string, passesFiles: boolean) {
    this.path = path;
    this.passesFiles = passesFiles;
    this.socket = new DatagramSocket(path);
  }

  /** @throws SystemError if no log has the socket */
  check(): void {
    const errno = this.socket.probe();
    if (errno !== 0) throw new SystemError("connect", this.path, errno);
  }

  get waiting(): number {
    return this.queue.length;
  }

  /** Why messages wait; null if the log takes them, or is only busy. */
  get problem(): string | null {
    return this.errno === 0 ? null : errnoName(this.errno);
  }

  /** Sends a message, or keeps a copy of it. */
  send(message: Uint8Array): void {
    if (this.queue.length === 0 && this.trySend(message)) return;
    if (this.bytes + message.length > MAX_BYTES) {
      this.lost++;
      return;
    }
    this.queue.push(message.slice());
    this.bytes += message.length;
  }

  /** Sends what waits, as far as the log takes it. Call it often. */
  flush(): void {
    let count = 0;
    while (count < this.queue.length && this.trySend(this.queue[count]))
      this.bytes -= this.queue[count++].length;
    if (count > 0) this.queue = this.queue.slice(count);
  }

  /** Gives up what waits. */
  drop(): void {
    this.lost += this.queue.length;
    this.queue = [];
    this.bytes = 0;
    this.socket.close();
  }

  /** @returns whether the message is done */
  private trySend(message: Uint8Array): boolean {
    if (this.memory.bytes.length < message.length) this.memory = allocate(message.length * 2);
    this.memory.bytes.set(message);
    let errno = this.socket.send(this.memory, message.length);
    if ((errno === EMSGSIZE || errno === ENOBUFS) && this.passesFiles)
      errno = this.sendAsFile(message);
    if (errno === 0) this.sent++;
    if (errno === EMSGSIZE) this.tooLarge++;
    const isDone = errno === 0 || errno === EMSGSIZE;
    this.errno = isDone || errno === EAGAIN ? 0 : errno;
    return isDone;
  }

  private sendAsFile(message: Uint8Array): number {
    const file = memoryFile(this.name, MFD_ALLOW_SEALING);
    try {
      for (let done = 0; done < message.length; )
        done += writeSync(file, message, done, message.length - done);
      sealMemoryFile(file);
      return this.socket.sendFile(file);
    } finally {
      close(file);
    }
  }
}
