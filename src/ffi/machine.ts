/** Constants of the architecture that we run on. */
import { type Arch, openFlags } from "../kernel/fcntl.ts";
import { syscallNumbers } from "../kernel/syscall-numbers.ts";

export const ARCH = process.arch as Arch;

/** Numbers of the system calls that we make: SYS.statx. */
export const SYS = syscallNumbers(ARCH);

/** The open flags whose values differ between architectures. */
export const { O_DIRECTORY, O_LARGEFILE, O_NOFOLLOW } = openFlags(ARCH);
