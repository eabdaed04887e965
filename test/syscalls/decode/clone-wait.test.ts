/** Decodes clone(2), clone3(2) and wait4(2) from given registers and memory. */
import { describe, expect, test } from "bun:test";
import { SyscallView } from "../../../src/syscalls/decode/call.ts";
import { decodeArguments } from "../../../src/syscalls/decode/index.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import type { Abi } from "../../../src/syscalls/table.ts";
import type { Value } from "../../../src/syscalls/value.ts";

const SIGCHLD = 17n;
const CLONE_VM = 0x100n;
const CLONE_PIDFD = 0x1000n;
const CLONE_SETTLS = 0x80000n;
const CLONE_PARENT_SETTID = 0x100000n;
const CLONE_CHILD_CLEARTID = 0x200000n;

interface Outcome {
  readonly abi?: Abi;
  readonly result?: bigint;
  /** The memory at every address. */
  readonly memory?: DataView;
}

/** Returns the text of all arguments after the call. */
function decoded(name: string, args: readonly bigint[], outcome: Outcome = {}): string {
  const { abi = "x64", result = 0n, memory } = outcome;
  const call = new SyscallView();
  const registers = { args: BigUint64Array.from({ length: 6 }, (_, i) => args[i] ?? 0n) };
  Object.assign(call, { name, abi, wordSize: abi === "x64" || abi === "arm64" ? 8 : 4 });
  call.memory = {
    read: (_, length) => {
      if (!memory || memory.byteLength < length) return null;
      return { view: memory, bytes: new Uint8Array(memory.buffer) };
    },
    readString: () => null,
  };
  const values: (Value | null | undefined)[] = [];
  call.registers = { ...registers, result: 0n, failed: false };
  decodeArguments(call, "entry", values);
  call.registers = { ...registers, result, failed: result < 0n };
  decodeArguments(call, "exit", values);
  return values.flatMap((value) => (value ? [straceText(value)] : [])).join(", ");
}

function words(size: number, ...numbers: bigint[]): DataView {
  const view = new DataView(new ArrayBuffer(numbers.length * size));
  for (const [index, number] of numbers.entries())
    if (size === 4) view.setInt32(index * 4, Number(number), true);
    else view.setBigUint64(index * 8, number, true);
  return view;
}

describe("clone", () => {
  const flags = CLONE_VM | CLONE_SETTLS | CLONE_CHILD_CLEARTID;
  const args = [flags, 0x1000n, 0n, 0x3333n, 0x4444n];

  test.each(["x64", "x32"] as const)("of %s has child_tid before tls", (abi) => {
    expect(decoded("clone", args, { abi })).toEndWith("tls=0x4444, child_tidptr=0x3333");
  });

  test.each(["x64Compat", "arm64", "arm64Compat"] as const)(
    "of %s has tls before child_tid",
    (abi) => {
      expect(decoded("clone", args, { abi })).toEndWith("tls=0x3333, child_tidptr=0x4444");
    },
  );

  test("omits arguments that its flags do not use", () => {
    expect(decoded("clone", [SIGCHLD, 0n, 1n, 2n, 3n])).toBe("child_stack=NULL, flags=SIGCHLD");
  });

  test("shows the id or pidfd that the kernel wrote for the parent", () => {
    const memory = words(4, 77n);
    const one = (flag: bigint, result: bigint) =>
      decoded("clone", [flag | SIGCHLD, 0n, 0x2222n], { memory, result });
    expect(one(CLONE_PARENT_SETTID, 77n)).toEndWith("|SIGCHLD, parent_tid=[77]");
    expect(one(CLONE_PIDFD, 5n)).toEndWith("|SIGCHLD, parent_tid=[77]");
    expect(one(CLONE_PARENT_SETTID, -11n)).toEndWith("|SIGCHLD, parent_tid=0x2222");
  });

  test("shows bits without a name before the signal", () => {
    const shown = (flag: bigint) => decoded("clone", [flag, 0n]).replace(/^.*flags=/, "");
    expect(shown(0x400000n | CLONE_VM | SIGCHLD)).toBe("CLONE_VM|0x400000|SIGCHLD");
    expect(shown(0x400000n | SIGCHLD)).toBe("0x400000 /* CLONE_??? */|SIGCHLD");
    expect(shown(0x400000n)).toBe("0x400000 /* CLONE_??? */");
  });

  test("with CLONE_IO does not have the flags above bit 31", () => {
    expect(decoded("clone", [0x80000000n | SIGCHLD, 0n])).toEndWith("flags=CLONE_IO|SIGCHLD");
  });
});

describe("clone3", () => {
  const memory = words(8, CLONE_VM, 0x1n, 0x2n, 0x3n, SIGCHLD, 0x5000n, 0x600n, 0x7n);

  test("shows the fields that its flags use", () => {
    expect(decoded("clone3", [0x1000n, 64n], { memory })).toBe(
      "{flags=CLONE_VM, exit_signal=SIGCHLD, stack=0x5000, stack_size=0x600}, 64",
    );
  });

  test("with fewer bytes than the first version of the struct is an address", () => {
    expect(decoded("clone3", [0x1000n, 63n], { memory })).toBe("0x1000, 63");
  });
});

describe("a wait status", () => {
  const waitStatus = (status: number) => straceText({ kind: "wait-status", status });

  test("of an exit has its code, up to 255", () => {
    expect(waitStatus(0)).toBe("{WIFEXITED(s) && WEXITSTATUS(s) == 0}");
    expect(waitStatus(0xff00)).toBe("{WIFEXITED(s) && WEXITSTATUS(s) == 255}");
  });

  test("of a signal says whether a core was dumped", () => {
    expect(waitStatus(9)).toBe("{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}");
    expect(waitStatus(11 | 0x80)).toBe(
      "{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}",
    );
  });

  test("of a stop has the signal that stopped it", () => {
    expect(waitStatus(0x137f)).toBe("{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}");
  });

  test("is read only if the call returned a child", () => {
    const memory = words(4, 0x0300n);
    const wait = (result: bigint) => decoded("wait4", [5n, 0x10n, 0n, 0n], { memory, result });
    expect(wait(5n)).toBe("5, [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL");
    expect(wait(0n)).toBe("5, 0x10, 0, NULL");
    expect(wait(-10n)).toBe("5, 0x10, 0, NULL");
  });
});

describe("struct rusage", () => {
  const memory = words(8, 1n, 2n, 3n, 4n, ...Array<bigint>(14).fill(0n));
  const times = "{ru_utime={tv_sec=1, tv_usec=2}, ru_stime={tv_sec=3, tv_usec=4}, ...}";

  test("is shown by its times", () => {
    expect(decoded("getrusage", [0n, 0x10n], { memory })).toBe(`RUSAGE_SELF, ${times}`);
  });

  test("of wait4 is read only if the call returned a child", () => {
    const wait = (result: bigint) => decoded("wait4", [5n, 0n, 0n, 0x10n], { memory, result });
    expect(wait(5n)).toBe(`5, NULL, 0, ${times}`);
    expect(wait(0n)).toBe("5, NULL, 0, 0x10");
  });
});
