/**
 * What a run did: its processes, its files, failed lookups, the addresses that it used,
 * and who did what to which. It is built event by event, from a live recording or from a record;
 * its memory grows with the numbers of processes, files and pairs of these, not with that of events.
 */
import { EEXIST, EINPROGRESS, ERESTARTSYS, errnoName } from "../kernel/errno.ts";
import {
  __O_TMPFILE,
  AT_FDCWD,
  O_ACCMODE,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  RENAME_EXCHANGE,
} from "../kernel/fcntl.ts";
import { isFdName } from "../kernel/proc-fd.ts";
import { Accesses } from "./accesses.ts";
import { Digests } from "./digests.ts";
import { type Action, Edges, type Target } from "./edges.ts";
import type { ActionCount, Actor } from "./file.ts";
import { Files } from "./files.ts";
import { isKernelAddress } from "./kernel-address.ts";
import type { MachineFiles } from "./known-files.ts";
import {
  FOUND_ONLY,
  followsLink,
  isFailedLookup,
  Lookup,
  type LookupResult,
  NO_LOOKUP,
  readingOf,
  startsInCwd,
} from "./lookup.ts";
import { applyMountEvent } from "./mount-events.ts";
import type { Location } from "./path-walk.ts";
import { Exec, joinArguments, type Process } from "./process.ts";
import { Processes } from "./processes.ts";
import type { RunEvent, StandardStream } from "./run-event.ts";
import type { Namespace, RunFile } from "./volume.ts";

/** A path or a name. */
interface SeenIn {
  readonly path: string;
  /** The mount namespace in which that is the path; null if it is a name only. */
  readonly view: Namespace | null;
}

/** A lookup that failed, with the error. */
export interface FailedLookup extends ActionCount, Target, SeenIn {
  readonly errno: string;
}

/** A program that was executed. */
export interface Program extends ActionCount, SeenIn {
  /** The arguments of the first run. */
  readonly argv: readonly string[];
}

/** An address, or a socket's path, that was connected to or bound to. */
export interface Address extends ActionCount, Target {
  readonly name: string;
}

/** A pipe that was a standard stream of processes when they executed a program. */
export interface Pipe {
  /** Processes whose standard output or error it was. */
  readonly writers: Set<Process>;
  /** Processes whose standard input it was. */
  readonly readers: Set<Process>;
}

/** What a model is asked for besides files, processes, failed lookups and addresses. */
export interface Wants {
  /** Who did what to which: true by default. */
  readonly edges?: boolean;
  /** Whether lookups that found a file are edges, as those that failed are: false by default. */
  readonly found?: boolean;
  /** What was accessed, for a policy: false by default. */
  readonly accesses?: boolean;
}

export class Run {
  events = 0;
  /** Number of forks; some may be of processes outside the pid namespace of the recording. */
  forks = 0;
  readonly files: Files;
  readonly processes = new Processes();
  readonly edges = new Edges<Process, RunFile | FailedLookup | Address>(this.processes.all);
  readonly failedLookups = new Map<string, FailedLookup>();
  readonly programs = new Map<string, Program>();
  readonly hosts = new Map<string, Address>();
  readonly bound = new Map<string, Address>();
  /** By device and inode. */
  readonly pipes = new Map<string, Pipe>();
  /** Digests of files; empty unless the record has them. */
  readonly digests = new Digests();
  /** Texts that many execs have in common: paths, directories, arguments. */
  private readonly texts = new Map<string, string>();

  /** Called when a program is executed for the first time. */
  onProgram: ((program: Program) => void) | null = null;
  /** What was accessed, for a policy; null if it is not wanted. */
  readonly accesses: Accesses | null;
  private readonly wantsEdges: boolean;
  private readonly wantsFound: boolean;

  /** @param machine where the run takes place; none for a record of a past run */
  constructor(machine?: MachineFiles, { edges = true, found, accesses }: Wants = {}) {
    this.wantsEdges = edges;
    this.wantsFound = edges && found === true;
    this.accesses = accesses ? new Accesses() : null;
    this.files = new Files(machine, this.accesses);
  }

  /** Asks another machine from now on: that of the record whose events follow. */
  useMachine(machine: MachineFiles): void {
    this.files.machine = machine;
  }

  /** Adds an event, and returns what it looked up or opened if it changes nothing. */
  add(event: RunEvent): Lookup | null {
    this.events++;
    const process = this.processes.of(event);
    this.accesses?.begin(process, event.time ?? 0);
    if (event.result <= -ERESTARTSYS) return null; // restarted, or EINTR
    const lookup = this.apply(event, process);
    this.noteWorkingDirectory(event, process);
    if (lookup === null) return null;
    const cwdPath = startsInCwd(event) ? event.directory : null;
    return new Lookup(lookup, cwdPath, this.files.mountChanges);
  }

