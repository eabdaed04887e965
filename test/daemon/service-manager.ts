/** What listens to sd_notify(3), as a service manager does. */
import { check } from "../../src/ffi/errno.ts";
import { close } from "../../src/ffi/fd.ts";
import { libc } from "../../src/ffi/libc.ts";
import { allocate } from "../../src/ffi/memory.ts";

const [AF_UNIX, SOCK_DGRAM, SOCK_NONBLOCK] = [1, 2, 0o4000];
const LONGEST = 256;

export class Manager {
  /** What NOTIFY_SOCKET is to be. */
  readonly path: string;
  private readonly fd = check(libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), "socket");
  private readonly messages: string[] = [];

  /** @param path with @ first an abstract name */
  constructor(path: string) {
    this.path = path;
    const name = Buffer.from(path.replace(/^@/, "\0"));
    const address = allocate(2 + name.length);
    address.view.setUint16(0, AF_UNIX, true);
    address.bytes.set(name, 2);
    check(libc.bind(this.fd, address.address, address.bytes.length), "bind", path);
  }

  /** All that has come so far. */
  received(): readonly string[] {
    const bytes = allocate(LONGEST);
    for (;;) {
      const length = libc.read(this.fd, bytes.address, LONGEST);
      if (length <= 0) return this.messages;
      this.messages.push(Buffer.from(bytes.bytes.subarray(0, length)).toString());
    }
  }

  [Symbol.dispose](): void {
    close(this.fd);
  }
}
