/**
 * Made-up runs for `trace diff`: a tree of programs that read, write, look up, list, remove and connect,
 * whose processes run at once, in an order, with pids and with temporary names of a seed. Whoever comes
 * first makes the directories and cache files that they share.
 */
import * as abi from "../../../../src/events/event-record.ts";
import { CALL_NAMES } from "../../../../src/events/file-calls.ts";
import { Outcomes } from "../../../../src/model/outcomes.ts";
import type { RunEvent } from "../../../../src/model/run-event.ts";
import { EventFeeder } from "../../../../src/sinks/reports/summary/event-feeder.ts";
import { buildRecord, components } from "../../../fixtures/builders.ts";
import { eventOf } from "../../../fixtures/fixtures.ts";
import type { Random } from "../../../random.ts";

type Simple = "read" | "lookup" | "list" | "write" | "remove" | "connect";

export type Step =
  | { readonly kind: Simple; readonly path: string }
  | { readonly kind: "missing"; readonly how: "read" | "lookup"; readonly path: string }
  /** Makes a directory unless there is one, which is looked at then. */
  | { readonly kind: "share"; readonly path: string }
  /** Reads a file that whoever comes first makes, by a temporary name. */
  | { readonly kind: "cache"; readonly path: string }
  /** A program writes a temporary file, and another one reads it; it is removed then. */
  | { readonly kind: "pipeline"; readonly writer: Program; readonly reader: Program }
  | { readonly kind: "spawn"; readonly program: Program };

export interface Program {
  argv: string[];
  readonly steps: Step[];
  status: number;
}

const ENOENT = -2;
const EEXIST = -17;
const O_CREAT_WRONLY = 0o101;
/** Stands for the name of a temporary file in arguments. */
export const TEMPORARY = "@";

/** Returns a program with some that it starts. */
export function randomProgram(random: Random, depth = 0): Program {
  const id = random.below(1e9).toString(36);
  const name = random.pick(["cc", "as", "sh", "python3", "node", "sort"]);
  const steps: Step[] = [];
  const file = () => `/in/${random.below(40)}.h`;
  const argv = [
    name,
    "-x",
    `--in=${id}.c`,
    "-o",
    `${id}.o`,
    `--level=${1_000_000 + random.below(3)}`,
  ];
  for (let left = 3 + random.below(6); left > 0; left--)
    steps.push(
      random.pick<() => Step>([
        () => ({ kind: "read", path: file() }),
        () => ({ kind: "read", path: `/w/src/${id}.c` }),
        () => ({ kind: "lookup", path: file() }),
        () => ({ kind: "missing", how: random.pick(["read", "lookup"]), path: `/opt${file()}` }),
        () => ({ kind: "list", path: "/in" }),
        () => ({ kind: "connect", path: "192.0.2.1:443" }),
        () => ({ kind: "share", path: `/w/out/${random.below(2)}` }),
        () => ({ kind: "cache", path: `/w/cache/${random.below(3)}.bin` }),
        () => ({ kind: "write", path: `/w/out/${id}.o` }),
        () => ({
          kind: "pipeline",
          writer: { argv: ["cc1", `${id}.c`, TEMPORARY], steps: [], status: 0 },
          reader: { argv: ["as", "-o", `${id}.o`, TEMPORARY], steps: [], status: 0 },
        }),
      ])(),
    );
  if (depth < 2)
    for (let left = random.below(4); left > 0; left--) {
      const program = randomProgram(random, depth + 1);
      steps.splice(random.below(steps.length + 1), 0, { kind: "spawn", program });
    }
  return { argv, steps, status: 0 };
}

/** Returns a program and all that it starts. */
export function programsOf(program: Program): Program[] {
  return [
    program,
    ...program.steps.flatMap((step) => {
      if (step.kind === "spawn") return programsOf(step.program);
      return step.kind === "pipeline" ? [step.writer, step.reader] : [];
    }),
  ];
}

/** A process, and what it has still to do; each action is not interrupted by other processes. */
interface Running {
  readonly pid: number;
  /** The arguments of those that led to it, and its own. */
  readonly chain: string;
  readonly comm: string;
  readonly actions: (() => void)[];
}

const BASE: RunEvent = {
  ...{ event: "", call: "", pid: 0, comm: "", flags: 0, name: "", name2: "", path: null },
  ...{ path2: null, followed: true, followed2: true, directory: null, directory2: null },
  ...{ mount: null, mount2: null, mntns: "", result: 0, created: false, fileType: null },
  ...{ id: null, argv: null },
};

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

class Machine {
  readonly run = new Outcomes();
  private readonly feeder = new EventFeeder(this.run);
  private readonly random: Random;
  private readonly present = new Set<string>();
  private readonly running: Running[] = [];
  private readonly omitted: number;
  /** What each call was, apart from its result, pids and temporary names. */
  readonly calls: string[] = [];
  private time = 1e12;
  private lastPid: number;

  constructor(random: Random, omitted: number) {
    this.random = random;
    this.omitted = omitted;
    this.lastPid = 300 + random.below(30_000);
  }

  execute(program: Program): void {
    this.start(null, program);
    for (;;) {
      const ready = this.running.filter(({ actions }) => actions.length > 0);
      if (ready.length === 0) return;
      this.random.pick(ready).actions.shift()?.();
    }
  }

