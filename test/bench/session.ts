/**
 * A running tracer and a command that it records on request, any number of times, so that the
 * tracer's start and end are not measured with the command.
 */
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { libc } from "../../src/ffi/libc.ts";
import { allocate } from "../../src/ffi/memory.ts";
import { UNTRACED } from "./figures.ts";
import { type Mode, PATH, type Tracer } from "./tracers.ts";

const GATE = 'echo ready; while read _; do "$@"; echo done; done';
const START_MS = 10_000;
/** A run that takes longer hangs. */
const TIMEOUT_MS = 300_000;
const CPUCLOCK_SCHED = 2;

/** Without sudo's variables: trace would run the command as the user who invoked sudo. */
export const ENV = { PATH, HOME: "/root", LC_ALL: "C" };

const time = allocate(16);

/** Returns the CPU time of a process with all its threads, in ns: clock_getcpuclockid(3). */
export function cpuTime(pid: number): number {
  if (libc.clock_gettime((~pid << 3) | CPUCLOCK_SCHED, time.address) < 0) return Number.NaN;
  const seconds = Number(time.view.getBigInt64(0, true));
  return seconds * 1e9 + Number(time.view.getBigInt64(8, true));
}

/** Counts the occurrences of a text in bytes. */
export function countOf(text: string, bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) count++;
  return count;
}

/** Waits until the tracer has written everything and uses no more CPU. */
async function idle(pid: number): Promise<void> {
  for (let before = -1, now = cpuTime(pid); now - before > 1e6; now = cpuTime(pid)) {
    before = now;
    await Bun.sleep(50);
  }
}

/** Waits until a tool has attached or subscribed and waits for events. */
async function attached(tracer: Subprocess, stderrFile: string): Promise<void> {
  for (const end = performance.now() + START_MS; performance.now() < end; await Bun.sleep(5)) {
    if (tracer.exitCode !== null) break;
    if (/poll|skb_wait|wait_woken/.test(readFileSync(`/proc/${tracer.pid}/wchan`, "utf8"))) return;
  }
  throw new Error(`did not start: ${readFileSync(stderrFile, "utf8").trim().split("\n").at(-1)}`);
}

/** Reads a process's output up to a line. */
class Lines {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private text = "";

  constructor(stream: ReadableStream<Uint8Array>) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** @returns the text before the line */
  async until(line: string): Promise<string> {
    for (;;) {
      const at = `\n${this.text}`.indexOf(`\n${line}\n`);
      if (at >= 0) {
        const before = this.text.slice(0, at);
        this.text = this.text.slice(at + line.length + 1);
        return before;
      }
      const { value, done } = await this.chunks.next();
      if (done) throw new Error(`ended without "${line}"`);
      this.text += new TextDecoder().decode(value);
    }
  }
}

/** The results of a session. */
export interface Record {
  readonly bytes: Buffer;
  readonly stderr: string;
}

export class Session {
  private readonly command: Subprocess<"pipe", "pipe", number>;
  private readonly stdout: Lines;
  private readonly output: string;
  private readonly stderrFile: string;
  private readonly tracer: Subprocess | null;

  private constructor(tracer: Tracer | null, mode: Mode, argv: readonly string[], cwd: string) {
    const name = tracer?.name ?? UNTRACED;
    this.output = join(cwd, `${name}.record`);
    this.stderrFile = join(cwd, `${name}.stderr`);
    const written = openSync(this.output, "w");
    const errors = openSync(this.stderrFile, "w");
    const started = tracer?.argv(mode, this.output) ?? [];
    const around = tracer?.wraps ? started : [];
    this.command = Bun.spawn([...around, "sh", "-c", GATE, "sh", ...argv], {
      stdio: ["pipe", "pipe", errors],
      cwd,
      env: ENV,
      timeout: TIMEOUT_MS,
    });
    this.stdout = new Lines(this.command.stdout);
    if (!tracer || tracer.wraps) this.tracer = tracer && this.command;
    else
      this.tracer = Bun.spawn([...started], {
        stdio: ["ignore", written, errors],
        cwd,
        env: ENV,
        timeout: TIMEOUT_MS,
      });
    closeSync(written);
    closeSync(errors);
  }

  /** Returns when the tracer is recording. */
  static async start(
    tracer: Tracer | null,
    mode: Mode,
    argv: readonly string[],
    directory: string,
  ): Promise<Session> {
    const session = new Session(tracer, mode, argv, directory);
    try {
      await session.stdout.until("ready");
      if (session.tracer && !tracer?.wraps) await attached(session.tracer, session.stderrFile);
    } catch (error) {
      session[Symbol.dispose]();
      throw error;
    }
    return session;
  }

  /** Runs the command once; returns its time in ms, its output, and the tracer's CPU time in ns. */
  async go(): Promise<{ ms: number; stdout: string; cpu: number }> {
    const pid = this.tracer?.pid;
    const before = pid === undefined ? 0 : cpuTime(pid);
    const start = performance.now();
    this.command.stdin.write("\n");
    const stdout = await this.stdout.until("done");
    const ms = performance.now() - start;
    if (pid === undefined) return { ms, stdout, cpu: 0 };
    await idle(pid);
    return { ms, stdout, cpu: cpuTime(pid) - before };
  }

  /** The tracer's peak memory so far, in MB (10^6 bytes). */
  get peak(): number {
    const status = readFileSync(`/proc/${this.tracer?.pid}/status`, "utf8");
    return (Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
  }

  /** The number of lines written so far: the command's events, and for some tools others. */
  get recorded(): number {
    return countOf("\n", readFileSync(this.output));
  }

  async end(): Promise<Record> {
    this.command.stdin.end();
    await this.command.exited;
    if (this.tracer !== this.command) this.tracer?.kill("SIGINT");
    await this.tracer?.exited;
    return {
      bytes: readFileSync(this.output),
      stderr: readFileSync(this.stderrFile, "utf8"),
    };
  }

  /** Ends the processes that a failure leaves running. */
  [Symbol.dispose](): void {
    this.command.stdin.end();
    if (this.tracer !== this.command) this.tracer?.kill();
  }
}
