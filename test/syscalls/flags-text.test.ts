/** Flags and modes, compared with the output of strace 6.1 for these numbers. */
import { describe, expect, test } from "bun:test";
import { parseFormula } from "../../src/filters/flag-formula.ts";
import { openFlags } from "../../src/kernel/fcntl.ts";
import { flagsText, modeText } from "../../src/syscalls/flags-text.ts";

const open = (flags: number | bigint) => flagsText("open", flags, "x64");

describe("flags of an open are formatted as by strace", () => {
  test.each([
    [0o0, "O_RDONLY"],
    [0o1, "O_WRONLY"],
    [0o2, "O_RDWR"],
    [0o3, "O_ACCMODE"],
    [0o101, "O_WRONLY|O_CREAT"],
    [0o1101, "O_WRONLY|O_CREAT|O_TRUNC"],
    [0o302, "O_RDWR|O_CREAT|O_EXCL"],
    [0o2101, "O_WRONLY|O_CREAT|O_APPEND"],
    [0o400, "O_RDONLY|O_NOCTTY"],
    [0o4000, "O_RDONLY|O_NONBLOCK"],
    [0o20000, "O_RDONLY|FASYNC"],
    [0o40000, "O_RDONLY|O_DIRECT"],
    [0o100000, "O_RDONLY|O_LARGEFILE"],
    [0o200000, "O_RDONLY|O_DIRECTORY"],
    [0o400000, "O_RDONLY|O_NOFOLLOW"],
    [0o1000000, "O_RDONLY|O_NOATIME"],
    [0o2000000, "O_RDONLY|O_CLOEXEC"],
    [0o10000000, "O_RDONLY|O_PATH"],
    [0x80c00, "O_RDONLY|O_APPEND|O_NONBLOCK|O_CLOEXEC"],
    [0x94000, "O_RDONLY|O_DIRECT|O_CLOEXEC|O_DIRECTORY"],
  ])("%o", (flags, text) => {
    expect(open(flags)).toBe(text);
  });
});

test("O_SYNC is O_DSYNC and the kernel's __O_SYNC", () => {
  expect(open(0o4010001)).toBe("O_WRONLY|O_SYNC");
  expect(open(0o10000)).toBe("O_RDONLY|O_DSYNC");
  expect(open(0o4000000)).toBe("O_RDONLY|__O_SYNC");
});

test("O_TMPFILE is O_DIRECTORY and the kernel's __O_TMPFILE", () => {
  expect(open(0o20200002)).toBe("O_RDWR|O_TMPFILE");
  expect(open(0o20200201)).toBe("O_WRONLY|O_EXCL|O_TMPFILE");
  expect(open(0o20000000)).toBe("O_RDONLY|__O_TMPFILE");
});

test("unknown bits follow in hexadecimal", () => {
  expect(open(0o14)).toBe("O_RDONLY|0xc");
  expect(open(0x20000001)).toBe("O_WRONLY|0x20000000");
  expect(open(0x80000000)).toBe("O_RDONLY|0x80000000");
  expect(open(1n << 63n)).toBe("O_RDONLY|0x8000000000000000");
  expect(open(0xffffffff)).toBe(
    "O_ACCMODE|O_CREAT|O_EXCL|O_NOCTTY|O_TRUNC|O_APPEND|O_NONBLOCK|O_SYNC|O_DIRECT|O_LARGEFILE|" +
      "O_NOFOLLOW|O_NOATIME|O_CLOEXEC|O_PATH|O_TMPFILE|FASYNC|0xff80003c",
  );
});

test("arm64 has other names for four of the bits", () => {
  const arm64 = (flags: number) => flagsText("open", flags, "arm64");
  expect(arm64(0o40000)).toBe("O_RDONLY|O_DIRECTORY");
  expect(arm64(0o100000)).toBe("O_RDONLY|O_NOFOLLOW");
  expect(arm64(0o200000)).toBe("O_RDONLY|O_DIRECT");
  expect(arm64(0o400000)).toBe("O_RDONLY|O_LARGEFILE");
  expect(arm64(0o20040001)).toBe("O_WRONLY|O_TMPFILE");
});

test("--flags accepts every flag of open(2) as it is formatted", () => {
  for (const arch of ["x64", "arm64"] as const)
    for (const bits of Object.values(openFlags(arch))) {
      const text = flagsText("open", bits, arch);
      expect(parseFormula(text.replaceAll("|", "&"), arch).matches(bits)).toBe(true);
    }
});

test("flags of a rename are formatted as by strace", () => {
  const rename = (flags: number) => flagsText("rename", flags, "x64");
  expect([0, 1, 2, 3, 4, 8, 0x11].map(rename)).toEqual([
    ...["", "RENAME_NOREPLACE", "RENAME_EXCHANGE", "RENAME_NOREPLACE|RENAME_EXCHANGE"],
    ...["RENAME_WHITEOUT", "0x8", "RENAME_NOREPLACE|0x10"],
  ]);
});