  /** @param name of a temporary file, for the arguments */
  private start(parent: Running | null, { argv, steps, status }: Program, name = ""): Running {
    this.lastPid += 1 + this.random.below(5);
    const chain = `${parent?.chain ?? ""} < ${argv.join(" ")}`;
    const process: Running = { pid: this.lastPid, comm: argv[0], chain, actions: [] };
    if (parent) this.event(parent, { event: "fork", result: process.pid });
    const path = `/usr/bin/${argv[0]}`;
    const words = argv.map((word) => (word === TEMPORARY ? name : word));
    const exec = { event: "exec", name: path, path, argv: words, cwd: "/w" };
    process.actions.push(() => this.event(process, exec));
    for (const step of steps) process.actions.push(() => this.take(process, step));
    const exit = { status, signal: null, started: null };
    process.actions.push(() => this.event(process, { event: "exit", exit }));
    this.running.push(process);
    return process;
  }

  private event(process: Running, event: Partial<RunEvent>): void {
    const { pid, comm } = process;
    this.run.add({ ...BASE, pid, comm, time: this.tick(), ...event });
  }

  private tick(): number {
    this.time += 1000 * (1 + this.random.below(1000));
    return this.time;
  }

  private call(
    process: Running,
    call: string,
    path: string,
    ret: number,
    more: { readonly flags?: number; readonly notes?: number; readonly path2?: string } = {},
  ): void {
    const { path2, ...fields } = more;
    const isOpened = call === "openat" && ret >= 0;
    const notes = abi.NOTE_PATH | (isOpened ? 0 : abi.NOTE_BASE) | (fields.notes ?? 0);
    const second = path2 === undefined ? 0 : abi.NOTE_PATH2 | abi.NOTE_PARENT2;
    const record = buildRecord(
      abi.EVENT_SYSCALL,
      {
        ...fields,
        ...{ call: CALL_NAMES.indexOf(call as (typeof CALL_NAMES)[number]), ret },
        ...{ notes: notes | second, time: this.tick(), tgid: process.pid, tid: process.pid },
      },
      {
        name: path,
        path: isOpened || call === "getdents64" ? components(path) : "",
        ...(path2 === undefined ? {} : { name2: path2, path2: "" }),
      },
    );
    record.bytes.set(Buffer.from(process.comm), abi.EVENT.comm);
    const name = path.replace(/^\/tmp\/cc\w{6}/, "/tmp/ccRANDOM").replace(/\.bin\.\d+/, ".bin.PID");
    const isSeen = this.calls.push(`${process.chain}: ${call} ${name}`) - 1 !== this.omitted;
    if (isSeen) this.feeder.add(eventOf(record));
  }

  private create(process: Running, path: string): void {
    const notes = this.present.has(path) ? 0 : abi.NOTE_CREATED;
    this.call(process, "openat", path, 3, { flags: O_CREAT_WRONLY, notes });
    this.present.add(path);
  }

  /** How each step is taken, by its kind. */
  private readonly takers: {
    readonly [kind in Step["kind"]]: (
      process: Running,
      step: Extract<Step, { kind: kind }>,
    ) => void;
  } = {
    read: (process, { path }) => this.call(process, "openat", path, 3),
    lookup: (process, { path }) => this.call(process, "newfstatat", path, 0),
    missing: (process, { how, path }) =>
      this.call(process, how === "read" ? "openat" : "newfstatat", path, ENOENT),
    list: (process, { path }) => this.event(process, { event: "list", path }),
    write: (process, { path }) => this.create(process, path),
    remove: (process, { path }) => this.call(process, "unlink", path, 0),
    connect: (process, { path }) => this.event(process, { event: "connect", name: path }),
    share: (process, { path }) => this.share(process, path),
    cache: (process, { path }) => this.cache(process, path),
    spawn: (process, { program }) => void this.start(process, program),
    pipeline: (process, { writer, reader }) => this.pipeline(process, writer, reader),
  };

  private take(process: Running, step: Step): void {
    const take = this.takers[step.kind] as (process: Running, step: Step) => void;
    take(process, step);
  }

  private share(process: Running, path: string): void {
    const isMade = this.present.has(path);
    this.call(process, "mkdir", path, isMade ? EEXIST : 0);
    this.present.add(path);
    // Others may run in between.
    if (isMade) process.actions.unshift(() => this.call(process, "newfstatat", path, 0));
  }

  private cache(process: Running, path: string): void {
    const isMade = this.present.has(path);
    this.call(process, "openat", path, isMade ? 3 : ENOENT);
    if (isMade) return;
    const temporary = `${path}.${process.pid}`;
    this.create(process, temporary);
    this.call(process, "rename", temporary, 0, { path2: path });
    this.present.delete(temporary);
    this.present.add(path);
  }

  private pipeline(process: Running, writer: Program, reader: Program): void {
    const random = Array.from({ length: 6 }, () => this.random.pick([...LETTERS])).join("");
    const name = `/tmp/cc${random}.s`;
    this.create(process, name);
    const file = (each: Program, step: Step) => ({ ...each, steps: [step, ...each.steps] });
    const first = this.start(process, file(writer, { kind: "write", path: name }), name);
    const read = () => {
      const second = this.start(process, file(reader, { kind: "read", path: name }), name);
      process.actions.unshift(() => this.await(process, second, remove));
    };
    const remove = () => {
      this.call(process, "unlink", name, 0);
      this.present.delete(name);
    };
    process.actions.unshift(() => this.await(process, first, read));
  }

  private await(process: Running, child: Running, then: () => void): void {
    if (child.actions.length === 0) then();
    else process.actions.unshift(() => this.await(process, child, then));
  }
}

export interface MadeUpRun {
  readonly run: Outcomes;
  /** What each call was, apart from its result, pids and temporary names. */
  readonly calls: readonly string[];
}

/**
 * Runs a program.
 * @param random decides what differs in each run
 * @param omitted the call that is not recorded, by its number
 */
export function runOf(program: Program, random: Random, omitted = -1): MadeUpRun {
  const machine = new Machine(random, omitted);
  machine.execute(program);
  return machine;
}
