/** Constants of the architecture that we run on. */
import { type Arch, openFlags } from "../kernel/fcntl.ts";
import { syscallNumbers } from "../kernel/syscall-numbers.ts";

export const ARCH = process.arch as Arch;

/** Numbers of the system calls that we make: SYS.statx. */
export const SYS = syscallNumbers(ARCH);

/** Open flags whose values differ between architectures. The others: kernel/fcntl.ts. */
export const { O_DIRECTORY, O_NOFOLLOW } = openFlags(ARCH);
