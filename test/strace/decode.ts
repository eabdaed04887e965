/** Decodes a call that strace saw: its names, resolved paths, flags and mode. */
import { FILE_CALLS } from "../../src/events/file-calls.ts";
import { addressOf } from "./address.ts";
import { executed } from "./exec.ts";
import { MAX_NAME_BYTES, type ObservedEvent, observedEvent } from "./expectation.ts";
import {
  fdOf,
  fieldsOf,
  numberOf,
  type StraceCall,
  split,
  stringOf,
  type Target,
} from "./syntax.ts";
import { CLONE_THREAD, cloneFlags, forkFlags, type Threads } from "./threads.ts";

const AT_FDCWD = -100;
const EFAULT = -14;
const CALLS = new Map(FILE_CALLS.map((call) => [call.name, call]));
const FORKS = ["fork", "vfork", "clone", "clone3"];
const EXECS = ["execve", "execveat"];
const CHDIRS = ["chdir", "chroot"];

/** Returns the events of a call: none if it started a thread. */
export function eventsOf(call: StraceCall, threads: Threads): ObservedEvent[] {
  const succeeded = call.result !== null && call.result >= 0;
  if (succeeded && FORKS.includes(call.call)) return forked(call, threads);
  const addresses = destinationsOf(call);
  if (addresses !== null)
    return addresses.map((address) => new Decoded(call, threads, address).event());
  const decoded = new Decoded(call, threads).event();
  return succeeded && EXECS.includes(call.call) ? execOf(call, decoded, threads) : [decoded];
}

/** Returns the addresses that a call sent to, for each message that had one; null for other calls. */
function destinationsOf({ call, args, result }: StraceCall): string[] | null {
  const isAddress = (address: string, length: string) => address !== "NULL" && numberOf(length) > 0;
  if (call === "sendto") return isAddress(args[4], args[5]) ? [args[4]] : [];
  const destination = (header: string | undefined) => {
    const { msg_name: name = "NULL", msg_namelen: length = "0" } = fieldsOf(header ?? "") ?? {};
    return isAddress(name, length) ? [name] : [];
  };
  if (call === "sendmsg") return destination(args[1]);
  if (call !== "sendmmsg") return null;
  const count = result === null || result < 1 ? 1 : result;
  const messages = split(args[1].slice(1, -1)).slice(0, count);
  return messages.flatMap((message) => destination(fieldsOf(message)?.msg_hdr));
}

/** Returns a new process; a thread is none. */
function forked(call: StraceCall, threads: Threads): ObservedEvent[] {
  const flags = forkFlags(call) ?? 0;
  if (flags & CLONE_THREAD) return [];
  const { tid, result } = call;
  return [observedEvent({ pid: threads.pidOf(tid), tid, call: "fork", flags, result })];
}

/** Returns an executed program, followed by the files that the kernel read. */
function execOf(
  { tid, call, args }: StraceCall,
  decoded: ObservedEvent,
  threads: Threads,
): ObservedEvent[] {
  const { pid, name, dfd, path } = decoded;
  const words = split((call === "execve" ? args[1] : args[2]).slice(1, -1));
  const argv = words.map((word) => stringOf(word) ?? "");
  const isPath = name?.startsWith("/") || dfd === AT_FDCWD;
  const given = isPath ? (name ?? "") : `/dev/fd/${dfd}${name ? `/${name}` : ""}`;
  const file = name === "/proc/self/exe" ? threads.exeOf(tid) : (path ?? "");
  const { scripts, elfInterpreter, ...ran } = executed(file, given, argv, threads.cwdOf(tid));
  threads.execute(tid, ran.path);
  const read = (known: Partial<ObservedEvent>) =>
    observedEvent({ pid, tid, call: "interp", dfd: AT_FDCWD, result: 0, ...known });
  const startOf = (script: string) =>
    script.startsWith("/") ? threads.rootOf(tid) : threads.cwdOf(tid);
  return [
    { ...decoded, ...ran },
    ...scripts.map((script, index) =>
      read(index ? { name: script, path: join(startOf(script), script) } : { name, dfd, path }),
    ),
    ...(elfInterpreter === null ? [] : [read({ name: "", path: elfInterpreter })]),
  ];
}

/** A call's arguments by their roles. */
class Decoded {
  private readonly isOpen: boolean;
  private readonly roles: readonly string[];
  /** The struct open_how of openat2. */
  private readonly how: Record<string, string> | null;

  constructor(
    private readonly call: StraceCall,
    private readonly threads: Threads,
    private readonly destination?: string,
  ) {
    const known = CALLS.get(call.call);
    if (!known) throw new Error(`trace does not record ${call.call}`);
    this.isOpen = known.kind === "open";
    this.roles = known.roles;
    this.how = fieldsOf(this.argument("how") ?? "");
  }

