/**
 * A seccomp filter that stops at the chosen system calls: seccomp(2),
 * include/uapi/linux/seccomp.h, linux/filter.h.
 */
import { ENOSYS } from "./errno.ts";
import { AUDIT_ARCH_AARCH64, AUDIT_ARCH_X86_64, X32_SYSCALL_BIT } from "./ptrace.ts";

const SECCOMP_RET_ALLOW = 0x7fff0000;
const SECCOMP_RET_TRACE = 0x7ff00000;
/** The data of our SECCOMP_RET_TRACE: a filter of the command's may return another. */
export const TRACE_DATA = 0x7472;
const STOP = SECCOMP_RET_TRACE | TRACE_DATA;
const SECCOMP_RET_ERRNO = 0x00050000;
/** BPF_LD|BPF_W|BPF_ABS, and BPF_JEQ, BPF_JGE, BPF_JSET with BPF_JMP|BPF_K, and BPF_RET|BPF_K. */
const LOAD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const JUMP_IF_ANY_BIT = 0x45;
const RETURN = 0x06;
/** struct seccomp_data. */
const SECCOMP_DATA = { nr: 0, arch: 4, args: 16 } as const;

/** struct sock_filter and struct sock_fprog. */
export const SOCK_FILTER_SIZE = 8;
export const SOCK_FPROG_SIZE = 16;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

/** A system call at which to stop if one of its arguments has one of the bits. */
export interface CallWithBits {
  readonly number: number;
  /** The index of the argument; 0 by default. */
  readonly argument?: number;
  /** The lower 32 bits. */
  readonly bits: number;
  /** The upper 32 bits; none by default. */
  readonly highBits?: number;
}

function stopAt(call: number | CallWithBits): Instruction[] {
  if (typeof call === "number")
    return [
      [JUMP_IF_EQUAL, 0, 1, call],
      [RETURN, 0, 0, STOP],
    ];
  const { number, argument = 0, bits, highBits = 0 } = call;
  const at = SECCOMP_DATA.args + 8 * argument;
  const checks = [[at, bits] as const, ...(highBits ? [[at + 4, highBits] as const] : [])];
  return [
    [JUMP_IF_EQUAL, 0, 3 * checks.length + 1, number],
    ...checks.flatMap(([from, mask]): Instruction[] => [
      [LOAD, 0, 0, from],
      [JUMP_IF_ANY_BIT, 0, 1, mask],
      [RETURN, 0, 0, STOP],
    ]),
    [RETURN, 0, 0, SECCOMP_RET_ALLOW],
  ];
}

/**
 * Builds a filter that stops at these system calls and at all calls of other ABIs, whose numbers
 * have other meanings.
 * @param missing see missingCallsFilter
 * @returns an array of struct sock_filter
 */
export function traceFilter(
  calls: readonly (number | CallWithBits)[],
  arch: "x64" | "arm64",
  missing: readonly number[] = [],
): Uint8Array {
  const auditArch = arch === "x64" ? AUDIT_ARCH_X86_64 : AUDIT_ARCH_AARCH64;
  const program: Instruction[] = [
    [LOAD, 0, 0, SECCOMP_DATA.arch],
    [JUMP_IF_EQUAL, 1, 0, auditArch],
    [RETURN, 0, 0, STOP],
    [LOAD, 0, 0, SECCOMP_DATA.nr],
    [JUMP_IF_AT_LEAST, 0, 1, X32_SYSCALL_BIT],
    [RETURN, 0, 0, STOP],
    ...calls.flatMap(stopAt),
    [RETURN, 0, 0, SECCOMP_RET_ALLOW],
  ];
  return encode([...denials(missing), ...program]);
}

/**
 * Builds a filter that only answers calls with ENOSYS, as if the kernel did not have them.
 * @param missing numbers that all ABIs have in common
 */
export function missingCallsFilter(missing: readonly number[]): Uint8Array {
  return encode([...denials(missing), [RETURN, 0, 0, SECCOMP_RET_ALLOW]]);
}

function denials(missing: readonly number[]): Instruction[] {
  if (missing.length === 0) return [];
  const numbers = missing.flatMap((number) => [number, X32_SYSCALL_BIT + number]);
  return [
    [LOAD, 0, 0, SECCOMP_DATA.nr],
    ...numbers.flatMap((number): Instruction[] => [
      [JUMP_IF_EQUAL, 0, 1, number],
      [RETURN, 0, 0, SECCOMP_RET_ERRNO | ENOSYS],
    ]),
  ];
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * SOCK_FILTER_SIZE);
  const view = new DataView(bytes.buffer);
  for (const [index, [code, ifTrue, ifFalse, operand]] of program.entries()) {
    const at = index * SOCK_FILTER_SIZE;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, ifTrue);
    view.setUint8(at + 3, ifFalse);
    view.setUint32(at + 4, operand, true);
  }
  return bytes;
}
