/** Runs `trace procs` and reads its events. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROCESS_COLUMNS } from "../../../src/events/process-event.ts";
import { run, TRACE, temporaryDirectory } from "./harness.ts";
import { program } from "./programs.ts";

/** A row of NDJSON with every column. */
export interface ReportedEvent {
  readonly time: number;
  readonly event: string;
  readonly pid: number;
  readonly tid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly user: string;
  readonly comm: string;
  readonly argv: readonly string[];
  readonly status: number | null;
  readonly signal: string | null;
  readonly wall: number | null;
  readonly detail: string | null;
  readonly core: number | null;
  readonly parent_tid: number | null;
  readonly origin: string;
}

const ALL = PROCESS_COLUMNS.map(({ name }) => name).join(",");
const FORMAT = ["--format", "ndjson", "--columns", ALL];

/** epoll_wait and epoll_pwait, of x86-64 and arm64, in /proc/PID/syscall. */
const WAITING = /^(232|281|22) /;

export const PROCESSES = program("processes");

function readReported(file: string): ReportedEvent[] {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

export interface ProcsRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly reported: ReportedEvent[];
}

/** Runs a command under `trace procs`, in an empty directory. */
export function underProcs(command: readonly string[], args: readonly string[] = []): ProcsRun {
  using directory = temporaryDirectory();
  using beside = temporaryDirectory();
  const file = join(beside.path, "reported");
  const format = args.includes("--columns") ? ["--format", "ndjson"] : FORMAT;
  const trace = [TRACE, "procs", ...format, "-o", file, ...args, "--", ...command];
  const { status, stdout, stderr } = run(trace, { cwd: directory.path });
  return { status, stdout: stdout.toString(), stderr, reported: readReported(file) };
}

/** Starts `trace procs ARGS` and returns when it is watching. */
export async function watching(args: readonly string[]) {
  const trace = Bun.spawn([TRACE, "procs", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  // It polls its sources only after it has read all of /proc.
  while (!WAITING.test(readFileSync(`/proc/${trace.pid}/syscall`, "utf8"))) await Bun.sleep(5);
  return trace;
}

/** Runs `trace procs ARGS` during `work`, and interrupts it unless it ended by itself. */
export async function besideProcs(
  args: readonly string[],
  work: (trace: Bun.Subprocess) => unknown,
): Promise<ProcsRun> {
  using directory = temporaryDirectory();
  const file = join(directory.path, "reported");
  const trace = await watching([...FORMAT, "-o", file, ...args]);
  await work(trace);
  trace.kill("SIGINT");
  const status = await trace.exited;
  const stdout = await new Response(trace.stdout).text();
  const stderr = await new Response(trace.stderr).text();
  return { status, stdout, stderr, reported: readReported(file) };
}
