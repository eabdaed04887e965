/** Numbers whose parts strace shows apart: shmget(2), mount(2); calls with an errno of 32 bits. */
import { describe, expect, test } from "bun:test";
import { SyscallEvent } from "../../../src/events/syscall-event.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import { DEFAULT_STYLE } from "../../../src/syscalls/text-style.ts";
import { decodeCall } from "./fixed-memory.ts";

/** Returns an argument as names, as numbers, and as both. */
function styles(name: string, args: readonly number[], index: number): string[] {
  const value = decodeCall({ name, args })[index];
  return (["abbrev", "raw", "verbose"] as const).map((constants) =>
    straceText(value, { ...DEFAULT_STYLE, constants }),
  );
}

describe("the flags of shmget", () => {
  test("are followed by permissions", () => {
    expect(styles("shmget", [1, 2, 0o1600], 2)).toEqual([
      "IPC_CREAT|0600",
      "0x200|0600",
      "0x200 /* IPC_CREAT */|0600",
    ]);
    expect(styles("shmget", [1, 2, 0], 2)).toEqual(["000", "000", "000"]);
  });

  test("have the size of huge pages", () => {
    expect(styles("shmget", [1, 2, (21 << 26) | 0o600], 2)).toEqual([
      "21<<SHM_HUGE_SHIFT|0600",
      "21<<26|0600",
      "21<<26 /* SHM_HUGE_SHIFT */|0600",
    ]);
  });
});

test("the flags of mount are apart from the magic number", () => {
  expect(styles("mount", [0, 0, 0, 0xc0ed0001, 0], 3)).toEqual([
    "MS_MGC_VAL|MS_RDONLY",
    "0xc0ed0000|0x1",
    "0xc0ed0000 /* MS_MGC_VAL */|0x1 /* MS_RDONLY */",
  ]);
  expect(styles("mount", [0, 0, 0, 0xc0ed0000, 0], 3)[0]).toBe("MS_MGC_VAL");
});

test("modify_ldt fails with an errno as an unsigned int", () => {
  const event = new SyscallEvent();
  event.name = "modify_ldt";
  event.setResult(0xffffffdan, false);
  expect(event.error((errno) => `error ${errno}`)).toEqual(["ENOSYS", "error 38"]);
  event.setResult(16n, false);
  expect(event.failed).toBe(false);
  event.name = "lseek";
  event.setResult(0xffffffdan, false);
  expect(event.failed).toBe(false);
});
