import { expect, test } from "bun:test";
import { array, NULL, pointer, struct } from "../../src/syscalls/value.ts";
import { normalizePath } from "../../src/text/path.ts";
import { call, fd, from, named, text } from "./builders.ts";

const ADDRESS = pointer(1n);
const AF_UNIX = ["sa_family", named("AF_UNIX", 1)] as const;

test("a path is relative to the dirfd before it", () => {
  const { files } = call("openat", [from("/work"), text("src/./a.ts"), named("O_RDONLY")]);
  expect(files).toEqual([{ path: "/work/src/a.ts", via: "name" }]);
});

test("a dirfd counts as a directory, not as a file", () => {
  const { files } = call("openat", [from("/data", 5), text("../x"), named("O_RDONLY")]);
  expect(files).toEqual([
    { path: "/data", via: "directory" },
    { path: "/x", via: "name" },
  ]);
});

test("an absolute path ignores the dirfd", () => {
  const { files } = call("linkat", [from("/a", 5), text("/b"), from("/c"), text("d")]);
  expect(files).toEqual([
    { path: "/b", via: "name" },
    { path: "/c/d", via: "name" },
  ]);
});

test("paths of calls without a dirfd are relative to the working directory", () => {
  expect(call("stat", [text("a"), ADDRESS], { directory: "/home" }).files).toEqual([
    { path: "/home/a", via: "name" },
  ]);
  expect(call("stat", [text("a"), ADDRESS]).files).toEqual([{ path: "a", via: "name" }]);
});

test("an empty or missing path refers to the dirfd itself", () => {
  const expected = [{ path: "/f", via: "fd" }];
  const empty = [from("/f", 3), text(""), ADDRESS, named("AT_EMPTY_PATH", 0x1000)];
  expect(call("newfstatat", empty).files).toEqual(expected as never);
  const none = [from("/f", 3), NULL, NULL, named("")];
  expect(call("utimensat", none).files).toEqual(expected as never);
});

test("the content of a symbolic link and the name of an attribute are not files", () => {
  expect(call("symlink", [text("target"), text("/l")]).files).toEqual([
    { path: "/l", via: "name" },
  ]);
  const setxattr = [text("/f"), text("user.x"), text("v"), named(""), named("")];
  expect(call("setxattr", setxattr).files).toEqual([{ path: "/f", via: "name" }]);
});

test("fds within arrays and paths of sockets are files", () => {
  const fds = array([struct([["fd", fd(3, "pipe:[1]")]]), struct([["fd", fd(4)]])]);
  expect(call("poll", [fds]).files).toEqual([{ path: "pipe:[1]", via: "fd" }]);
  const address = struct([AF_UNIX, ["sun_path", text("/run/x.sock")]]);
  expect(call("connect", [fd(3, "socket:[1]"), address]).files).toEqual([
    { path: "socket:[1]", via: "fd" },
    { path: "/run/x.sock", via: "name" },
  ]);
  const abstract = struct([
    AF_UNIX,
    ["sun_path", { kind: "abstract-name", bytes: Buffer.from("x") }],
  ]);
  expect(call("connect", [fd(3), abstract]).files).toEqual([]);
});

test("paths are normalized lexically", () => {
  expect(normalizePath("/a//b/./../c/")).toBe("/a/c");
  expect(normalizePath("/..")).toBe("/");
  expect(normalizePath("/.hidden/..x")).toBe("/.hidden/..x");
  expect(normalizePath("a/../b")).toBe("a/../b");
});
