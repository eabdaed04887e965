/** The compared tools: how each records opens to a file, or filters them out. */
import { existsSync } from "node:fs";
import { TRACE } from "../root/support/harness.ts";

/**
 * `record`: write every open. `filter out`: the kernel rejects the opens, by their flags if the tool
 * can filter by flags, otherwise by the process. `everything`: write all that the tool can report
 * about files and processes.
 */
export type Mode = "record" | "filter out" | "everything";

export interface Tracer {
  readonly name: string;
  /** Whether the command is an argument of the tool; if not, the tool records the whole machine. */
  readonly wraps: boolean;
  /** Returns its command line; its standard output is written to `output` as well. */
  argv(mode: Mode, output: string): readonly string[];
}

export const trace: Tracer = {
  name: "trace",
  wraps: true,
  argv: (mode, output) => {
    const options = { record: [], "filter out": ["--flags=O_CREAT"], everything: ["--events=all"] };
    return [TRACE, "exec", ...options[mode], "-o", output, "--"];
  },
};

/** trace with a record file instead of CSV; `record` as well, so that both have the same events. */
export const traceToRecordFile: Tracer = {
  name: "trace",
  wraps: true,
  argv: (mode, output) => {
    const events = mode === "everything" ? "all" : "open";
    return [TRACE, "exec", "--format=trace", `--events=${events}`, "-o", output, "--"];
  },
};

/** trace check, with a policy that allows all files. */
export const traceCheck: Tracer = {
  name: "trace",
  wraps: true,
  argv: (_mode, output) => {
    const policy = ["--inputs=/*", "--inputs=*", "--outputs=/*", "--outputs=*"];
    return [TRACE, "check", "--format=json", ...policy, "-o", output, "--"];
  },
};

export const opensnoop: Tracer = {
  name: "opensnoop",
  wraps: false,
  argv: (mode) => needingTracefs(["opensnoop", ...(mode === "filter out" ? ["-p", "1"] : [])]),
};

/** The script follows bpftrace's opensnoop.bt, with opensnoop's columns. */
export const bpftrace: Tracer = {
  name: "bpftrace",
  wraps: false,
  argv: (mode) => {
    const wanted = mode === "filter out" ? "/args->flags & 0100/" : "";
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
      "filter out": "?creat",
      everything: "%file,%process,connect,bind",
    };
    return ["strace", "-f", "--seccomp-bpf", "-e", `trace=${calls[mode]}`, "-o", output];
  },
};

/** Debian installs some tools where a user's PATH does not lead. */
export const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

const peers = [opensnoop, bpftrace, strace];
export const missing = peers.filter(({ name }) => !Bun.which(name, { PATH }));
export const installed = peers.filter((peer) => !missing.includes(peer));

/** Mounts tracefs for the tool alone if the machine has none. */
function needingTracefs(argv: readonly string[]): readonly string[] {
  if (existsSync("/sys/kernel/tracing/events")) return argv;
  const script = 'mount -t tracefs tracefs /sys/kernel/tracing && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", script, "sh", ...argv];
}
