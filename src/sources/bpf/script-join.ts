/**
 * Completes the records of scripts (EVENT_INTERP of bpf/interface.h). The kernel names the file that
 * was executed; scripts that interpret it are found in its first line and in the arguments.
 */
import {
  EVENT,
  EVENT_SIZE,
  type EventRecord,
  NOTE_BASE,
  NOTE_INTERP_UNSURE,
  NOTE_PATH,
  NOTE_PATH_CUT,
  NOTE_PATH2,
  NOTE_PATH2_CUT,
} from "../../events/event-record.ts";
import { joinPath } from "../../events/join-path.ts";
import { scriptsOf } from "../../kernel/binfmt.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { PATH_MAX } from "../../kernel/limits.ts";
import { ByteSlice } from "../../text/byte-slice.ts";

/** Access to files as the process finds them; paths are latin1. */
export interface ScriptFiles {
  /** Reads the first bytes of a regular file; null if that is not possible. */
  readStart(tgid: number, path: string): Uint8Array | null;
  /** Returns the inode number of a file; null if there is none. */
  inode(tgid: number, path: string): bigint | null;
}

/** The fields and parts of one of a record's paths. */
interface PathParts {
  /** NOTE_PATH and NOTE_PATH_CUT */
  readonly notes: number;
  readonly components: Uint8Array;
  readonly mountLength: number;
  readonly mountDev: number;
  readonly root: Uint8Array;
}

const EMPTY = new Uint8Array(0);
const PATH_NOTES = NOTE_PATH | NOTE_PATH_CUT;
const PATH2_NOTES = NOTE_PATH2 | NOTE_PATH2_CUT;

function firstPath(record: EventRecord): PathParts {
  const { bytes, pathStart, pathLength, rootStart, rootLength } = record;
  return {
    notes: record.notes & PATH_NOTES,
    components: bytes.subarray(pathStart, pathStart + pathLength),
    mountLength: record.mountLength,
    mountDev: record.mountDev,
    root: bytes.subarray(rootStart, rootStart + rootLength),
  };
}

function secondPath(record: EventRecord): PathParts {
  const { bytes, path2Start, path2Length, root2Start, root2Length } = record;
  return {
    notes: (record.notes & PATH2_NOTES) >> 2,
    components: bytes.subarray(path2Start, path2Start + path2Length),
    mountLength: record.mount2Length,
    mountDev: record.mount2Dev,
    root: bytes.subarray(root2Start, root2Start + root2Length),
  };
}

/** The root directory, which is the second name of a file that was executed by its fd. */
function rootPath(record: EventRecord): PathParts {
  const { bytes, name2Start, name2Length, path2Length } = record;
  return {
    // With a second path, paths were requested.
    notes: path2Length > 0 || record.notes & NOTE_PATH2 ? NOTE_PATH : 0,
    components: bytes.subarray(name2Start, name2Start + name2Length),
    mountLength: 0,
    mountDev: 0,
    root: EMPTY,
  };
}

function latin1(bytes: Uint8Array, start: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("latin1");
}

export class ScriptJoin {
  private readonly out: EventRecord;
  private readonly files: ScriptFiles;
  private readonly pathSlice = new ByteSlice(new Uint8Array(4 * PATH_MAX), 0, 0);

  /** @param out the view that is moved to each script, over memory of MAX_EVENT_SIZE */
  constructor(out: EventRecord, files: ScriptFiles) {
    this.out = out;
    this.files = files;
  }