  event(): ObservedEvent {
    const { tid, call, result } = this.call;
    return observedEvent({
      pid: this.threads.pidOf(tid),
      tid,
      call,
      result,
      name: this.name,
      name2: this.string("name2") ?? this.string("text2"),
      flags: call === "creat" ? 0o1101 : this.number("flags"),
      mode: this.number("mode"),
      dfd: this.dfd,
      path: this.path,
      path2: this.path2,
    });
  }

  /** A mount that was moved by an fd is where it was moved to: trace looks afterwards. */
  private get path2(): string | null {
    const { call, result } = this.call;
    if (call === "mount" && this.bindsOrMoves) return this.leadsTo("text2", "dfd2");
    if (!this.roles.includes("name2")) return null;
    const isMoved = call === "move_mount" && result === 0 && this.string("name2") === "";
    return isMoved ? this.path : this.leadsTo("name2", "dfd2");
  }

  /** Whether the source of mount(2) is a path: MS_BIND or MS_MOVE without MS_REMOUNT. */
  private get bindsOrMoves(): boolean {
    const flags = this.number("flags") ?? 0;
    return (flags & 0x3000) !== 0 && (flags & 0x20) === 0;
  }

  private get address(): string | undefined {
    return this.destination ?? this.argument("address");
  }

  private argument(role: string): string | undefined {
    return this.call.args[this.roles.indexOf(role)];
  }

  /** Null if the call has no such argument; empty if it could not be read. */
  private string(role: string): string | null {
    const argument = this.argument(role);
    return argument === undefined ? null : (stringOf(argument) ?? "").slice(0, MAX_NAME_BYTES);
  }

  private get name(): string | null {
    const { address } = this;
    if (address !== undefined) return addressOf(address).text;
    return this.string("name") ?? this.string("text") ?? (this.isOpen ? "" : null);
  }

  /** strace omits the mode of an open whose flags take none. */
  private number(role: "flags" | "mode"): number | null {
    if (this.roles.includes("how")) return numberOf(this.how?.[role]) >>> 0;
    if (this.call.call === "clone") return role === "flags" ? cloneFlags(this.call) : null;
    if (!this.roles.includes(role)) return this.isOpen ? 0 : null;
    return numberOf(this.argument(role)) >>> 0;
  }

  private get dfd(): number | null {
    const argument = this.argument("dfd") ?? this.argument("fd");
    if (argument !== undefined) return fdOf(argument).fd;
    return this.roles.includes("name") ? AT_FDCWD : null;
  }

  private get path(): string | null {
    const { args, result, opened, call, tid } = this.call;
    const succeeded = result !== null && result >= 0;
    // strace prints no path longer than readlink(2) returns; use the name then.
    if (this.isOpen && succeeded && opened) return absolute(opened);
    if (CHDIRS.includes(call) && succeeded) return this.threads.directoryOf(tid, this.name ?? "");
    const { address } = this;
    if (address !== undefined)
      return addressOf(address).isPath ? this.from(AT_FDCWD, null, this.name ?? "") : null;
    if (this.roles.includes("fd")) return absolute(fdOf(args[0]).target);
    const noName = this.argument("name") === "NULL" && !this.roles.includes("dfd");
    return this.roles.includes("name") && !noName ? this.leadsTo("name", "dfd") : null;
  }

  /** Resolves a name relative to its directory fd. */
  private leadsTo(nameRole: string, dfdRole: string): string | null {
    const { tid } = this.call;
    const name = this.string(nameRole) ?? "";
    const { fd, target } = fdOf(this.argument(dfdRole) ?? `${AT_FDCWD}`);
    if (fd === AT_FDCWD && target) this.threads.setCwd(tid, target);
    return this.from(fd, target, name);
  }

  /** A name that could not be read has no path. */
  private from(dfd: number, directory: Target | null, name: string): string | null {
    const { tid, result } = this.call;
    if (name === "" && result === EFAULT) return null;
    if (name.startsWith("/")) return join(this.threads.rootOf(tid), name);
    const base = dfd === AT_FDCWD ? this.threads.cwdOf(tid) : absolute(directory);
    return base === null ? null : join(base, name);
  }
}

/**
 * Null for files without a path, such as pipes, for memfd_create(2), which has only a name, and for
 * O_TMPFILE, whose name is an inode number that is in no directory.
 */
function absolute(target: Target | null | undefined): string | null {
  const { link = "", deleted = false } = target ?? {};
  const isNameless = deleted && /\/#\d+$/.test(link);
  return link.startsWith("/") && !link.startsWith("/memfd:") && !isNameless ? link : null;
}

/** Resolves each `..` at the start of a name; a later one may depend on a symbolic link. */
function join(base: string, name: string): string {
  const split = (path: string) => path.split("/").filter((part) => part !== "" && part !== ".");
  const parts = split(name);
  const above = parts.findIndex((part) => part !== "..");
  const up = above < 0 ? parts.length : above;
  const start = split(base);
  const kept = name.startsWith("/") ? start : start.slice(0, Math.max(0, start.length - up));
  return `/${[...kept, ...parts.slice(up)].join("/")}`;
}
