/** Gathers what a command did from its events, one after the other: the way from facts to a report. */
import { errnoName } from "../../../kernel/errno.ts";
import { O_ACCMODE, O_RDONLY, O_RDWR, O_WRONLY } from "../../../kernel/fcntl.ts";
import { type Actor, type Count, counted, Files } from "./files.ts";
import type { Fact } from "./summary-event.ts";

const O_TRUNC = 0o1000;
const O_PATH = 0o10000000;
const RENAME_EXCHANGE = 2;
const EINVAL = 22;
const EINPROGRESS = 115;
/** The kernel's own error numbers for a call that a signal interrupted: include/linux/errno.h. */
const ERESTARTSYS = 512;

/** Something that was looked for, and what the kernel said. */
export interface Probe extends Count {
  readonly path: string;
  readonly errno: string;
}

/** A program that was run. */
export interface Program extends Count {
  /** The arguments of the first run. */
  readonly argv: readonly string[];
}

export class Activity {
  readonly files = new Files();
  readonly probes = new Map<string, Probe>();
  readonly programs = new Map<string, Program>();
  readonly hosts = new Map<string, Count>();
  readonly listened = new Map<string, Count>();
  events = 0;
  processes = 0;

  add(fact: Fact): void {
    this.events++;
    const { result } = fact;
    if (result <= -ERESTARTSYS) return; // it is made again, or ends as EINTR
    if (fact.event === "connect" && (result === 0 || result === -EINPROGRESS))
      this.count(this.hosts, fact);
    else if (result < 0) this.failed(fact);
    else this.done[fact.event]?.(fact);
  }

  private failed(fact: Fact): void {
    // readlink(2) of what is no symbolic link found what it looked for.
    const isNoLink = fact.event === "readlink" && fact.result === -EINVAL;
    if (!LOOKS.has(fact.event) || isNoLink) return;
    const path = fact.path ?? fact.name;
    const errno = errnoName(-fact.result);
    const key = `${errno} ${path}`;
    const probe = this.probes.get(key);
    if (probe) probe.times++;
    else this.probes.set(key, { path, errno, times: 1, first: actorOf(fact) });
  }

  private count(map: Map<string, Count>, fact: Fact): void {
    // A socket's path is told from a host's name by its slash.
    const name = fact.path ?? fact.name;
    map.set(name, counted(map.get(name) ?? null, actorOf(fact)));
  }

  /** What an event that went well means. */
  private readonly done: Readonly<Record<string, (fact: Fact) => void>> = {
    open: (fact) => this.open(fact),
    truncate: (fact) => this.onPath(fact, (path, actor) => this.files.write(path, actor, false)),
    rename: (fact) => this.rename(fact),
    unlink: (fact) => this.onPath(fact, (path, actor) => this.files.remove(path, actor)),
    rmdir: (fact) => this.onPath(fact, (path, actor) => this.files.remove(path, actor)),
    mkdir: (fact) => this.onPath(fact, (path, actor) => this.files.make(path, actor, true)),
    mknod: (fact) => this.onPath(fact, (path, actor) => this.files.make(path, actor, false)),
    link: (fact) => this.made(fact),
    symlink: (fact) => this.made(fact),
    chmod: (fact) => this.changed(fact),
    chown: (fact) => this.changed(fact),
    utimes: (fact) => this.changed(fact),
    exec: (fact) => this.exec(fact),
    fork: () => {
      this.processes++;
    },
    bind: (fact) => this.count(this.listened, fact),
  };

  private onPath(fact: Fact, work: (path: string, actor: Actor) => void): void {
    if (fact.path !== null) work(fact.path, actorOf(fact));
  }

  private open(fact: Fact): void {
    const { path, flags, fileType } = fact;
    if (path === null || flags & O_PATH || fileType === "dir") return;
    const mode = flags & O_ACCMODE;
    const fresh = fact.created || (flags & O_TRUNC) !== 0;
    if (mode === O_RDONLY || (mode === O_RDWR && !fresh)) this.files.read(path, actorOf(fact));
    if (mode === O_WRONLY || mode === O_RDWR || fresh)
      this.files.write(path, actorOf(fact), fact.created);
  }

  private rename(fact: Fact): void {
    const { path, path2, flags } = fact;
    if (path === null || path2 === null || path === path2) return;
    if (flags & RENAME_EXCHANGE) this.files.exchange(path, path2, actorOf(fact));
    else this.files.rename(path, path2, actorOf(fact));
  }

  private made(fact: Fact): void {
    if (fact.path2 !== null) this.files.make(fact.path2, actorOf(fact), false);
  }

  private changed(fact: Fact): void {
    this.onPath(fact, (path, actor) => this.files.change(path, actor));
  }

  private exec(fact: Fact): void {
    const path = fact.path ?? fact.name;
    const known = this.programs.get(path);
    if (known) known.times++;
    else this.programs.set(path, { times: 1, first: actorOf(fact), argv: fact.argv ?? [] });
  }
}

/** Events whose failure tells what a command looked for. */
const LOOKS = new Set(["open", "stat", "access", "readlink", "exec", "chdir", "connect"]);

function actorOf({ pid, comm }: Fact): Actor {
  return { pid, comm };
}
