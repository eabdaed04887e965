/** prctl(2) and arch_prctl(2): the arguments depend on the option. */
import { enumValue, integer, NamedValue, pointer, type Value } from "../value.ts";
import { choice, stringAt } from "./arguments.ts";
import { bpfProgramAt } from "./bpf-filter.ts";
import type { ArgumentDecoder, SyscallView } from "./call.ts";
import { bitsValue, formatOf } from "./formats.ts";
import { constantName, constants } from "./named-constants.ts";
import { type OptionTable, optionArguments, parseOptions, type Reader } from "./option-table.ts";

/** The arguments after each option, as option-table.ts describes; other options show all. */
const OPTIONS = `
  PR_GET_DUMPABLE|PR_GET_KEEPCAPS|PR_GET_SECCOMP|PR_GET_SECUREBITS|PR_GET_TIMERSLACK|PR_GET_TIMING
  PR_GET_FP_MODE|PR_SVE_GET_VL|PR_SME_GET_VL|PR_TASK_PERF_EVENTS_DISABLE|PR_TASK_PERF_EVENTS_ENABLE
  PR_CAPBSET_READ|PR_CAPBSET_DROP =capability
  PR_CAP_AMBIENT =prctl_ambient x x x
  PR_CAP_AMBIENT,PR_CAP_AMBIENT_RAISE|PR_CAP_AMBIENT,PR_CAP_AMBIENT_LOWER =prctl_ambient =capability x x
  PR_CAP_AMBIENT,PR_CAP_AMBIENT_IS_SET =prctl_ambient =capability x x
  PR_GET_CHILD_SUBREAPER|PR_GET_ENDIAN|PR_GET_FPEMU|PR_GET_FPEXC [u]
  PR_GET_PDEATHSIG [sig]
  PR_GET_TSC [=prctl_tsc]
  PR_GET_UNALIGN [&prctl_unalign]
  PR_GET_TID_ADDRESS [p:8]
  PR_GET_NAME >written-name
  PR_SET_NAME name
  PR_SET_PDEATHSIG sig
  PR_SET_DUMPABLE =suid_dump
  PR_SET_KEEPCAPS|PR_SET_CHILD_SUBREAPER u
  PR_SET_TIMERSLACK|PR_SET_TIMING i
  PR_SET_TSC =prctl_tsc:4
  PR_SET_UNALIGN &prctl_unalign
  PR_SET_SECUREBITS &securebits
  PR_SET_FP_MODE &prctl_fp_mode
  PR_SET_NO_NEW_PRIVS|PR_SET_THP_DISABLE u x x x
  PR_MCE_KILL =prctl_mce x x x
  PR_MCE_KILL,PR_MCE_KILL_SET =prctl_mce =prctl_mce_policy/PR_MCE_KILL_??? x x
  PR_SET_MM =prctl_mm x x x
  PR_SET_PTRACER ptracer
  PR_SET_SECCOMP =seccomp_mode x x x
  PR_SET_SECCOMP,SECCOMP_MODE_STRICT =seccomp_mode
  PR_SET_SECCOMP,SECCOMP_MODE_FILTER =seccomp_mode filter
  PR_GET_SPECULATION_CTRL =prctl_speculation/PR_SPEC_???
  PR_SET_SPECULATION_CTRL =prctl_speculation/PR_SPEC_??? x
  PR_SET_SPECULATION_CTRL,PR_SPEC_STORE_BYPASS =prctl_speculation =prctl_speculation_control
  PR_SET_SPECULATION_CTRL,PR_SPEC_INDIRECT_BRANCH =prctl_speculation =prctl_speculation_control
  PR_SET_SPECULATION_CTRL,PR_SPEC_L1D_FLUSH =prctl_speculation =prctl_speculation_control
  PR_SVE_SET_VL sve
  PR_SME_SET_VL sme
  PR_PAC_RESET_KEYS &prctl_pac/PR_PAC_??? x x x
  PR_PAC_SET_ENABLED_KEYS &prctl_pac_enabled/PR_PAC_??? &prctl_pac_enabled/PR_PAC_??? x x
  PR_SET_TAGGED_ADDR_CTRL tagged x x x
  PR_SCHED_CORE =prctl_core/PR_SCHED_CORE_???:4 i:4 #=pid_type:4 p
  PR_SCHED_CORE,PR_SCHED_CORE_GET =prctl_core:4 i:4 #=pid_type:4 [x:8]
  PR_SET_VMA =prctl_vma/PR_SET_VMA_??? p x p
  PR_SET_VMA,PR_SET_VMA_ANON_NAME =prctl_vma p u string
  PR_SET_SYSCALL_USER_DISPATCH =prctl_dispatch x x x
  PR_SET_SYSCALL_USER_DISPATCH,PR_SYS_DISPATCH_ON =prctl_dispatch x x p
`;

