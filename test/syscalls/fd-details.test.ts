/** What is behind fds, as strace -yy writes it. */
import { expect, test } from "bun:test";
import { socketText } from "../../src/syscalls/fd-details.ts";
import { fdDetailsText } from "../../src/syscalls/strace-text.ts";
import { DEFAULT_STYLE, WITHOUT_PATHS } from "../../src/syscalls/text-style.ts";

test("a socket has its addresses, or else its inode", () => {
  const socket = { protocol: "TCP", inode: "12", local: "", peer: "" };
  expect(socketText(socket)).toBe("TCP:[12]");
  expect(socketText({ ...socket, local: "1.2.3.4:5" })).toBe("TCP:[1.2.3.4:5]");
  expect(socketText({ ...socket, local: "[::1]:5", peer: "[::1]:6" })).toBe(
    "TCP:[[::1]:5->[::1]:6]",
  );
});

test("an AF_UNIX socket has its inode, that of its peer and its name", () => {
  const socket = { protocol: "UNIX-STREAM", inode: "12", local: "", peer: "" };
  expect(socketText(socket)).toBe("UNIX-STREAM:[12]");
  expect(socketText({ ...socket, peerInode: 13 })).toBe("UNIX-STREAM:[12->13]");
  expect(socketText({ ...socket, local: '@"a"', peerInode: 13 })).toBe('UNIX-STREAM:[12->13,@"a"]');
});

test("a device has its path and its numbers", () => {
  const device = { path: "/dev/null", device: "char 1:3" };
  expect(fdDetailsText(device, DEFAULT_STYLE)).toBe("</dev/null<char 1:3>>");
  expect(fdDetailsText(device, WITHOUT_PATHS)).toBe("</dev/null<char 1:3>>");
});

test("a socket and a pidfd are shown instead of their paths", () => {
  const path = "socket:[12]";
  expect(fdDetailsText({ path, socket: "TCP:[12]" }, DEFAULT_STYLE)).toBe("<TCP:[12]>");
  expect(fdDetailsText({ path, process: 7 }, WITHOUT_PATHS)).toBe("<pid:7>");
  expect(fdDetailsText({ path }, WITHOUT_PATHS)).toBe("");
});

test("an angle bracket in a path is escaped, with three digits before an octal digit", () => {
  expect(fdDetailsText({ path: "/a<b<0>9" }, DEFAULT_STYLE)).toBe("</a\\74b\\0740\\769>");
  expect(fdDetailsText({ path: "/\x058\x057" }, DEFAULT_STYLE)).toBe("</\\58\\0057>");
});
