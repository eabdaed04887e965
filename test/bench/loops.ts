/** An open/close loop at full speed: the worst case for a recorder. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { program } from "../root/support/programs.ts";
import { type Figures, UNTRACED } from "./figures.ts";
import { countOf, Session } from "./session.ts";
import {
  bpftrace,
  type Mode,
  opensnoop,
  strace,
  type Tracer,
  trace,
  traceToRecordFile,
} from "./tracers.ts";

const EVENTS = 100_000;
/** Fewer for strace, which stops the loop at each open. */
const STRACE_EVENTS = 5_000;
/** Loops are short compared with a tool's start, so each start runs several. */
const LOOPS = 3;

/** Keys of the figures. */
export const LOOP = "loop, ns";
export const RECORDED = "loop, recorded, ns";
export const FILTERED = "loop, filtered by flags, ns";
export const UNRELATED = "loop in an unrelated process, ns";
export const LOST = "events lost";
export const CPU = "CPU per event, µs";
export const RECORD_CPU = "CPU per event to a record file, µs";
export const MEMORY = "maximum memory, MB";

export class Loops {
  private readonly figures: Figures;
  private readonly directory: string;
  private readonly file: string;

  constructor(figures: Figures, directory: string) {
    this.figures = figures;
    this.directory = directory;
    this.file = join(directory, "opened");
    writeFileSync(this.file, "");
  }

  private command(events: number): readonly string[] {
    return [program("openloop"), `${events}`, this.file];
  }

  private start(tracer: Tracer | null, mode: Mode, command: readonly string[]): Promise<Session> {
    return Session.start(tracer, mode, command, this.directory);
  }

  /** Runs a session's loop several times; stores the lowest ns of one open and close. */
  private async loop(session: Session, what: string, tool: string, times = LOOPS): Promise<void> {
    for (let i = 0; i < times; i++) {
      const { stdout } = await session.go();
      this.figures.best(what, tool, Number(stdout));
    }
  }

  async untraced(): Promise<void> {
    await this.alone(LOOP, UNTRACED);
  }

  private async alone(what: string, tool: string): Promise<void> {
    using session = await this.start(null, "record", this.command(EVENTS));
    await this.loop(session, what, tool);
    await session.end();
  }

  async recorded(tracer: Tracer): Promise<void> {
    const { name } = tracer;
    const events = tracer === strace ? STRACE_EVENTS : EVENTS;
    using session = await this.start(tracer, "record", this.command(events));
    const { stdout, cpu } = await session.go();
    this.figures.best(RECORDED, name, Number(stdout));
    this.figures.best(CPU, name, cpu / session.recorded / 1000);
    this.figures.worst(MEMORY, name, session.peak);
    await this.loop(session, RECORDED, name, LOOPS - 1);
    const { bytes, stderr } = await session.end();
    const lost = LOOPS * events - countOf(this.file, bytes);
    this.figures.worst(LOST, name, lost);
    if (tracer === trace && (lost === 0) !== / complete$/m.test(stderr))
      throw new Error(`${lost} events are missing, but trace reports: ${stderr}`);
  }

  /** The same events as `recorded` has, in a record file. */
  async recordedToFile(): Promise<void> {
    using session = await this.start(traceToRecordFile, "record", this.command(EVENTS));
    for (let i = 0; i < LOOPS; i++) {
      const { cpu } = await session.go();
      this.figures.best(RECORD_CPU, "trace", cpu / EVENTS / 1000);
    }
    const { stderr } = await session.end();
    if (!/ complete$/m.test(stderr)) throw new Error(stderr);
  }

  /** The kernel rejects the loop's opens by their flags. */
  async filtered(tracer: Tracer): Promise<void> {
    if (tracer === opensnoop) return; // it has no filter by flags
    using session = await this.start(tracer, "filter out", this.command(EVENTS));
    await this.loop(session, FILTERED, tracer.name);
    await session.end();
  }

  /** Another process is recorded, not the loop. */
  async unrelated(tracer: Tracer): Promise<void> {
    if (tracer === bpftrace) return; // it would behave like opensnoop
    using session = await this.start(tracer, "filter out", ["true"]);
    await this.alone(UNRELATED, tracer.name);
    await session.end();
  }
}