const ARCH_OPTIONS = `
  ARCH_GET_CPUID
  ARCH_GET_FS|ARCH_GET_GS [p:8]
  ARCH_GET_XCOMP_SUPP|ARCH_GET_XCOMP_PERM|ARCH_GET_XCOMP_GUEST_PERM [#&xfeature_mask:8]
  ARCH_REQ_XCOMP_PERM|ARCH_REQ_XCOMP_GUEST_PERM #=xfeature:4
`;

/** A name of a task: 15 bytes and a NUL. */
const NAME_LENGTH = 15;
function nameAt(call: SyscallView, at: bigint, isOutput: boolean): Value {
  if (at === 0n || (isOutput && call.failed)) return pointer(at);
  // The kernel reads no further, so what follows may be unreadable.
  const whole = call.memory.read(Number(at), NAME_LENGTH)?.bytes.slice(0, NAME_LENGTH);
  if (whole && !whole.includes(0)) return { kind: "string", bytes: whole, cut: !isOutput };
  const found = call.memory.readString(Number(at), NAME_LENGTH);
  if (!found) return pointer(at);
  return { kind: "string", bytes: found.bytes.slice(0, found.length), cut: false };
}

const hexText = (value: bigint) => (value === 0n ? "0" : `0x${value.toString(16)}`);
const VECTOR_LENGTH_MASK = 0xffffn;
/** Flags and the length of a vector: PR_SVE_SET_VL, PR_SME_SET_VL. */
function vectorLength(value: bigint, set: string): NamedValue {
  const length = value & VECTOR_LENGTH_MASK;
  if (value === length) return new NamedValue(value, [], value);
  const named = bitsValue(value & ~VECTOR_LENGTH_MASK, constants(set), "");
  const rest = named.rest ? [hexText(BigInt(named.rest))] : [];
  return new NamedValue(value, [...named.names.toReversed(), ...rest, hexText(length)]);
}

const TAGGED_ENABLE = 1n;
const TAG_CHECKS = ["NONE", "SYNC", "ASYNC", "MASK"];
const TAG_SHIFT = 3n;
const TAG_MASK = 0xffffn << TAG_SHIFT;
/** PR_SET_TAGGED_ADDR_CTRL: a flag, how tags are checked, and a mask of tags. */
function taggedAddress(value: bigint): NamedValue {
  const tags = (value & TAG_MASK) >> TAG_SHIFT;
  const names = [
    `${value & TAGGED_ENABLE ? "" : "!"}PR_TAGGED_ADDR_ENABLE`,
    `PR_MTE_TCF_${TAG_CHECKS[Number((value >> 1n) & 3n)]}`,
    ...(tags ? [`${hexText(tags)}<<PR_MTE_TAG_SHIFT`] : []),
  ];
  return new NamedValue(value, names, value & ~TAG_MASK & ~7n);
}

const SIGNED = { kind: "values", placeholder: "", notation: "decimal" } as const;
function ptracer(value: bigint): Value {
  const pid = BigInt.asIntN(32, value);
  return pid === -1n ? new NamedValue(-1, ["PR_SET_PTRACER_ANY"], 0, SIGNED) : integer(pid);
}

