import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { parseMount, parseMountinfo } from "../../src/kernel/mountinfo.ts";

/** The example of proc_pid_mountinfo(5). */
const EXAMPLE = "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue";

describe("a line of mountinfo", () => {
  test("is parsed as the man page says", () => {
    expect(parseMount(EXAMPLE)).toEqual({
      id: "36",
      major: 98,
      minor: 0,
      root: "/mnt1",
      mountPoint: "/mnt2",
      options: ["rw", "noatime"],
      fsType: "ext3",
      source: "/dev/root",
      superOptions: ["rw", "errors=continue"],
    });
  });

  test.each([
    "36 35 98:0 / / rw - tmpfs none rw",
    "36 35 98:0 / / rw shared:1 - tmpfs none rw",
    "36 35 98:0 / / rw shared:1 master:2 propagate_from:3 unbindable - tmpfs none rw",
  ])("has any number of optional fields: %s", (line) => {
    expect(parseMount(line)).toEqual({
      id: "36",
      major: 98,
      minor: 0,
      root: "/",
      mountPoint: "/",
      options: ["rw"],
      fsType: "tmpfs",
      source: "none",
      superOptions: ["rw"],
    });
  });

  test("has its escapes decoded in the root and in the mount point", () => {
    const line =
      "36 35 98:0 /a\\040b /\\011tab\\012line\\134back\\040\\055\\040dash rw - ext4 /dev/x rw";
    expect(parseMount(line)).toMatchObject({
      root: "/a b",
      mountPoint: "/\ttab\nline\\back - dash",
    });
  });

  test("has its escapes decoded only once", () => {
    expect(parseMount("1 2 3:4 / /\\134040 rw - ext4 x rw")?.mountPoint).toBe("/\\040");
  });

  test("keeps invalid escapes", () => {
    const line = "36 35 98:0 / /\\9ab\\389\\04\\x20\\ rw - ext4 /dev/x rw";
    expect(parseMount(line)?.mountPoint).toBe("/\\9ab\\389\\04\\x20\\");
  });

  test.each([
    "",
    " ",
    "-",
    " - ",
    "nonsense",
    "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1",
    "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 -",
    "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ",
    "36 35 98:0 /mnt1 /mnt2 - ext3 /dev/root rw",
    "36 35 98:0 - ext3 /dev/root rw",
    " - ext3 /dev/root rw",
  ])("that is malformed is skipped: %j", (line) => {
    expect(parseMount(line)).toBeNull();
  });

  test("that is truncated at any byte is skipped or has the line's fields", () => {
    for (let length = 0; length < EXAMPLE.length; length++) {
      const mount = parseMount(EXAMPLE.slice(0, length));
      if (!mount) continue;
      expect(mount).toMatchObject({ root: "/mnt1", mountPoint: "/mnt2" });
      expect("ext3".startsWith(mount.fsType)).toBe(true);
    }
  });
});

test("every mount of this machine is parsed", () => {
  const text = readFileSync("/proc/self/mountinfo", "utf8");
  const mounts = parseMountinfo(text);
  expect(mounts.length).toBe(text.split("\n").length - 1);
  expect(mounts.some(({ fsType }) => fsType === "proc")).toBe(true);
  for (const { mountPoint } of mounts) expect(mountPoint).toStartWith("/");
});

test("malformed lines do not hide the others", () => {
  expect(parseMountinfo(`\nnonsense\n${EXAMPLE}\n\n${EXAMPLE}`).length).toBe(2);
  expect(parseMountinfo("")).toEqual([]);
});
