/** Gathers what a command did from its events, one after the other: the way from facts to a report. */
import { ERESTARTSYS, errnoName } from "../../../kernel/errno.ts";
import { O_ACCMODE, O_RDONLY, O_RDWR, O_WRONLY } from "../../../kernel/fcntl.ts";
import { type ActionCount, type Actor, countAction, FileStates } from "./files.ts";
import type { SummaryEvent } from "./summary-event.ts";

const O_TRUNC = 0o1000;
const O_PATH = 0o10000000;
const RENAME_EXCHANGE = 2;
const EINVAL = 22;
const EINPROGRESS = 115;

/** Something that was looked for, and what the kernel said. */
export interface FailedLookup extends ActionCount {
  readonly path: string;
  readonly errno: string;
}

/** A program that was run. */
export interface Program extends ActionCount {
  /** The arguments of the first run. */
  readonly argv: readonly string[];
}

export class SummaryAccumulator {
  readonly files = new FileStates();
  readonly failedLookups = new Map<string, FailedLookup>();
  readonly programs = new Map<string, Program>();
  readonly hosts = new Map<string, ActionCount>();
  readonly bound = new Map<string, ActionCount>();
  events = 0;
  processes = 0;

  add(fact: SummaryEvent): void {
    this.events++;
    const { result } = fact;
    if (result <= -ERESTARTSYS) return; // it is made again, or ends as EINTR
    if (fact.event === "connect" && (result === 0 || result === -EINPROGRESS))
      this.count(this.hosts, fact);
    else if (result < 0) this.addFailure(fact);
    else this.handlers[fact.event]?.(fact);
  }

  private addFailure(fact: SummaryEvent): void {
    // readlink(2) of what is no symbolic link found what it looked for.
    const isNoLink = fact.event === "readlink" && fact.result === -EINVAL;
    if (!LOOKUP_EVENTS.has(fact.event) || isNoLink) return;
    const path = fact.path ?? fact.name;
    const errno = errnoName(-fact.result);
    const key = `${errno} ${path}`;
    const probe = this.failedLookups.get(key);
    if (probe) probe.times++;
    else this.failedLookups.set(key, { path, errno, times: 1, first: actorOf(fact) });
  }

  private count(map: Map<string, ActionCount>, fact: SummaryEvent): void {
    // A socket's path is told from a host's name by its slash.
    const name = fact.path ?? fact.name;
    map.set(name, countAction(map.get(name) ?? null, actorOf(fact)));
  }

  /** What an event that went well means. */
  private readonly handlers: Readonly<Record<string, (fact: SummaryEvent) => void>> = {
    open: (fact) => this.open(fact),
    truncate: (fact) => this.withPath(fact, (path, actor) => this.files.write(path, actor, false)),
    rename: (fact) => this.rename(fact),
    unlink: (fact) => this.withPath(fact, (path, actor) => this.files.remove(path, actor)),
    rmdir: (fact) => this.withPath(fact, (path, actor) => this.files.remove(path, actor)),
    mkdir: (fact) => this.withPath(fact, (path, actor) => this.files.create(path, actor, true)),
    mknod: (fact) => this.withPath(fact, (path, actor) => this.files.create(path, actor, false)),
    link: (fact) => this.addLink(fact),
    symlink: (fact) => this.addLink(fact),
    chmod: (fact) => this.changeMetadata(fact),
    chown: (fact) => this.changeMetadata(fact),
    utimes: (fact) => this.changeMetadata(fact),
    exec: (fact) => this.exec(fact),
    fork: () => {
      this.processes++;
    },
    bind: (fact) => this.count(this.bound, fact),
  };

  private withPath(fact: SummaryEvent, work: (path: string, actor: Actor) => void): void {
    if (fact.path !== null) work(fact.path, actorOf(fact));
  }

  private open(fact: SummaryEvent): void {
    const { path, flags, fileType } = fact;
    if (path === null || flags & O_PATH || fileType === "dir") return;
    const mode = flags & O_ACCMODE;
    const fresh = fact.created || (flags & O_TRUNC) !== 0;
    if (mode === O_RDONLY || (mode === O_RDWR && !fresh)) this.files.read(path, actorOf(fact));
    if (mode === O_WRONLY || mode === O_RDWR || fresh)
      this.files.write(path, actorOf(fact), fact.created);
  }

  private rename(fact: SummaryEvent): void {
    const { path, path2, flags } = fact;
    if (path === null || path2 === null || path === path2) return;
    if (flags & RENAME_EXCHANGE) this.files.exchange(path, path2, actorOf(fact));
    else this.files.rename(path, path2, actorOf(fact));
  }

  private addLink(fact: SummaryEvent): void {
    if (fact.path2 !== null) this.files.create(fact.path2, actorOf(fact), false);
  }

  private changeMetadata(fact: SummaryEvent): void {
    this.withPath(fact, (path, actor) => this.files.changeMetadata(path, actor));
  }

  private exec(fact: SummaryEvent): void {
    const path = fact.path ?? fact.name;
    const known = this.programs.get(path);
    if (known) known.times++;
    else this.programs.set(path, { times: 1, first: actorOf(fact), argv: fact.argv ?? [] });
  }
}

/** Events whose failure tells what a command looked for. */
const LOOKUP_EVENTS = new Set(["open", "stat", "access", "readlink", "exec", "chdir", "connect"]);

function actorOf({ pid, comm }: SummaryEvent): Actor {
  return { pid, comm };
}