function optionName(call: SyscallView): string {
  return constantName(call.name, call.int(0)) || constantName(call.name, call.uint(0));
}

const READERS: Readonly<Record<string, Reader>> = {
  name: (call, at) => nameAt(call, at, false),
  "written-name": (call, at) => nameAt(call, at, true),
  string: stringAt,
  filter: (call, at) => bpfProgramAt(call, at),
  ptracer: (_, value) => ptracer(value),
  sve: (_, value) => vectorLength(value, "prctl_sve"),
  sme: (_, value) => vectorLength(value, "prctl_sme"),
  tagged: (_, value) => taggedAddress(value),
};
const TABLE: OptionTable = {
  lines: parseOptions(OPTIONS),
  others: ["x", "x", "x", "x"],
  optionOf: optionName,
  readers: READERS,
};
const ARCH_TABLE: OptionTable = { ...TABLE, lines: parseOptions(ARCH_OPTIONS), others: ["x"] };

/** The sets or formats of results, by option. */
const RESULT_SETS: Readonly<Record<string, string>> = {
  PR_GET_DUMPABLE: "=suid_dump",
  PR_GET_SECUREBITS: "&securebits",
  PR_GET_FP_MODE: "&prctl_fp_mode",
  PR_MCE_KILL_GET: "=prctl_mce_policy",
  PR_PAC_GET_ENABLED_KEYS: "&prctl_pac_enabled",
  ARCH_REQ_XCOMP_PERM: "&xfeature_mask",
  ARCH_REQ_XCOMP_GUEST_PERM: "&xfeature_mask",
};
/** Options whose results are flags, and which strace shows as decimal numbers. */
const DECIMAL_RESULTS = ["PR_GET_DUMPABLE", "PR_MCE_KILL_GET"];
const VECTOR_RESULTS: Readonly<Record<string, string>> = {
  PR_SVE_GET_VL: "prctl_sve",
  PR_SVE_SET_VL: "prctl_sve",
  PR_SME_GET_VL: "prctl_sme",
  PR_SME_SET_VL: "prctl_sme",
};

function resultValue(call: SyscallView, option: string): NamedValue | null {
  const result = BigInt.asUintN(call.wordSize * 8, call.registers.result);
  if (option === "PR_GET_TAGGED_ADDR_CTRL") return taggedAddress(result);
  if (option === "PR_GET_SPECULATION_CTRL") {
    const isKnown = constantName("prctl_speculation", Number(call.ulong(1))) !== "";
    return isKnown ? speculation(result) : null;
  }
  const vector = VECTOR_RESULTS[option];
  if (vector !== undefined) return vectorLength(result, vector);
  const format = RESULT_SETS[option];
  const value = format === undefined ? null : formatOf(format)(call, result, call.wordSize);
  return value?.kind === "named" ? value : null;
}

function speculation(result: bigint): NamedValue {
  const all = [["PR_SPEC_NOT_AFFECTED", 0] as const, ...constants("prctl_speculation_flags")];
  return bitsValue(result, all, "");
}

/**
 * Returns what the result of prctl(2) or arch_prctl(2) means, and how strace writes the number; null
 * for a plain number.
 */
export function prctlResult(
  call: SyscallView,
): { readonly value: NamedValue; readonly decimal: boolean } | null {
  const option = optionName(call);
  const value = resultValue(call, option);
  return value && { value, decimal: DECIMAL_RESULTS.includes(option) };
}

const option = (set: "prctl" | "arch_prctl", placeholder: string): ArgumentDecoder => ({
  ...choice(() => constants(set), placeholder),
  decode: (call, index) => enumValue(call.uint(index), constants(set), placeholder),
});

export const PRCTL_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  prctl: [option("prctl", "PR_???"), ...optionArguments(TABLE, 4)],
  arch_prctl: [option("arch_prctl", "ARCH_???"), ...optionArguments(ARCH_TABLE, 1)],
};
