/** Takes notes of what the machine says of the paths of events, for a record of the run. */
import type { EventKind } from "../events/event-kinds.ts";
import {
  ABI_IO_URING,
  EVENT,
  EVENT_EXEC,
  EVENT_EXIT,
  EVENT_FORK,
  EVENT_INTERP,
  EVENT_SYSCALL,
  type EventRecord,
  NOTE_BASE,
  NOTE_PARENT2,
  NOTE_TARGET2,
} from "../events/event-record.ts";
import { CALL_NAMES, FILE_CALLS } from "../events/file-calls.ts";
import type { FileEvent } from "../events/file-event.ts";
import { AT_FDCWD, RENAME_EXCHANGE } from "../kernel/fcntl.ts";
import type { ByteSlice } from "../text/byte-slice.ts";
import { sliceToLatin1 } from "../text/latin1.ts";
import type { MachineFiles } from "./known-files.ts";
import { followsLink } from "./lookup.ts";
import type { PathNote } from "./path-notes.ts";
import { followPath } from "./path-resolution.ts";

/** What an event does with its names: nothing that matters, as lookups, or one of these. */
const USE = {
  none: 0,
  /** Does not follow a link that is the name itself. */
  names: 1,
  follows: 2,
  renames: 3,
  /** May give a symbolic link a name. */
  links: 4,
  /** Enters a directory. */
  enters: 5,
  /** May be about a symbolic link, or about what that leads to. */
  attributes: 6,
} as const;

const USES: Readonly<Partial<Record<EventKind, number>>> = {
  ...{ unlink: USE.names, rmdir: USE.names, mkdir: USE.names, mknod: USE.names },
  ...{ chmod: USE.attributes, chown: USE.attributes, utimes: USE.attributes },
  ...{ truncate: USE.follows, mount: USE.follows, chdir: USE.enters },
  ...{ rename: USE.renames, link: USE.links, symlink: USE.links },
};
/** By the number of a call: most events are of calls that do not matter. */
const USE_OF_CALL = Uint8Array.from(CALL_NAMES, (_, call) => {
  const kind = FILE_CALLS[call - 1]?.kind;
  return (kind && USES[kind]) ?? USE.none;
});

const SLASH = 0x2f;
/** The byte that has the sign of the result. */
const RET_SIGN = EVENT.ret + 7;

/** Paths, and processes, that are remembered at a time. */
const MAX_KNOWN = 1 << 14;
/** Paths whose latest notes are remembered: those noted longest ago are forgotten. */
const MAX_NOTED = 1 << 16;

/** Asks the machine about the paths of events, soon after each, and makes notes of the answers. */
export class NoteTaker {
  private readonly machine: MachineFiles;
  /** What the machine said; null for a file that is no link. */
  private readonly answers = new Map<string, string | null>();
  /** Directories, as events name them, of which all links are known. */
  private readonly walked = new Set<string>();
  /** The latest note of each path. */
  private readonly noted = new Map<string, PathNote>();
  /** The working directories of processes, where they are known. */
  private readonly directories = new Map<number, string>();
  /** The mount namespace whose paths the machine knows. */
  private home: number | null;
  private readonly note: (note: PathNote) => void;

  /** @param note takes the notes, each before the event that it is for */
  constructor(machine: MachineFiles, note: (note: PathNote) => void) {
    this.machine = machine;
    this.home = machine.mntns === undefined ? null : Number(machine.mntns);
    this.note = note;
  }

  /** Takes notes of the paths of an event, which is borrowed. */
  take(event: FileEvent): void {
    // Most events end here. In a run of a second, calls of functions would cost as much as the rest.
    const { bytes, at } = event.record;
    const use = USE_OF_CALL[bytes[at + EVENT.call]];
    const isFailed = bytes[at + RET_SIGN] >= 0x80;
    const isCall = bytes[at + EVENT.type] === EVENT_SYSCALL;
    if (isCall && (isFailed || (use === USE.none && bytes[at + EVENT.abi] !== ABI_IO_URING)))
      return;
    if (isCall) this.takeCall(event, use);
    else this.takeProcess(event);
  }

  /** Notes in which directory a process works. */
  private takeProcess(event: FileEvent): void {
    const { tgid, type, ret } = event.record;
    if (type === EVENT_EXIT) this.directories.delete(tgid);
    else if (type === EVENT_FORK) this.inherit(tgid, ret);
    else if (type === EVENT_EXEC || type === EVENT_INTERP) this.takeProgram(event);
  }

  /** What a program is read from may be a link, too. */
  private takeProgram(event: FileEvent): void {
    const { record } = event;
    this.enter(record.tgid, event.cwd);
    if (record.notes & NOTE_BASE && this.isHere(record)) this.ask(event.path, true);
  }

  /** Whether the machine knows the paths of an event's mount namespace. */
  private isHere({ mntns }: EventRecord): boolean {
    this.home ??= mntns;
    return mntns === this.home;
  }

  private inherit(parent: number, child: number): void {
    const directory = this.directories.get(parent);
    if (directory !== undefined) this.directories.set(child, directory);
  }

