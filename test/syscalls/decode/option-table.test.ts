/** Decodes calls whose arguments depend on their first one, from given registers and memory. */
import { describe, expect, test } from "bun:test";
import { SyscallView } from "../../../src/syscalls/decode/call.ts";
import { decodeArguments } from "../../../src/syscalls/decode/index.ts";
import { resultText } from "../../../src/syscalls/decode/results.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import type { Value } from "../../../src/syscalls/value.ts";

interface Outcome {
  readonly result?: bigint;
  /** The memory at every address. */
  readonly memory?: Uint8Array;
  readonly verbose?: boolean;
}

function callOf(name: string, args: readonly bigint[], outcome: Outcome): SyscallView {
  const { result = 0n, memory, verbose = false } = outcome;
  const call = new SyscallView();
  call.name = name;
  call.abbreviated = !verbose;
  const registers = BigUint64Array.from({ length: 6 }, (_, i) => args[i] ?? 0n);
  call.registers = { args: registers, result, failed: result < 0n };
  call.memory = {
    read: (_, length) => {
      if (!memory || memory.length < length) return null;
      return { bytes: memory, view: new DataView(memory.buffer) };
    },
    readString: () => null,
  };
  return call;
}

/** Returns the text of all arguments after the call. */
function decoded(name: string, args: readonly bigint[], outcome: Outcome = {}): string {
  const call = callOf(name, args, outcome);
  const values: (Value | null | undefined)[] = [];
  decodeArguments(call, "entry", values);
  decodeArguments(call, "exit", values);
  return values.flatMap((value) => (value ? [straceText(value)] : [])).join(", ");
}

function words(...numbers: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers).buffer);
}

describe("prctl", () => {
  test("omits arguments that an option does not use", () => {
    expect(decoded("prctl", [3n, 0xdeadn])).toBe("PR_GET_DUMPABLE");
  });

  test("keeps the upper half of a number that the kernel compares whole", () => {
    const value = 0xdeadc0de00000001n;
    expect(decoded("prctl", [4n, value])).toBe(
      "PR_SET_DUMPABLE, 0xdeadc0de00000001 /* SUID_DUMP_??? */",
    );
  });

  test("shows what the kernel wrote only if the call succeeds", () => {
    const memory = words(2);
    expect(decoded("prctl", [2n, 0x1000n], { memory })).toBe("PR_GET_PDEATHSIG, [SIGINT]");
    expect(decoded("prctl", [2n, 0x1000n], { memory, result: -14n })).toBe(
      "PR_GET_PDEATHSIG, 0x1000",
    );
  });

  test("names the results of options", () => {
    expect(resultText(callOf("prctl", [3n], { result: 1n }))).toBe("1 (SUID_DUMP_USER)");
    expect(resultText(callOf("prctl", [27n], { result: 0n }))).toBe("0");
  });
});

describe("ptrace", () => {
  test("names signals and options, and omits unused arguments", () => {
    expect(decoded("ptrace", [7n, 5n, 0n, 10n])).toBe("PTRACE_CONT, 5, NULL, SIGUSR1");
    expect(decoded("ptrace", [0x4200n, 5n, 0n, 1n])).toBe(
      "PTRACE_SETOPTIONS, 5, NULL, PTRACE_O_TRACESYSGOOD",
    );
    expect(decoded("ptrace", [16n, 5n, 1n, 2n])).toBe("PTRACE_ATTACH, 5");
  });

  test("shows as much of a system call's description as its size holds", () => {
    const memory = words(1, 0xc000003e, 0x1000, 0, 0x2000, 0, 80, 0, 7, 0);
    const info = (size: bigint) =>
      decoded("ptrace", [0x420en, 5n, size, 0x1000n], { memory, result: 80n });
    expect(info(8n)).toEndWith("8, {op=PTRACE_SYSCALL_INFO_ENTRY, arch=AUDIT_ARCH_X86_64}");
    expect(info(40n)).toEndWith("stack_pointer=0x2000, entry={nr=__NR_chdir, args=[0x7]}}");
  });
});

test("quotactl names its command and its type, and takes an fd instead of a device", () => {
  expect(decoded("quotactl_fd", [3n, 0x80000400n, 7n, 0x1000n], { result: -38n })).toBe(
    "3, QCMD(Q_GETFMT, USRQUOTA), 0x1000",
  );
});

test("a seccomp filter shows its instructions with -v", () => {
  // A struct sock_fprog whose pointer leads to itself: the length is the first instruction's code.
  const memory = words(1, 0, 0x1000, 0);
  const args = [22n, 2n, 0x1000n];
  expect(decoded("prctl", args, { memory })).toEndWith("{len=1, filter=0x1000}");
  expect(decoded("prctl", args, { memory, verbose: true })).toEndWith(
    "{len=1, filter=[BPF_STMT(BPF_LDX|BPF_W|BPF_IMM, 0)]}",
  );
});

test("get_thread_area shows the entry that is asked for, and all of it if there is one", () => {
  const memory = words(12, 0x1000, 0xffff, 1);
  const entry = (result: bigint) => decoded("get_thread_area", [0x1000n], { memory, result });
  expect(entry(0n)).toStartWith("{entry_number=12, base_addr=");
  expect(entry(-38n)).toBe("{entry_number=12, ...}");
});
