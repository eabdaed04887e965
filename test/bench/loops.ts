/** An open/close loop at full speed: the worst that a recorder can meet. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { program } from "../root/programs.ts";
import { type Figures, UNTRACED } from "./figures.ts";
import { Session } from "./session.ts";
import { bpftrace, type Mode, opensnoop, strace, type Tracer, trace } from "./tracers.ts";

const EVENTS = 100_000;
/** It stops the loop at each open, so that it gets fewer. */
const STRACE_EVENTS = 5_000;

/** Names of figures. */
export const LOOP = "loop, ns";
export const RECORDED = "loop, recorded, ns";
export const LEFT_OUT = "loop, left out by flags, ns";
export const BESIDE = "loop beside what is recorded, ns";
export const LOST = "events lost";
export const CPU = "CPU per event, µs";
export const MEMORY = "most memory, MB";

function countOf(text: string, bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) count++;
  return count;
}

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

  async untraced(): Promise<void> {
    this.figures.best(LOOP, UNTRACED, await this.nanoseconds());
  }

  private async nanoseconds(): Promise<number> {
    using session = await this.start(null, "record", this.command(EVENTS));
    const { stdout } = await session.go();
    await session.end();
    return Number(stdout);
  }

  async recorded(tracer: Tracer): Promise<void> {
    const { name } = tracer;
    const events = tracer === strace ? STRACE_EVENTS : EVENTS;
    using session = await this.start(tracer, "record", this.command(events));
    const { stdout, cpu } = await session.go();
    const { peak } = session;
    const { bytes, lines, stderr } = await session.end();
    const lost = events - countOf(this.file, bytes);
    this.figures.best(RECORDED, name, Number(stdout));
    this.figures.best(CPU, name, cpu / lines / 1000);
    this.figures.worst(MEMORY, name, peak);
    this.figures.worst(LOST, name, lost);
    if (tracer === trace && (lost === 0) !== / complete$/m.test(stderr))
      throw new Error(`${lost} events are missing, but trace says: ${stderr}`);
  }

  /** The kernel finds that the loop's opens are not wanted, by their flags. */
  async leftOut(tracer: Tracer): Promise<void> {
    if (tracer === opensnoop) return; // it knows no flags
    using session = await this.start(tracer, "leave out", this.command(EVENTS));
    const { stdout } = await session.go();
    await session.end();
    this.figures.best(LEFT_OUT, tracer.name, Number(stdout));
  }

  /** Another process is recorded, not the loop. */
  async beside(tracer: Tracer): Promise<void> {
    if (tracer === bpftrace) return; // it would be as with opensnoop
    using session = await this.start(tracer, "leave out", ["true"]);
    this.figures.best(BESIDE, tracer.name, await this.nanoseconds());
    await session.end();
  }
}
