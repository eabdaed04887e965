/** What kernels cannot do: the tests that fail there, and what `trace doctor` has to say. */
import type { KernelVersion } from "../../src/kernel/kernel-version.ts";

export interface Inability {
  readonly what: string;
  /** The first version that can. */
  readonly until: KernelVersion;
  /** Tests that show it. Any that passes all the same is a fault. */
  readonly tests: RegExp;
  /**
   * What doctor says of it: "name: what was found: what to do". None where trace misses nothing,
   * because the kernel refuses what the test's program asks for.
   */
  readonly doctor?: RegExp;
}

export const INABILITIES: readonly Inability[] = [
  {
    what: "completions of io_uring that tell their request",
    until: [5, 18],
    tests: /every open of the case same-user-data /,
    doctor: /^io_uring: .*by user_data only: .*without a known outcome$/,
  },
  {
    what: "IOSQE_CQE_SKIP_SUCCESS",
    until: [5, 17],
    tests: /the case skip-success |^io_uring > a success without a completion/,
  },
  {
    what: "IORING_FILE_INDEX_ALLOC",
    until: [5, 19],
    tests: /the case direct-alloc |^io_uring > a direct descriptor is noted/,
  },
  {
    what: "IORING_SETUP_DEFER_TASKRUN",
    until: [6, 1],
    tests: /the case deferred /,
  },
];
