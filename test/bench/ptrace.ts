/** trace by ptrace compared with strace: the time from the command's start to its end. */
import { TRACE } from "../root/support/harness.ts";
import type { ByTool, Figures } from "./figures.ts";
import { Session } from "./session.ts";
import type { Tracer } from "./tracers.ts";
import { buildCommand } from "./workloads.ts";

const BYTES = 20_000;
const OPENS = 20_000;
const OPEN_LOOP = `i=0; while [ $i -lt ${OPENS} ]; do : </etc/passwd; i=$((i+1)); done`;

interface Compared {
  readonly what: string;
  /** The maximum of trace's time, relative to strace's. */
  readonly limit: number;
  readonly trace: readonly string[];
  readonly strace: readonly string[];
  command(directory: string): readonly string[];
}

const COMPARED: readonly Compared[] = [
  {
    what: "dd bs=1, every call by ptrace / strace",
    limit: 0.85,
    trace: ["syscalls"],
    strace: ["-f"],
    command: () => ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", `count=${BYTES}`, "status=none"],
  },
  {
    what: "opens, openat by ptrace with a filter / strace",
    limit: 1,
    trace: ["syscalls", "-e", "openat"],
    strace: ["-f", "--seccomp-bpf", "-e", "trace=openat"],
    command: () => ["sh", "-c", OPEN_LOOP],
  },
  {
    what: "compiling twenty C files, exec by ptrace / strace %file",
    limit: 0.45,
    trace: ["exec", "-q", "--backend", "ptrace"],
    strace: ["-f", "--seccomp-bpf", "-e", "trace=%file"],
    command: buildCommand,
  },
];

function tools({ trace, strace }: Compared): readonly Tracer[] {
  return [
    { name: "trace", wraps: true, argv: (_, output) => [TRACE, ...trace, "-o", output, "--"] },
    { name: "strace", wraps: true, argv: (_, output) => ["strace", ...strace, "-o", output] },
  ];
}

/** Measures each workload in ms. */
export async function byPtrace(figures: Figures, directory: string): Promise<void> {
  for (const compared of COMPARED)
    for (const tool of tools(compared)) {
      using session = await Session.start(tool, "record", compared.command(directory), directory);
      const { ms } = await session.go();
      await session.end();
      figures.best(compared.what, tool.name, ms);
    }
}

/** Returns trace's time relative to strace's for each workload, with its limit. */
export function ptraceRatios(figures: Figures): { what: string; values: ByTool; limit: number }[] {
  return COMPARED.map(({ what, limit }) => {
    const { trace, strace } = figures.of(what);
    return { what, values: { trace: trace / strace, strace: 1 }, limit };
  });
}
