/** Known gaps of older kernels: the tests that fail there, and what `trace doctor` must report. */
import type { KernelVersion } from "../../src/kernel/kernel-version.ts";

export interface KnownGap {
  readonly what: string;
  /** The first version that has what the gap is about; undefined for all. */
  readonly since?: KernelVersion;
  /** The first version without the gap. */
  readonly until: KernelVersion;
  /** Tests that show the gap. It is a fault if one of them passes. */
  readonly tests: RegExp;
  /**
   * The line that doctor prints: "name: detail: advice". Undefined if trace misses no event, for
   * example because the kernel rejects what the test's program requests.
   */
  readonly doctor?: RegExp;
}

export const KNOWN_GAPS: readonly KnownGap[] = [
  {
    what: "completions of io_uring that tell their request",
    until: [5, 18],
    tests: /every open of the case same-user-data /,
    doctor: /^io_uring: .*by user_data only: .* are counted as unknown$/,
  },
  {
    what: "registers for programs at classic tracepoints, which tell execve from execveat",
    until: [5, 15],
    tests: /by bpf > .*where the kernel tells the call$/,
  },
  {
    what: "IOSQE_CQE_SKIP_SUCCESS",
    until: [5, 17],
    tests: /the case skip-success |^io_uring by \w+ > a success without a completion/,
  },
  {
    what: "IORING_FILE_INDEX_ALLOC",
    until: [5, 19],
    tests: /the case direct-alloc |^io_uring by \w+ > a direct descriptor has a note/,
  },
  {
    // Debian's 5.10 has the code of vfs_rmdir() in its only caller, where no program can be attached.
    what: "identity of removed directories",
    until: [6, 1],
    tests: /^with trampolines, a name has the file of > rmdir /,
  },
  {
    what: "IORING_SETUP_DEFER_TASKRUN",
    until: [6, 1],
    tests: /the case deferred /,
  },
  {
    // fdinfo of a ring has only the last component of their paths.
    what: "paths of files that are registered with a ring",
    since: [6, 9], // IORING_OP_FTRUNCATE
    until: [6, 13],
    tests: /^io_uring by ptrace, .* > every request of the case ftruncate /,
  },
];
