import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../../src/ffi/errno.ts";
import { close } from "../../src/ffi/fd.ts";
import { libc } from "../../src/ffi/libc.ts";
import { allocate } from "../../src/ffi/memory.ts";
import { notify } from "../../src/process/notify.ts";

const [AF_UNIX, SOCK_DGRAM, SOCK_NONBLOCK] = [1, 2, 0o4000];

/** What is received on a socket of that name. @param name with NUL first where it is abstract */
function received(name: string, send: () => void): string {
  const address = allocate(2 + name.length);
  address.view.setUint16(0, AF_UNIX, true);
  address.bytes.set(Buffer.from(name), 2);
  const fd = check(libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), "socket");
  check(libc.bind(fd, address.address, address.bytes.length), "bind", name);
  send();
  const bytes = allocate(256);
  const length = libc.read(fd, bytes.address, 256);
  close(fd);
  return Buffer.from(bytes.bytes.subarray(0, Math.max(length, 0))).toString();
}

test("the service manager is told over a socket with a path", () => {
  const directory = mkdtempSync(join(tmpdir(), "trace-test-"));
  const path = join(directory, "notify");
  expect(received(path, () => notify(path, "READY=1\nSTATUS=watching"))).toBe(
    "READY=1\nSTATUS=watching",
  );
  rmSync(directory, { recursive: true });
});

test("the service manager is told over a socket with an abstract name", () => {
  const name = `trace-test-${process.pid}`;
  expect(received(`\0${name}`, () => notify(`@${name}`, "STOPPING=1"))).toBe("STOPPING=1");
});

test("nothing is sent where nobody asks, or in a way that is not known", () => {
  for (const socket of [undefined, "", "vsock:2:1234", "relative", `/${"x".repeat(200)}`])
    notify(socket, "READY=1");
});

test("a socket that is not there is an error that names it", () => {
  expect(() => notify("/nonexistent/notify", "READY=1")).toThrow(
    "sendto(NOTIFY_SOCKET=/nonexistent/notify): ENOENT",
  );
});
