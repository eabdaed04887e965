/** Which calls follow a symbolic link in the last component: path_resolution(7) and each man page. */
import { expect, test } from "bun:test";
import { FILE_CALLS } from "../../src/events/file-calls.ts";
import { linkPolicy } from "../../src/events/link-policy.ts";

const NOFOLLOW = 0x100;
const FOLLOW = 0x400;
const O_NOFOLLOW = 0o400000;

function policy(name: string, flags = 0) {
  const call = FILE_CALLS.find((each) => each.name === name);
  return linkPolicy(call!, flags, O_NOFOLLOW);
}

test.each([
  ["never", ["rename", "renameat2", "unlinkat", "rmdir", "mkdir", "mknodat", "symlink", "bind"]],
  ["slash", ["lstat", "lstat64", "oldlstat", "lchown", "lchown32", "readlink", "readlinkat"]],
  ["slash", ["lsetxattr", "lgetxattr", "llistxattr", "lremovexattr", "link", "linkat"]],
  ["always", ["stat", "newfstatat", "statx", "access", "chmod", "chown", "utimensat", "truncate"]],
  ["always", ["setxattr", "getxattr", "listxattr", "removexattr", "chdir", "open", "execve"]],
  ["slash", ["name_to_handle_at"]],
  ["always", ["inotify_add_watch", "fanotify_mark", "statfs", "file_getattr"]],
  ["always", ["connect", "openat2", "creat", "faccessat2"]],
] as const)("%s: %j", (expected, names) => {
  expect(names.map((name) => [name, policy(name)])).toEqual(names.map((name) => [name, expected]));
});

test("flags change it", () => {
  for (const name of ["newfstatat", "statx", "fchownat", "utimensat", "faccessat2", "fchmodat2"])
    expect([name, policy(name, NOFOLLOW)]).toEqual([name, "slash"]);
  expect(policy("linkat", FOLLOW)).toBe("always");
  expect(policy("name_to_handle_at", FOLLOW)).toBe("always");
  expect(policy("inotify_add_watch", 0x100)).toBe("always");
  expect(policy("inotify_add_watch", 0x02000000)).toBe("slash");
  expect(policy("fanotify_mark", 4)).toBe("slash");
  expect(policy("openat", O_NOFOLLOW)).toBe("slash");
  expect(policy("openat", 0o300)).toBe("never");
  expect(policy("openat", 0o100)).toBe("always");
  expect(policy("renameat2", FOLLOW)).toBe("never");
});
