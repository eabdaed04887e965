/** Accumulates the state that a summary reports, event by event. */
import { EEXIST, EINPROGRESS, EINVAL, ERESTARTSYS, errnoName } from "../../../kernel/errno.ts";
import { O_ACCMODE, O_PATH, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from "../../../kernel/fcntl.ts";
import { type ActionCount, type Actor, countAction } from "../../../model/file.ts";
import { Files, type Location, type MachineFiles } from "../../../model/files.ts";
import type { View } from "../../../model/view.ts";
import type { SummaryEvent } from "./summary-event.ts";

const RENAME_EXCHANGE = 2;

/** A path or a name. */
interface SeenIn {
  readonly path: string;
  /** The mount namespace in which that is the path; null if it is a name only. */
  readonly view: View | null;
}

/** A lookup that failed, with the error. */
export interface FailedLookup extends ActionCount, SeenIn {
  readonly errno: string;
}

/** A program that was executed. */
export interface Program extends ActionCount, SeenIn {
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
    const existing = this.secondLocation(event) ?? this.location(event);
    if (event.result === -EEXIST && existing !== null) this.files.found(existing, false);
    // readlink(2) of a file that is no symbolic link has found the file.
    const isNoLink = event.event === "readlink" && event.result === -EINVAL;
    if (!LOOKUP_EVENTS.has(event.event) || isNoLink) return;
    const errno = errnoName(-event.result);
    const { path, view } = this.seenPath(event);
    const key = `${errno} ${view?.id} ${path}`;
    const known = this.failedLookups.get(key);
    if (known) known.times++;
    else this.failedLookups.set(key, { path, view, errno, times: 1, first: actorOf(event) });
  }

  /** Returns where an event's path leads; null if it has none. */
  private location({ path, ...event }: SummaryEvent): Location | null {
    return path === null ? null : this.files.locate({ path, ...event });
  }

  private secondLocation(event: SummaryEvent): Location | null {
    const { path2: path, directory2: directory, mount2: mount, followed2: followed, mntns } = event;
    return path === null ? null : this.files.locate({ path, directory, mount, mntns, followed });
  }

  /** Returns the path of an event, or its name, as the run itself sees it. */
  private seenPath(event: SummaryEvent): SeenIn {
    const where = this.location(event);
    return where === null ? { path: event.name, view: null } : this.files.viewPath(where);
  }

  private count(map: Map<string, ActionCount>, event: SummaryEvent): void {
    // The slash of a socket's path distinguishes it from an address.
    const name = event.path ?? event.name;
    map.set(name, countAction(map.get(name) ?? null, actorOf(event)));
  }

  /** The handlers of successful events, by kind. */
  private readonly handlers: Readonly<Record<string, (event: SummaryEvent) => void>> = {
    open: (event) => this.open(event),
    truncate: (event) => this.withPath(event, (where, actor) => this.files.truncate(where, actor)),
    rename: (event) => this.rename(event),
    unlink: (event) => this.withPath(event, (where, actor) => this.files.remove(where, actor)),
    rmdir: (event) => this.withPath(event, (where, actor) => this.files.remove(where, actor)),
    mkdir: (event) => this.withPath(event, (where, actor) => this.files.create(where, actor, true)),
    mknod: (event) => this.withPath(event, (where, actor) => this.files.create(where, actor)),
    link: (event) => this.addLink(event),
    symlink: (event) => this.addSymlink(event),
    stat: (event) => this.found(event),
    access: (event) => this.found(event),
    readlink: (event) => this.found(event),
    chmod: (event) => this.changeMetadata(event),
    chown: (event) => this.changeMetadata(event),
    utimes: (event) => this.changeMetadata(event),
    exec: (event) => this.exec(event),
    fork: () => {
      this.processes++;
    },
    bind: (event) => this.count(this.bound, event),
  };

  private withPath(event: SummaryEvent, work: (where: Location, actor: Actor) => void): void {
    const where = this.location(event);
    if (where !== null) work(where, actorOf(event));
  }

  private withPaths(
    event: SummaryEvent,
    work: (from: Location, to: Location, actor: Actor) => void,
  ): void {
    const [from, to] = [this.location(event), this.secondLocation(event)];
    if (from !== null && to !== null) work(from, to, actorOf(event));
  }

  private open(event: SummaryEvent): void {
    const { flags, fileType, id } = event;
    const where = this.location(event);
    if (where === null || flags & O_PATH || fileType === "dir") return;
    const mode = flags & O_ACCMODE;
    const fresh = event.created || (flags & O_TRUNC) !== 0;
    if (mode === O_RDONLY || (mode === O_RDWR && !fresh))
      this.files.read(where, id, actorOf(event));
    if (mode === O_WRONLY || mode === O_RDWR || fresh)
      this.files.write(where, id, actorOf(event), event.created);
  }

  private rename(event: SummaryEvent): void {
    if (event.path === event.path2) return;
    this.withPaths(event, (from, to, actor) => {
      if (event.flags & RENAME_EXCHANGE) this.files.exchange(from, to, actor);
      else this.files.rename(from, to, actor);
    });
  }

  private addLink(event: SummaryEvent): void {
    this.withPaths(event, (from, to, actor) => this.files.link(from, to, actor));
  }

  private addSymlink(event: SummaryEvent): void {
    const where = this.secondLocation(event);
    if (where !== null) this.files.create(where, actorOf(event), false, event.name);
  }

  private found(event: SummaryEvent): void {
    this.withPath(event, (where) => this.files.found(where, false));
  }

  private changeMetadata(event: SummaryEvent): void {
    this.withPath(event, (where, actor) => this.files.changeMetadata(where, actor, true));
  }

  private exec(event: SummaryEvent): void {
    const { path, view } = this.seenPath(event);
    const key = `${view?.id} ${path}`;
    const known = this.programs.get(key);
    if (known) known.times++;
    else
      this.programs.set(key, {
        path,
        view,
        times: 1,
        first: actorOf(event),
        argv: event.argv ?? [],
      });
  }
}

/** The events whose failure is a failed lookup. */
const LOOKUP_EVENTS = new Set(["open", "stat", "access", "readlink", "exec", "chdir", "connect"]);

function actorOf({ pid, comm }: SummaryEvent): Actor {
  return { pid, comm };
}