  private apply(event: RunEvent, process: Process): LookupResult | null {
    const { result } = event;
    if (event.event === "connect") {
      this.connect(event, process);
      return null;
    }
    if (result < 0) return this.addFailure(event, process);
    if (FOUND_ONLY.has(event.event)) return this.found(event, process);
    if (event.event === "open") return this.open(event, process);
    if (Object.hasOwn(this.handlers, event.event)) this.handlers[event.event](event, process);
    return null;
  }

  private connect(event: RunEvent, process: Process): void {
    const { result } = event;
    if (event.path === null)
      this.accesses?.add("connect", { volume: null, view: null, path: event.name });
    if (result >= 0 || result === -EINPROGRESS)
      this.countAddress(this.hosts, "connected", event, process);
    else if (result < 0) this.addFailure(event, process);
  }

  /**
   * Adds an event that looks up or opens the same as an earlier one did, with the same result.
   * @param event what differs
   * @returns whether that is known to do the same; if not, it was not added
   */
  repeat(lookup: Lookup, event: Pick<RunEvent, "pid" | "comm" | "time">): boolean {
    const { action, target, count, access, cwdPath } = lookup;
    const { files } = this;
    if (lookup.mountChanges !== files.mountChanges || !files.isStill(lookup)) return false;
    if (lookup.isInput && lookup.file?.written) return false;
    const process = this.processes.of(event);
    if (cwdPath !== null && cwdPath !== process.cwdPath) return false;
    this.events++;
    if (count) count.times++;
    if (access) access.times++;
    if (action !== null && this.wantsEdges)
      this.edges.add(process, action, target as RunFile, event.time ?? 0);
    return true;
  }

  private noteWorkingDirectory(event: RunEvent, process: Process): void {
    const isChdir = event.call === "chdir" || event.call === "fchdir";
    const isChanged = isChdir && event.result === 0;
    if (isChanged && event.path === null) process.cwd = process.cwdPath = null;
    const changed = isChanged ? event.path : null;
    const path = changed ?? event.cwd ?? (startsInCwd(event) ? event.directory : null);
    if (path === null || path === process.cwdPath) return;
    const { mntns } = event;
    const where = this.files.locate({ path, mntns, mount: null, directory: null, followed: true });
    process.cwdPath = path;
    process.cwd = this.files.entryOf(where);
  }

  private edge(process: Process, action: Action, target: Target, event: RunEvent): void {
    if (this.wantsEdges) this.edges.add(process, action, target as RunFile, event.time ?? 0);
  }

  private addFailure(event: RunEvent, process: Process): LookupResult {
    // The path to be created exists: mv(1) finds that out by a rename that does not replace.
    const where = this.secondLocation(event) ?? this.location(event);
    const isThere = event.result === -EEXIST && where !== null;
    const nothing = { ...NO_LOOKUP, found: isThere ? this.files.found(where, false) : null };
    if (!isFailedLookup(event)) return nothing;
    const errno = errnoName(-event.result);
    const { path, view } = this.seenPath(event);
    if (path === "") return nothing; // an fd without a path
    const key = `${errno} ${view?.id} ${path}`;
    let target = this.failedLookups.get(key);
    if (target) target.times++;
    else {
      target = { path, view, errno, times: 1, first: process.actor, index: -1 };
      this.failedLookups.set(key, target);
    }
    this.edge(process, "failed", target, event);
    const isPath = event.event !== "connect" || event.path !== null;
    const access = isPath ? this.accesses?.add("lookup", { volume: null, view, path }) : null;
    const counts = { count: target, access: access ?? null };
    return { ...nothing, edge: { action: "failed", target }, counts };
  }

  /** Returns where an event's path leads; null if it has none. */
  private location({ path, mntns, mount, directory, followed }: RunEvent): Location | null {
    return path === null ? null : this.files.locate({ path, mntns, mount, directory, followed });
  }

  private detachedLocation({ detached }: RunEvent): Location | null {
    return detached ? this.files.locateDetached(detached.dev, detached.path) : null;
  }

  private secondLocation(event: RunEvent): Location | null {
    const { path2: path, directory2: directory, mount2: mount, followed2: followed, mntns } = event;
    return path === null ? null : this.files.locate({ path, directory, mount, mntns, followed });
  }

  /** Returns the path of an event, or its name, as the run itself sees it. */
  private seenPath(event: RunEvent): SeenIn {
    const where = this.location(event);
    return where === null ? { path: event.name, view: null } : this.files.viewPath(where);
  }

