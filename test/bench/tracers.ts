/** The tools that are compared: how each is told to record opens to a file, or to leave them out. */
import { existsSync } from "node:fs";
import { TRACE } from "../root/support/harness.ts";

/**
 * `record`: every open is to be written. `leave out`: the kernel is to find that an open is not
 * wanted, by its flags where the tool can, else by its process. `everything`: all that the tool can
 * tell of files and processes is to be written.
 */
export type Mode = "record" | "leave out" | "everything";

export interface Tracer {
  readonly name: string;
  /** Whether the command is an argument of it; else it looks at the whole machine. */
  readonly wraps: boolean;
  /** Its command line; what it writes to standard output goes to `output` as well. */
  argv(mode: Mode, output: string): readonly string[];
}

export const trace: Tracer = {
  name: "trace",
  wraps: true,
  argv: (mode, output) => {
    const options = { record: [], "leave out": ["--flags=O_CREAT"], everything: ["--events=all"] };
    return [TRACE, "exec", ...options[mode], "-o", output, "--"];
  },
};

export const opensnoop: Tracer = {
  name: "opensnoop",
  wraps: false,
  argv: (mode) => needingTracefs(["opensnoop", ...(mode === "leave out" ? ["-p", "1"] : [])]),
};

/** As opensnoop.bt of bpftrace's own tools, with the same columns as opensnoop. */
export const bpftrace: Tracer = {
  name: "bpftrace",
  wraps: false,
  argv: (mode) => {
    const wanted = mode === "leave out" ? "/args->flags & 0100/" : "";
    const program = `
      tracepoint:syscalls:sys_enter_openat ${wanted} { @name[tid] = args->filename; }
      tracepoint:syscalls:sys_exit_openat /@name[tid]/ {
        printf("%d %s %d %s\\n", pid, comm, args->ret, str(@name[tid]));
        delete(@name[tid]);
      }`;
    return needingTracefs(["bpftrace", "-e", program]);
  },
};

export const strace: Tracer = {
  name: "strace",
  wraps: true,
  argv: (mode, output) => {
    const calls = {
      record: "?open,openat,?openat2,?creat",
      "leave out": "?creat",
      everything: "%file,%process,connect,bind",
    };
    return ["strace", "-f", "--seccomp-bpf", "-e", `trace=${calls[mode]}`, "-o", output];
  },
};

/** Debian keeps programs for root where a user's PATH does not lead. */
export const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

const peers = [opensnoop, bpftrace, strace];
export const missing = peers.filter(({ name }) => !Bun.which(name, { PATH }));
export const installed = peers.filter((peer) => !missing.includes(peer));

/** A mount of tracefs that only the tool itself sees, where the machine has none. */
function needingTracefs(argv: readonly string[]): readonly string[] {
  if (existsSync("/sys/kernel/tracing/events")) return argv;
  const script = 'mount -t tracefs tracefs /sys/kernel/tracing && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", script, "sh", ...argv];
}
