/** Knows which system calls return a file descriptor, from their man pages. */
import type { Value } from "./value.ts";

/** Calls that return a new fd. */
const FD_RETURNING_CALLS = new Set(
  `
  accept accept4 creat dup dup2 dup3 epoll_create epoll_create1 eventfd eventfd2 fanotify_init
  fsmount fsopen fspick inotify_init inotify_init1 io_uring_setup landlock_create_ruleset
  memfd_create memfd_secret mq_open open open_by_handle_at open_tree open_tree_attr openat openat2
  perf_event_open pidfd_getfd pidfd_open signalfd signalfd4 socket timerfd_create userfaultfd
`
    .trim()
    .split(/\s+/),
);
const BPF_FD_COMMANDS =
  /^BPF_((MAP|ITER|LINK|TOKEN)_CREATE|(PROG|BTF)_LOAD|OBJ_GET|.*_GET_FD_BY_ID|RAW_TRACEPOINT_OPEN)$/;
const DUPFD_COMMANDS = [0, 1030];

/** LANDLOCK_CREATE_RULESET_VERSION and _ERRATA: the result is a number. */
const LANDLOCK_QUERIES = 3n;

function isLandlockQuery(flags: Value | null | undefined): boolean {
  return flags?.kind === "named" && (BigInt(flags.value) & LANDLOCK_QUERIES) !== 0n;
}

/** Whether the call returns a file descriptor if it succeeds. */
export function returnsFd({
  name,
  args,
}: {
  readonly name: string;
  readonly args: readonly (Value | null | undefined)[];
}): boolean {
  if (name === "bpf") return args[0]?.kind === "named" && BPF_FD_COMMANDS.test(args[0].names[0]);
  if (name === "landlock_create_ruleset") return !isLandlockQuery(args[2]);
  if (name !== "fcntl" && name !== "fcntl64") return FD_RETURNING_CALLS.has(name);
  const command = args[1];
  return command?.kind === "named" && DUPFD_COMMANDS.includes(Number(command.value));
}