  private countAddress(
    map: Map<string, Address>,
    action: Action,
    event: RunEvent,
    process: Process,
  ): void {
    // The slash of a socket's path distinguishes it from an address.
    const name = event.path ?? event.name;
    // Programs send to the kernel to look up addresses.
    if (event.path === null && isKernelAddress(name)) return;
    this.accessAddress(action, event);
    let address = map.get(name);
    if (address) address.times++;
    else {
      address = { name, times: 1, first: process.actor, index: -1 };
      map.set(name, address);
    }
    this.edge(process, action, address, event);
  }

  /** A socket that is bound to a path is a file. */
  private accessAddress(action: Action, event: RunEvent): void {
    if (!this.accesses) return;
    if (event.path === null) {
      if (action === "bound")
        this.accesses.add("listen", { volume: null, view: null, path: event.name });
      return;
    }
    const where = this.location(event);
    if (where === null) return;
    const { view, path } = this.files.viewPath(where);
    this.accesses.add(action === "bound" ? "write" : "connect", { volume: null, view, path });
  }

  /** The handlers of successful events, by kind. */
  private readonly handlers: Readonly<Record<string, (event: RunEvent, process: Process) => void>> =
    {
      truncate: (event, process) =>
        this.withPath(event, process, "written", (where, actor) =>
          this.files.truncate(where, actor),
        ),
      rename: (event, process) => this.rename(event, process),
      unlink: (event, process) => this.remove(event, process),
      rmdir: (event, process) => this.remove(event, process),
      mkdir: (event, process) => this.create(event, process, true),
      mknod: (event, process) => this.create(event, process, false),
      link: (event, process) => this.addLink(event, process),
      symlink: (event, process) => this.addSymlink(event, process),
      list: (event, process) =>
        this.withPath(event, process, "listed", (where, actor) =>
          this.files.list(where, event.id, actor, event.result === 0),
        ),
      mount: (event) => this.mount(event),
      chmod: (event, process) => this.changeMetadata(event, process),
      chown: (event, process) => this.changeMetadata(event, process),
      utimes: (event, process) => this.changeMetadata(event, process),
      exec: (event, process) => this.exec(event, process),
      interp: (event, process) => this.readByKernel(event, process),
      fork: (event, process) => {
        this.forks++;
        this.processes.forked(process, event.result, event);
      },
      exit: (event, process) => {
        if (event.exit) this.processes.exited(process, event.exit, event);
      },
      bind: (event, process) => this.countAddress(this.bound, "bound", event, process),
    };

  private withPath(
    event: RunEvent,
    process: Process,
    action: Action,
    work: (where: Location, actor: Actor) => RunFile,
  ): void {
    const where = this.location(event);
    if (where !== null) this.edge(process, action, work(where, process.actor), event);
  }

  /** @returns what it opened, if it can only be read */
  private open(event: RunEvent, process: Process): LookupResult | null {
    const { flags, fileType, id } = event;
    const location = this.location(event);
    const where = location ?? this.detachedLocation(event);
    if (flags & __O_TMPFILE) this.files.createNameless(id, process.actor);
    if (where === null || flags & O_PATH || fileType === "dir") return null;
    const mode = flags & O_ACCMODE;
    const fresh = event.created || (flags & O_TRUNC) !== 0;
    const isRead = mode === O_RDONLY || (mode === O_RDWR && !fresh);
    const reading = isRead ? this.files.read(where, id, process.actor) : null;
    if (reading) this.edge(process, "read", reading.file, event);
    if (mode === O_WRONLY || mode === O_RDWR || fresh) this.write(where, event, process);
    else if (reading && location) return readingOf(reading);
    return null;
  }

  private write(where: Location, event: RunEvent, process: Process): void {
    const file = this.files.write(where, event.id, process.actor, event.created);
    if (event.created) this.edge(process, "created", file, event);
    else if (event.flags & O_TRUNC) this.edge(process, "truncated", file, event);
    this.edge(process, "written", file, event);
  }

  /** A script or an ELF interpreter is read like any other file, if it is in a directory. */
  private readByKernel(event: RunEvent, process: Process): void {
    if (event.path?.startsWith("/"))
      this.withPath(event, process, "interpreter", (where, actor) =>
        this.files.readProgram(where, event.id, actor),
      );
  }

  private rename(event: RunEvent, process: Process): void {
    const [from, to] = this.renameLocations(event, process);
    if (from === null || to === null) return;
    if (event.flags & RENAME_EXCHANGE) {
      for (const file of this.files.exchange(from, to, process.actor))
        this.edge(process, "moved", file, event);
      return;
    }
    const [moved, replaced] = this.files.rename(from, to, process.actor);
    if (moved) this.edge(process, "moved", moved, event);
    if (replaced) this.edge(process, "removed", replaced, event);
  }

