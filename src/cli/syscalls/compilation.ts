/**
 * Limits the optimization of the functions that run for every system call. JavaScriptCore's highest
 * level makes them a few percent faster, but compiling them takes as much CPU time as tracing some
 * 10,000 calls, from which a command with its tracer on two CPUs suffers.
 */
import { noFTL } from "bun:jsc";
import { StraceSink } from "../../sinks/reports/syscalls/strace.ts";
import { SyscallSource } from "../../sources/ptrace/syscall-source.ts";
import { Tracer } from "../../sources/ptrace/tracer.ts";
import { decodeArguments } from "../../syscalls/decode/index.ts";
import { straceText } from "../../syscalls/strace-text.ts";

export function limitCompilation(): void {
  for (const { prototype } of [Tracer, SyscallSource, StraceSink])
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(prototype)))
      if (typeof value === "function") noFTL(value);
  noFTL(decodeArguments);
  noFTL(straceText);
}