  private enter(pid: number, directory: ByteSlice | null): void {
    if (this.directories.size >= MAX_KNOWN) this.directories.clear();
    if (directory !== null) this.directories.set(pid, textOf(directory));
  }

  private takeCall(event: FileEvent, useOfCall: number): void {
    const { record } = event;
    const { abi, notes, tgid } = record;
    const use = abi === ABI_IO_URING ? (USES[event.kind] ?? USE.none) : useOfCall;
    if (use === USE.none || !this.isHere(record)) return;
    if (notes & NOTE_BASE) this.ask(event.path, follows(event, use));
    if (use === USE.enters) this.enter(tgid, event.path);
    if (use < USE.renames || use > USE.links) return;
    if ((notes & (NOTE_TARGET2 | NOTE_PARENT2)) === 0) this.ask(event.path2, false);
    if (use === USE.renames) this.takeRename(event);
    else this.forget();
  }

  private takeRename({ record, path, path2, name, name2, flags }: FileEvent): void {
    if (path2 !== null) this.askRenamed(textOf(path2));
    if (path !== null && Number(flags ?? 0) & RENAME_EXCHANGE) this.askRenamed(textOf(path));
    // It may have moved the working directory: the names started where that was before.
    const start = this.directories.get(record.tgid);
    if (start === undefined) return;
    if (record.dfd === AT_FDCWD && isRelative(name)) this.walk(`${start}/${textOf(name)}`, false);
    if (record.dfd2 === AT_FDCWD && isRelative(name2)) this.askRenamed(`${start}/${textOf(name2)}`);
  }

  /** Names may lead elsewhere from now on. */
  private forget(): void {
    this.answers.clear();
    this.walked.clear();
  }

  private ask(slice: ByteSlice | null, followsLast: boolean): void {
    if (slice === null) return;
    const path = textOf(slice);
    const directory = path.slice(0, path.lastIndexOf("/"));
    if (!followsLast && this.walked.has(directory)) return;
    this.walk(path, followsLast);
    if (this.walked.size >= MAX_KNOWN || this.answers.size >= MAX_KNOWN) this.forget();
    this.walked.add(directory);
  }

  /** Asks what has a name that a rename gave; a directory or a link takes others with it. */
  private askRenamed(name: string): void {
    const path = this.walk(name, false);
    const target = this.machine.symlinkTarget(path);
    const isDirectory = target === null && this.machine.isDirectory(path);
    if (isDirectory) this.write({ type: "directory", path });
    else this.noteTarget(path, target);
    if (target === null && !isDirectory) this.answers.set(path, null);
    else this.forget();
  }

  /** @returns the path without symbolic links, but for the last component if that is not followed */
  private walk(path: string, followsLast: boolean): string {
    const names: string[] = [];
    const last = followPath(path, followsLast, {
      enter: (name, followsLinks) => {
        names.push(name);
        const target = this.targetOf(`/${names.join("/")}`);
        if (target === null || !followsLinks) return null;
        names.pop();
        return target;
      },
      leave: () => {
        names.pop();
      },
      restart: () => {
        names.length = 0;
      },
    });
    if (last !== "") names.push(last);
    return `/${names.join("/")}`;
  }

  /** Returns the target of a symbolic link; null if a path is none, or gone. */
  private targetOf(path: string): string | null {
    const known = this.answers.get(path);
    if (known !== undefined) return known;
    const target = this.machine.symlinkTarget(path);
    // A directory stays one on the way to a name.
    if (target !== null || this.noted.get(path)?.type !== "directory")
      this.noteTarget(path, target);
    this.answers.set(path, target ?? null);
    return target ?? null;
  }

  private noteTarget(path: string, target: string | null | undefined): void {
    if (typeof target === "string") this.write({ type: "link", path, target });
    else if (this.noted.has(path)) this.write({ type: "other", path });
  }

  private forgetOldest(): void {
    for (const path of this.noted.keys()) {
      this.noted.delete(path);
      return;
    }
  }

  private write(note: PathNote): void {
    const known = this.noted.get(note.path);
    if (known?.type === note.type && targetIn(known) === targetIn(note)) return;
    this.noted.delete(note.path);
    this.noted.set(note.path, note);
    if (this.noted.size > MAX_NOTED) this.forgetOldest();
    this.note(note);
  }
}

/** Whether an event goes to what its name leads to if that is a symbolic link. */
function follows({ kind, call, flags }: FileEvent, use: number): boolean {
  const depends = use === USE.links || use === USE.attributes;
  return depends ? followsLink(kind, call, Number(flags ?? 0)) : use === USE.follows;
}

function textOf(slice: ByteSlice | null): string {
  return slice === null ? "" : sliceToLatin1(slice);
}

function isRelative(name: ByteSlice | null): boolean {
  return name !== null && name.length > 0 && name.bytes[name.start] !== SLASH;
}

function targetIn(note: PathNote): string | null {
  return note.type === "link" ? note.target : null;
}
