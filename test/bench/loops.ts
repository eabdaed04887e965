/** An open/close loop at full speed: the worst that a recorder can meet. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { program } from "../root/support/programs.ts";
import { type Figures, UNTRACED } from "./figures.ts";
import { countOf, Session } from "./session.ts";
import { bpftrace, type Mode, opensnoop, strace, type Tracer, trace } from "./tracers.ts";

const EVENTS = 100_000;
/** It stops the loop at each open, so that it gets fewer. */
const STRACE_EVENTS = 5_000;
/** Loops are short beside a tool's start, so each start is followed by some. */
const LOOPS = 3;

/** Names of figures. */
export const LOOP = "loop, ns";
export const RECORDED = "loop, recorded, ns";
export const LEFT_OUT = "loop, left out by flags, ns";
export const BESIDE = "loop beside what is recorded, ns";
export const LOST = "events lost";
export const CPU = "CPU per event, µs";
export const MEMORY = "most memory, MB";

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

  /** Lets a session's loop run again and again; keeps the least ns that one open and close took. */
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
      throw new Error(`${lost} events are missing, but trace says: ${stderr}`);
  }

  /** The kernel finds that the loop's opens are not wanted, by their flags. */
  async leftOut(tracer: Tracer): Promise<void> {
    if (tracer === opensnoop) return; // it knows no flags
    using session = await this.start(tracer, "leave out", this.command(EVENTS));
    await this.loop(session, LEFT_OUT, tracer.name);
    await session.end();
  }

  /** Another process is recorded, not the loop. */
  async beside(tracer: Tracer): Promise<void> {
    if (tracer === bpftrace) return; // it would be as with opensnoop
    using session = await this.start(tracer, "leave out", ["true"]);
    await this.alone(BESIDE, tracer.name);
    await session.end();
  }
}
