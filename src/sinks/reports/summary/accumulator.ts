/** Accumulates the state that a summary reports, event by event. */
import { EEXIST, EINPROGRESS, EINVAL, ERESTARTSYS, errnoName } from "../../../kernel/errno.ts";
import { O_ACCMODE, O_PATH, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from "../../../kernel/fcntl.ts";
import { type ActionCount, type Actor, countAction } from "../../../model/file.ts";
import { Files, type MachineFiles } from "../../../model/files.ts";
import type { SummaryEvent } from "./summary-event.ts";

const RENAME_EXCHANGE = 2;

/** A path or address whose lookup failed, with the error. */
export interface FailedLookup extends ActionCount {
  readonly path: string;
  readonly errno: string;
}

/** A program that was executed. */
export interface Program extends ActionCount {
  /** The arguments of the first run. */
  readonly argv: readonly string[];
}

export class SummaryAccumulator {
  readonly files: Files;
  readonly failedLookups = new Map<string, FailedLookup>();
  readonly programs = new Map<string, Program>();
  readonly hosts = new Map<string, ActionCount>();
  readonly bound = new Map<string, ActionCount>();
  events = 0;
  processes = 0;

  /** @param machine where the run takes place; none for a record of a past run */
  constructor(machine?: MachineFiles) {
    this.files = new Files(machine);
  }

  add(event: SummaryEvent): void {
    this.events++;
    const { result } = event;
    if (result <= -ERESTARTSYS) return; // restarted, or EINTR
    if (event.event === "connect" && (result === 0 || result === -EINPROGRESS))
      this.count(this.hosts, event);
    else if (result < 0) this.addFailure(event);
    else this.handlers[event.event]?.(event);
  }

  private addFailure(event: SummaryEvent): void {
    // The path to be created exists: mv(1) finds that out by a rename that does not replace.
    const existing = event.path2 ?? event.path;
    if (event.result === -EEXIST && existing !== null) this.files.found(existing, false);
    // readlink(2) of a file that is no symbolic link has found the file.
    const isNoLink = event.event === "readlink" && event.result === -EINVAL;
    if (!LOOKUP_EVENTS.has(event.event) || isNoLink) return;
    const path = event.path ?? event.name;
    const errno = errnoName(-event.result);
    const key = `${errno} ${path}`;
    const known = this.failedLookups.get(key);
    if (known) known.times++;
    else this.failedLookups.set(key, { path, errno, times: 1, first: actorOf(event) });
  }

  private count(map: Map<string, ActionCount>, event: SummaryEvent): void {
    // The slash of a socket's path distinguishes it from an address.
    const name = event.path ?? event.name;
    map.set(name, countAction(map.get(name) ?? null, actorOf(event)));
  }

  /** The handlers of successful events, by kind. */
  private readonly handlers: Readonly<Record<string, (event: SummaryEvent) => void>> = {
    open: (event) => this.open(event),
    truncate: (event) => this.withPath(event, (path, actor) => this.files.truncate(path, actor)),
    rename: (event) => this.rename(event),
    unlink: (event) => this.withPath(event, (path, actor) => this.files.remove(path, actor)),
    rmdir: (event) => this.withPath(event, (path, actor) => this.files.remove(path, actor)),
    mkdir: (event) => this.withPath(event, (path, actor) => this.files.create(path, actor, true)),
    mknod: (event) => this.withPath(event, (path, actor) => this.files.create(path, actor)),
    link: (event) => this.addLink(event),
    symlink: (event) => this.addSymlink(event),
    stat: (event) => this.found(event),
    access: (event) => this.found(event),
    readlink: (event) => this.found(event),
    chmod: (event) => this.changeMetadata(event),
    chown: (event) => this.changeMetadata(event),
    utimes: (event) => this.changeMetadata(event),
    exec: (event) => this.exec(event),
    interp: (event) => this.readByKernel(event),
    fork: () => {
      this.processes++;
    },
    bind: (event) => this.count(this.bound, event),
  };

  private withPath(event: SummaryEvent, work: (path: string, actor: Actor) => void): void {
    if (event.path !== null) work(event.path, actorOf(event));
  }

  private open(event: SummaryEvent): void {
    const { path, flags, fileType, id } = event;
    if (path === null || flags & O_PATH || fileType === "dir") return;
    const mode = flags & O_ACCMODE;
    const fresh = event.created || (flags & O_TRUNC) !== 0;
    if (mode === O_RDONLY || (mode === O_RDWR && !fresh)) this.files.read(path, id, actorOf(event));
    if (mode === O_WRONLY || mode === O_RDWR || fresh)
      this.files.write(path, id, actorOf(event), event.created);
  }

  /** A script or an ELF interpreter is read like any other file, if it is in a directory. */
  private readByKernel(event: SummaryEvent): void {
    const { path, id } = event;
    if (!path?.startsWith("/")) return;
    // A script is known by its name only.
    this.files.read(id === null ? this.files.resolve(path, true) : path, id, actorOf(event));
  }

  private rename(event: SummaryEvent): void {
    const { path, path2, flags } = event;
    if (path === null || path2 === null || path === path2) return;
    if (flags & RENAME_EXCHANGE) this.files.exchange(path, path2, actorOf(event));
    else this.files.rename(path, path2, actorOf(event));
  }

  private addLink(event: SummaryEvent): void {
    const { path, path2 } = event;
    if (path !== null && path2 !== null) this.files.link(path, path2, actorOf(event));
  }

  private addSymlink(event: SummaryEvent): void {
    if (event.path2 !== null) this.files.create(event.path2, actorOf(event), false, event.name);
  }

  private found(event: SummaryEvent): void {
    this.withPath(event, (path) => this.files.found(path, false));
  }

  private changeMetadata(event: SummaryEvent): void {
    this.withPath(event, (path, actor) => this.files.changeMetadata(path, actor, true));
  }

  private exec(event: SummaryEvent): void {
    const path = event.path ?? event.name;
    const known = this.programs.get(path);
    if (known) known.times++;
    else this.programs.set(path, { times: 1, first: actorOf(event), argv: event.argv ?? [] });
  }
}

/** The events whose failure is a failed lookup. */
const LOOKUP_EVENTS = new Set(["open", "stat", "access", "readlink", "exec", "chdir", "connect"]);

function actorOf({ pid, comm }: SummaryEvent): Actor {
  return { pid, comm };
}