  /**
   * Returns where both names of a rename led before it. It may have moved the working directory, in
   * which they start, and the event has the path that this has afterwards.
   */
  private renameLocations(
    event: RunEvent,
    { cwd, cwdPath }: Process,
  ): [from: Location | null, to: Location | null] {
    const [from, to] = [this.location(event), this.secondLocation(event)];
    const start = event.directory ?? event.directory2;
    if (cwd === null || event.followed || start === cwdPath) return [from, to];
    const before = (dfd: number | null | undefined, name: string) =>
      dfd === AT_FDCWD && !name.startsWith("/") ? this.files.locateIn(cwd, name) : null;
    return [before(event.dfd, event.name) ?? from, before(event.dfd2, event.name2) ?? to];
  }

  private remove(event: RunEvent, process: Process): void {
    this.withPath(event, process, "removed", (where, actor) => this.files.remove(where, actor));
  }

  private create(event: RunEvent, process: Process, isDirectory: boolean): void {
    this.withPath(event, process, "created", (where, actor) =>
      this.files.create(where, actor, isDirectory),
    );
  }

  private addLink(event: RunEvent, process: Process): void {
    const from = isFdName(event.name) ? null : this.location(event);
    const to = this.secondLocation(event);
    if (to === null) return;
    const follows = followsLink(event.event, event.call, event.flags);
    const file = this.files.link(from, follows, to, event.id, process.actor);
    this.edge(process, "created", file, event);
  }

  private addSymlink(event: RunEvent, process: Process): void {
    const where = this.secondLocation(event);
    if (where === null) return;
    const file = this.files.create(where, process.actor, false, event.name);
    this.edge(process, "created", file, event);
  }

  private found(event: RunEvent, process: Process): LookupResult {
    const where = this.location(event);
    if (where === null) return NO_LOOKUP;
    const found = this.files.found(where, false);
    if (!this.wantsFound) return { ...NO_LOOKUP, found };
    const edge = { action: "found", target: found.file } as const;
    this.edge(process, edge.action, edge.target, event);
    return { ...NO_LOOKUP, found, edge };
  }

  private mount(event: RunEvent): void {
    const target = this.location(event);
    if (target !== null) applyMountEvent(this.files, event, target, this.secondLocation(event));
  }

  private changeMetadata(event: RunEvent, process: Process): void {
    const where = this.location(event);
    const follows = followsLink(event.event, event.call, event.flags);
    if (where !== null) this.files.changeMetadata(where, process.actor, follows);
  }

  private exec(event: RunEvent, process: Process): void {
    const where = this.location(event);
    const seen = this.seenPath(event);
    const path = this.shared(seen.path || NAMELESS);
    const key = `${seen.view?.id} ${path}`;
    const known = this.programs.get(key);
    if (known) known.times++;
    else {
      const { view } = seen;
      const program = { path, view, times: 1, first: process.actor, argv: event.argv ?? [] };
      this.programs.set(key, program);
      this.onProgram?.(program);
    }
    const { cwd = null, stdio = null, time = 0 } = event;
    const argv = this.shared(joinArguments(event.argv ?? []));
    process.addExec(new Exec(time, path, argv, cwd === null ? null : this.shared(cwd), stdio));
    if (where !== null) this.edge(process, "executed", this.files.execute(where), event);
    else this.accesses?.add("run", { volume: null, view: seen.view, path });
    for (const [fd, stream] of stdio?.entries() ?? []) {
      this.addStream(fd, stream, process);
      this.inherit(fd, stream, process, event);
    }
  }

  /** A file that is a standard stream of a program was opened by a process that led to it. */
  private inherit(
    fd: number,
    stream: StandardStream | null,
    process: Process,
    event: RunEvent,
  ): void {
    const file = stream?.type === "file" ? this.files.byIdentity(stream.id) : undefined;
    if (file) this.edge(process, fd === 0 ? "read" : "written", file, event);
  }

  /** Returns the one copy of a text. */
  private shared(text: string): string {
    const known = this.texts.get(text);
    if (known === undefined) this.texts.set(text, text);
    return known ?? text;
  }

  private addStream(fd: number, stream: StandardStream | null, process: Process): void {
    if (stream?.type !== "fifo" || process.pid === 0) return;
    let pipe = this.pipes.get(stream.id);
    if (!pipe) {
      pipe = { writers: new Set(), readers: new Set() };
      this.pipes.set(stream.id, pipe);
    }
    (fd === 0 ? pipe.readers : pipe.writers).add(process);
  }
}

/** A program in a file without a name: O_TMPFILE of open(2), run by its fd. */
const NAMELESS = "(a file without a name)";
