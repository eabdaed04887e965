/** What a system call is about, in one word: strace's classes in the order in which they decide. */
import { membersOfClass } from "./categories.ts";

const CLASSES: readonly (readonly [category: string, classes: readonly string[]])[] = [
  ["network", ["network"]],
  ["memory", ["memory"]],
  ["signal", ["signal"]],
  ["ipc", ["ipc"]],
  ["credentials", ["creds"]],
  ["time", ["clock"]],
  ["process", ["process"]],
  ["file", ["file"]],
  ["desc", ["desc"]],
];

/** Calls that strace has in no class, or in one that says less. */
const OWN: Readonly<Record<string, string>> = {
  time: `
    adjtimex alarm clock_adjtime clock_adjtime64 clock_nanosleep clock_nanosleep_time64
    clock_settime clock_settime64 getitimer nanosleep setitimer settimeofday stime
    timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime
    timer_settime64 times
  `,
  process: `
    arch_prctl get_robust_list getpgid getpgrp getpid getppid getpriority getrusage getsid gettid
    kcmp pidfd_getfd pidfd_open prctl prlimit64 process_mrelease process_vm_readv process_vm_writev
    ptrace rseq sched_getaffinity sched_getattr sched_getparam sched_getscheduler
    sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield
    set_robust_list set_tid_address setns setpgid setpriority setsid unshare
  `,
  ipc: "futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake mq_notify mq_open mq_unlink",
};

let categories: Map<string, string> | undefined;

function table(): Map<string, string> {
  const map = new Map<string, string>();
  // What decides is put in last.
  for (const [category, classes] of [...CLASSES].reverse())
    for (const name of classes.flatMap((each) => membersOfClass(each) ?? []))
      map.set(name, category);
  for (const [category, names] of Object.entries(OWN))
    for (const name of names.trim().split(/\s+/)) map.set(name, category);
  return map;
}

/** "file", "desc", "process", …; "system" for what is about the machine as a whole. */
export function categoryOf(name: string): string {
  categories ??= table();
  return categories.get(name) ?? "system";
}
