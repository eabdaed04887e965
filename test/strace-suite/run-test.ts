/** Runs one of strace's test scripts as it stands, with trace or with strace itself. */
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Package } from "./package.ts";

const BIN = join(import.meta.dir, "bin");
const STRACE = "/usr/bin/strace";

/** For how long tests wait for something that should not happen, in seconds. */
const TIMEOUT_DURATION = "60";

/** What a run needs to know besides the test's name. */
export interface Session {
  readonly strace: Package;
  /** The tests' working directory, of this run alone. */
  readonly tests: string;
  /** The executable to be judged; null for strace. */
  readonly trace: string | null;
  /** A directory for what the tests expected and got. */
  readonly kept: string;
  /** The time that a test may take, in seconds. */
  readonly limit: number;
}

/** How a script ended, and all that it said. */
export interface Outcome {
  readonly status: "passed" | "skipped" | "failed" | "hung";
  readonly output: string;
}

function environment(session: Session, kept: string): Record<string, string> {
  const { strace, trace } = session;
  const judged = trace === null ? STRACE : join(BIN, "strace");
  return {
    ...(process.env as Record<string, string>),
    KEEP_DIR: kept,
    LC_ALL: "C",
    MIPS_ABI: "",
    PATH: `${BIN}/tools:${process.env.PATH}`,
    SIZEOF_KERNEL_LONG_T: "8",
    SIZEOF_LONG: "8",
    SLEEP_A_BIT: "sleep 1",
    STRACE: judged,
    STRACE_ARCH: "x86_64",
    STRACE_NATIVE_ARCH: "x86_64",
    STRACE_PROGRAM: STRACE,
    TIMEOUT_DURATION,
    TRACE_PROGRAM: trace ?? "",
    srcdir: join(strace.source, "tests"),
  };
}

/** Kills what a test left running, which its environment names. */
function killLeftovers(kept: string): void {
  const mark = `KEEP_DIR=${kept}\0`;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, "latin1").includes(mark))
        process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended, or is another user's.
    }
  }
}

const STATUS: Readonly<Record<number, Outcome["status"]>> = { 0: "passed", 77: "skipped" };

/** Runs the script; its differences remain in the directory `kept` of the session. */
export async function runTest(session: Session, name: string, script: string): Promise<Outcome> {
  const kept = join(session.kept, name);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  // A file, not a pipe: what a test leaves running would hold a pipe open.
  const said = join(kept, "said");
  const fd = openSync(said, "w");
  const child = Bun.spawn(["setsid", "-w", "sh", join(session.strace.source, "tests", script)], {
    cwd: session.tests,
    env: environment(session, kept),
    stdio: ["ignore", fd, fd],
  });
  closeSync(fd);
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    killLeftovers(kept);
    child.kill("SIGKILL");
  }, session.limit * 1000);
  const code = await child.exited;
  clearTimeout(timer);
  killLeftovers(kept);
  return {
    status: hung ? "hung" : (STATUS[code] ?? "failed"),
    output: readFileSync(said, "latin1"),
  };
}
