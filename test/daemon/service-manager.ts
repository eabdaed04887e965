/** Receives sd_notify(3) messages, like a service manager. */
import { check } from "../../src/ffi/errno.ts";
import { close } from "../../src/ffi/fd.ts";
import { libc } from "../../src/ffi/libc.ts";
import { allocate } from "../../src/ffi/memory.ts";

const [AF_UNIX, SOCK_DGRAM, SOCK_NONBLOCK] = [1, 2, 0o4000];
const MAX_LENGTH = 256;

export class Manager {
  /** The value for NOTIFY_SOCKET. */
  readonly path: string;
  private readonly fd = check(libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), "socket");
  private readonly messages: string[] = [];

  /** @param path an abstract name after @ */
  constructor(path: string) {
    this.path = path;
    const name = Buffer.from(path.replace(/^@/, "\0"));
    const address = allocate(2 + name.length);
    address.view.setUint16(0, AF_UNIX, true);
    address.bytes.set(name, 2);
    check(libc.bind(this.fd, address.address, address.bytes.length), "bind", path);
  }

  /** Returns all messages so far. */
  received(): readonly string[] {
    const bytes = allocate(MAX_LENGTH);
    for (;;) {
      const length = libc.read(this.fd, bytes.address, MAX_LENGTH);
      if (length <= 0) return this.messages;
      this.messages.push(Buffer.from(bytes.bytes.subarray(0, length)).toString());
    }
  }

  [Symbol.dispose](): void {
    close(this.fd);
  }
}
