/**
 * Runs the seccomp filter as the kernel does: classic BPF over struct seccomp_data.
 * linux/bpf_common.h, linux/filter.h, seccomp(2).
 */
import { describe, expect, test } from "bun:test";
import * as ptrace from "../../src/kernel/ptrace.ts";
import {
  missingCallsFilter,
  SOCK_FILTER_SIZE,
  TRACE_DATA,
  traceFilter,
} from "../../src/kernel/seccomp.ts";
import { valuesOf } from "../abi/compiler.ts";

const NAMES = [
  ...[
    "BPF_LD",
    "BPF_W",
    "BPF_ABS",
    "BPF_JMP",
    "BPF_JEQ",
    "BPF_JGE",
    "BPF_JSET",
    "BPF_K",
    "BPF_RET",
  ],
  ...["SECCOMP_RET_ALLOW", "SECCOMP_RET_TRACE", "SECCOMP_RET_ERRNO", "ENOSYS"],
];
const C = valuesOf(["errno.h", "linux/filter.h", "linux/seccomp.h"], NAMES);
/** The kernel's BPF_MAXINSNS. */
const MAX_INSTRUCTIONS = 4096;

/** Returns a filter's decision about a call. */
function run(
  filter: Uint8Array,
  arch: number,
  nr: number,
  args: readonly bigint[] = [],
): "stop" | "go" | "missing" {
  const data = new DataView(new ArrayBuffer(64));
  data.setInt32(0, nr, true);
  data.setUint32(4, arch, true);
  for (const [index, value] of args.entries()) data.setBigUint64(16 + 8 * index, value, true);
  const program = new DataView(filter.buffer, filter.byteOffset, filter.length);
  let accumulator = 0;
  for (let at = 0; ; at++) {
    const offset = at * SOCK_FILTER_SIZE; // DataView throws beyond the program's end
    const operand = program.getUint32(offset + 4, true);
    const jump = (taken: boolean) => program.getUint8(offset + (taken ? 2 : 3));
    switch (program.getUint16(offset, true)) {
      case C.BPF_LD | C.BPF_W | C.BPF_ABS:
        accumulator = data.getUint32(operand, true);
        break;
      case C.BPF_JMP | C.BPF_JEQ | C.BPF_K:
        at += jump(accumulator === operand);
        break;
      case C.BPF_JMP | C.BPF_JGE | C.BPF_K:
        at += jump(accumulator >= operand);
        break;
      case C.BPF_JMP | C.BPF_JSET | C.BPF_K:
        at += jump((accumulator & operand) !== 0);
        break;
      case C.BPF_RET | C.BPF_K:
        if (operand === (C.SECCOMP_RET_TRACE | TRACE_DATA)) return "stop";
        if (operand === C.SECCOMP_RET_ALLOW) return "go";
        if (operand === (C.SECCOMP_RET_ERRNO | C.ENOSYS)) return "missing";
        throw new Error(`instruction ${at} returns ${operand}`);
      default:
        throw new Error(`instruction ${at} is unknown`);
    }
  }
}

const { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM } = ptrace;
const ARCHES = [AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM];
const NATIVE = { x64: AUDIT_ARCH_X86_64, arm64: AUDIT_ARCH_AARCH64 } as const;

const CHOSEN = [0, 2, 257, 435];
const OTHERS = [1, 3, 256, 258, 434, 436, 1000, ptrace.X32_SYSCALL_BIT - 1];

describe.each(["x64", "arm64"] as const)("a filter on %s", (arch) => {
  test("stops at a call with bits only if its first argument has one of them", () => {
    const calls = [...CHOSEN, { number: 56, bits: 0x800000 }, 300];
    const conditional = traceFilter(calls, arch);
    const decide = (nr: number, argument: number) =>
      run(conditional, NATIVE[arch], nr, [BigInt(argument)]);
    expect([decide(56, 0x800011), decide(56, 0xff7fffff), decide(56, 0)]).toEqual([
      ...["stop", "go", "go"],
    ] as never);
    expect([decide(300, 0), decide(301, 0x800000)]).toEqual(["stop", "go"]);
  });

  test("stops at a call with a pointer only if it is not NULL", () => {
    const call = { number: 44, argument: 4, bits: 0xffffffff, highBits: 0xffffffff };
    const conditional = traceFilter([...CHOSEN, call, 300], arch);
    const decide = (nr: number, pointer: bigint) =>
      run(conditional, NATIVE[arch], nr, [~0n, ~0n, ~0n, ~0n, pointer, ~0n]);
    expect([decide(44, 0n), decide(44, 1n), decide(44, 1n << 32n)]).toEqual([
      ...["go", "stop", "stop"],
    ] as never);
    expect([decide(300, 0n), decide(301, 1n)]).toEqual(["stop", "go"]);
  });

  const filter = traceFilter(CHOSEN, arch);

  test("stops at the chosen calls of the native ABI, and at no others", () => {
    for (const nr of CHOSEN) expect([nr, run(filter, NATIVE[arch], nr)]).toEqual([nr, "stop"]);
    for (const nr of OTHERS) expect([nr, run(filter, NATIVE[arch], nr)]).toEqual([nr, "go"]);
  });

  test("stops at every call of another architecture", () => {
    for (const other of ARCHES.filter((each) => each !== NATIVE[arch]))
      for (const nr of [...CHOSEN, ...OTHERS, -1])
        expect([other, nr, run(filter, other, nr)]).toEqual([other, nr, "stop"]);
  });

  test("stops at every number with the x32 bit, and at greater ones", () => {
    for (const nr of [...CHOSEN, ...OTHERS])
      expect(run(filter, NATIVE[arch], nr | ptrace.X32_SYSCALL_BIT)).toBe("stop");
    expect(run(filter, NATIVE[arch], -1)).toBe("stop");
  });

  test("without calls stops at other ABIs only", () => {
    const none = traceFilter([], arch);
    for (const nr of [...CHOSEN, ...OTHERS]) expect(run(none, NATIVE[arch], nr)).toBe("go");
    for (const other of ARCHES)
      expect(run(none, other, 0)).toBe(other === NATIVE[arch] ? "go" : "stop");
  });

  test("of every call fits the kernel's limit, and stops at each", () => {
    const all = Array.from({ length: 512 }, (_, nr) => nr);
    const long = traceFilter(all, arch);
    expect(long.length / SOCK_FILTER_SIZE).toBeLessThanOrEqual(MAX_INSTRUCTIONS);
    for (const nr of all) expect(run(long, NATIVE[arch], nr)).toBe("stop");
    expect(run(long, NATIVE[arch], all.length)).toBe("go");
  });
});

describe("calls that are missing", () => {
  const MISSING = [425];

  test.each([
    ["with others that stop", traceFilter([0, 425, 426], "x64", MISSING), "stop"],
    ["alone", missingCallsFilter(MISSING), "go"],
  ] as const)("%s fail in every ABI", (_, filter, other) => {
    for (const arch of ARCHES) expect([arch, run(filter, arch, 425)]).toEqual([arch, "missing"]);
    const x32 = ptrace.X32_SYSCALL_BIT + 425;
    expect(run(filter, AUDIT_ARCH_X86_64, x32)).toBe("missing");
    for (const nr of [0, 426]) expect(run(filter, AUDIT_ARCH_X86_64, nr)).toBe(other);
    expect(run(filter, AUDIT_ARCH_X86_64, 424)).toBe("go");
    expect(run(filter, AUDIT_ARCH_I386, 426)).toBe(other);
  });
});
