/** Places seccomp filters in memory for the kernel: seccomp(2). */
import { allocate } from "../ffi/memory.ts";
import { SOCK_FILTER_SIZE, SOCK_FPROG_SIZE } from "../kernel/seccomp.ts";

/** @param filter an array of struct sock_filter. @returns the address of a struct sock_fprog */
export function filterProgram(filter: Uint8Array): number {
  const instructions = allocate(filter.length);
  instructions.bytes.set(filter);
  const program = allocate(SOCK_FPROG_SIZE);
  program.view.setUint16(0, filter.length / SOCK_FILTER_SIZE, true);
  program.view.setBigUint64(8, BigInt(instructions.address), true);
  return program.address;
}