test("flags of the *at calls are formatted as by strace", () => {
  for (const kind of ["unlink", "rmdir", "link", "stat"]) {
    const at = (flags: number) => flagsText(kind, flags, "x64");
    expect([0, 0x200, 0x100, 0x400, 0x1300, 0x10200].map(at)).toEqual([
      ...["", "AT_REMOVEDIR", "AT_SYMLINK_NOFOLLOW", "AT_SYMLINK_FOLLOW"],
      ...["AT_SYMLINK_NOFOLLOW|AT_REMOVEDIR|AT_EMPTY_PATH", "AT_REMOVEDIR|0x10000"],
    ]);
  }
  expect(flagsText("access", 0x1300, "x64")).toBe("AT_SYMLINK_NOFOLLOW|AT_EACCESS|AT_EMPTY_PATH");
  expect(flagsText("stat", 0x2100, "x64")).toBe("AT_STATX_FORCE_SYNC|AT_SYMLINK_NOFOLLOW");
  expect(flagsText("exec", 0x11000, "x64")).toBe("AT_EMPTY_PATH|AT_EXECVE_CHECK");
});

test("flags of the xattr calls are those of setxattr(2) or of the *at calls", () => {
  const xattr = (flags: number) => flagsText("xattr", flags, "x64");
  expect([0, 1, 2, 3, 4, 0x1100].map(xattr)).toEqual([
    ...["", "XATTR_CREATE", "XATTR_REPLACE", "XATTR_CREATE|XATTR_REPLACE", "0x4"],
    "AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH",
  ]);
});

test("flags that only one call of its kind has are formatted as by strace", () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ["name_to_handle_at", 0x1400, "AT_SYMLINK_FOLLOW|AT_EMPTY_PATH"],
    ["inotify_add_watch", 0x1000100, "IN_CREATE|IN_ONLYDIR"],
    ["inotify_add_watch", 0x40000000, "IN_ISDIR"],
    ["fanotify_mark", 0x9, "FAN_MARK_ADD|FAN_MARK_ONLYDIR"],
    ["fanotify_mark", 0x80000001, "FAN_MARK_ADD|0x80000000"],
    ["mount", 0x44000, "MS_REC|MS_PRIVATE"],
    ["mount", 0xc0ed0006, "MS_MGC_VAL|MS_NOSUID|MS_NODEV"],
    ["mount", 0, ""],
    ["umount2", 10, "MNT_DETACH|UMOUNT_NOFOLLOW"],
    ["move_mount", 4, "MOVE_MOUNT_F_EMPTY_PATH"],
    ["open_tree", 0x88001, "OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE"],
    ["mount_setattr", 0x8000, "AT_RECURSIVE"],
    ["fspick", 1, "FSPICK_CLOEXEC"],
    ["swapon", 0x8001, "SWAP_FLAG_PREFER|0x1"],
  ];
  for (const [call, flags, text] of cases) expect(flagsText(call, flags, "x64")).toBe(text);
});

describe("flags of a clone are formatted as by strace, with the signal at the end", () => {
  test.each([
    [0x4100, "CLONE_VM|CLONE_VFORK"],
    [17, "SIGCHLD"],
    [0x811, "CLONE_SIGHAND|SIGCHLD"],
    [0x1200011, "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD"],
    [
      0x3d0f00,
      "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS|" +
        "CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID",
    ],
    [0x80000800, "CLONE_SIGHAND|CLONE_IO"],
    [0x80a, "CLONE_SIGHAND|SIGUSR1"],
    [0x822, "CLONE_SIGHAND|SIGRT_2"],
    [0x840, "CLONE_SIGHAND|SIGRT_32"],
    [0x400811, "CLONE_SIGHAND|0x400000|SIGCHLD"],
    [0x7c020000, "CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET"],
    [0x300000080n, "CLONE_NEWTIME|CLONE_CLEAR_SIGHAND|CLONE_INTO_CGROUP"],
  ])("0x%x", (flags, text) => {
    expect(flagsText("fork", flags, "x64")).toBe(text);
  });
});

test("a mode is octal as in strace", () => {
  const chmod = (mode: number) => modeText("chmod", mode);
  expect([0, 4, 0o77, 0o644, 0o1777, 0o170777].map(chmod)).toEqual([
    ...["000", "004", "077", "0644", "01777", "0170777"],
  ]);
});

test("the mode of an access names the requested permissions", () => {
  const access = (mode: number) => modeText("access", mode);
  expect([0, 4, 6, 7, 0o777].map(access)).toEqual([
    ...["F_OK", "R_OK", "R_OK|W_OK", "R_OK|W_OK|X_OK", "R_OK|W_OK|X_OK|0x1f8"],
  ]);
});

test("the mode of a mknod includes the type of the file", () => {
  const mknod = (mode: number) => modeText("mknod", mode);
  expect([0, 0o644, 0o10644, 0o20600, 0o60600, 0o140777, 0o40755].map(mknod)).toEqual([
    ...["000", "0644", "S_IFIFO|0644", "S_IFCHR|0600", "S_IFBLK|0600"],
    ...["S_IFSOCK|0777", "S_IFDIR|0755"],
  ]);
  expect(mknod(0o170000)).toBe("0170000");
});