  /**
   * Visits the scripts of an exec, the executed file first. None if the file turns out to be the
   * program itself.
   */
  expand(record: EventRecord, visit: () => void): void {
    const { tgid, dfd } = record;
    const name = latin1(record.bytes, record.nameStart, record.nameLength);
    const isAbsolute = name.startsWith("/");
    const isByFd = !isAbsolute && dfd !== AT_FDCWD;
    const [first, second] = [firstPath(record), secondPath(record)];
    const root = isAbsolute ? first : isByFd ? rootPath(record) : second;
    const cwd = isAbsolute || isByFd ? second : first;
    const kernelName = isByFd ? `/dev/fd/${dfd}${name && "/"}${name}` : name;
    const baseOf = (script: string) =>
      script === kernelName ? first : script.startsWith("/") ? root : cwd;
    const pathOf = (script: string) =>
      this.pathText(baseOf(script), script === kernelName ? name : script);

    const scripts = scriptsOf({
      name: kernelName,
      argv: argumentsOf(record),
      isInterpreted: record.notes & NOTE_INTERP_UNSURE ? undefined : true,
      read: (script) => {
        const path = pathOf(script);
        return path === null ? null : this.files.readStart(tgid, path);
      },
      isProgram: () => this.files.inode(tgid, pathOf(kernelName) ?? "") === BigInt(record.ino2),
    });
    for (const [index, script] of scripts.entries()) {
      if (index === 0) this.writeFirst(record, first);
      else this.writeInterpreter(record, script, baseOf(script));
      visit();
    }
  }

  /** Returns the path of a name that starts from a directory; null if that is not known. */
  private pathText({ notes, components }: PathParts, name: string): string | null {
    if (!(notes & NOTE_PATH)) return name.startsWith("/") && notes === 0 ? name : null;
    const passed = new ByteSlice(Buffer.from(name, "latin1"));
    const path = joinPath(this.pathSlice, components, 0, components.length, passed);
    return latin1(path.bytes, path.start, path.length);
  }

  /** The executed file: what the kernel said, without what only served to find its interpreters. */
  private writeFirst(record: EventRecord, path: PathParts): void {
    const { bytes, nameStart, nameLength } = record;
    this.begin(record, record.notes & ~(PATH2_NOTES | NOTE_INTERP_UNSURE));
    this.finish(record, bytes.subarray(nameStart, nameStart + nameLength), path);
  }

  private writeInterpreter(record: EventRecord, name: string, path: PathParts): void {
    const base = path.notes & NOTE_PATH ? NOTE_BASE : 0;
    this.begin(record, path.notes | base);
    const { view } = this.out;
    view.setInt32(EVENT.dfd, AT_FDCWD, true);
    view.setBigUint64(EVENT.ino, 0n, true);
    view.setUint32(EVENT.dev, 0, true);
    view.setUint16(EVENT.i_mode, 0, true);
    this.finish(record, Buffer.from(name, "latin1"), path);
  }

  private begin(record: EventRecord, notes: number): void {
    this.out.bytes.set(record.bytes.subarray(record.at, record.at + EVENT_SIZE));
    this.out.view.setUint32(EVENT.notes, notes, true);
  }

  /** Writes the parts of a script, in the order of a record. */
  private finish(record: EventRecord, name: Uint8Array, path: PathParts): void {
    const { bytes, view } = this.out;
    const { cgroupStart, cgroupLength } = record;
    const cgroup = record.bytes.subarray(cgroupStart, cgroupStart + cgroupLength);
    const lengths: readonly (readonly [number, number])[] = [
      [EVENT.name_len, name.length],
      [EVENT.name2_len, 0],
      [EVENT.path_len, path.components.length],
      [EVENT.path2_len, 0],
      [EVENT.mount_len, path.mountLength],
      [EVENT.mount2_len, 0],
      [EVENT.root_len, path.root.length],
      [EVENT.root2_len, 0],
    ];
    for (const [field, length] of lengths) view.setUint16(field, length, true);
    view.setUint32(EVENT.mount_dev, path.mountDev, true);
    view.setUint32(EVENT.mount2_dev, 0, true);
    view.setUint32(EVENT.argv_len, 0, true);
    view.setUint32(EVENT.dev2, 0, true);
    view.setBigUint64(EVENT.ino2, 0n, true);
    let at = EVENT_SIZE;
    for (const part of [name, path.components, path.root, cgroup]) {
      bytes.set(part, at);
      at += part.length;
    }
    this.out.moveTo(0, at);
  }
}

/** Returns the first arguments; the last one may be cut. */
function argumentsOf({ bytes, argvStart, argvLength }: EventRecord): string[] {
  const text = latin1(bytes, argvStart, argvLength);
  return text.split("\0").slice(0, text.endsWith("\0") ? -1 : undefined);
}
