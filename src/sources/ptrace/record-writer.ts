/**
 * Writes the records that the eBPF programs write (bpf/interface.h), from what ptrace(2) and /proc
 * report, so that everything after the source is the same for both.
 */
import * as abi from "../../events/event-record.ts";
import type { FileStat } from "../../ffi/lookup.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import type { Inode, ProcIds, StandardStream } from "./procfs.ts";
import type { PathMount } from "./tracee-mounts.ts";

const { EVENT } = abi;
const MAX_COMM_LENGTH = 15;

/** The variable parts after the fixed one, in the order of the record. */
interface TrailingData {
  name: Uint8Array;
  name2: Uint8Array;
  path: Uint8Array;
  path2: Uint8Array;
  root: Uint8Array;
  root2: Uint8Array;
  cgroup: Uint8Array;
  stdio: Uint8Array;
  argv: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/** Encodes "/usr/bin" as the eBPF programs do: components, leaf first, each with its NUL. */
export function pathComponents(path: string): Uint8Array {
  const parts = path.split("/").filter((part) => part !== "");
  return Buffer.from(
    parts
      .reverse()
      .map((part) => `${part}\0`)
      .join(""),
    "latin1",
  );
}

/** Converts the dev_t of stat(2) to the kernel's. */
function kernelDev(dev: number): number {
  const major = (dev >>> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  return ((major << 20) | minor) >>> 0;
}

function deviceOf({ major, minor }: Pick<FileStat, "major" | "minor">): number {
  return ((major << 20) | minor) >>> 0;
}

export class RecordWriter {
  readonly record: abi.EventRecord;
  private readonly view: DataView;
  private trailing: TrailingData = this.emptyTrailing();

  constructor() {
    this.record = new abi.EventRecord(new Uint8Array(abi.MAX_EVENT_SIZE));
    this.view = this.record.view;
  }

  private emptyTrailing(): TrailingData {
    return {
      name: EMPTY,
      name2: EMPTY,
      path: EMPTY,
      path2: EMPTY,
      root: EMPTY,
      root2: EMPTY,
      cgroup: EMPTY,
      stdio: EMPTY,
      argv: EMPTY,
    };
  }

  /**
   * Begins a record.
   * @param type EVENT_*
   * @param time CLOCK_BOOTTIME, nanoseconds
   */
  begin(type: number, time: bigint): void {
    this.record.bytes.fill(0, 0, abi.EVENT_SIZE);
    this.trailing = this.emptyTrailing();
    this.view.setBigUint64(EVENT.time, time, true);
    this.view.setUint8(EVENT.type, type);
    this.view.setInt32(EVENT.dfd, AT_FDCWD, true);
    this.view.setInt32(EVENT.dfd2, AT_FDCWD, true);
  }

  u32(field: number, value: number): void {
    this.view.setUint32(field, value, true);
  }
  u64(field: number, value: bigint): void {
    this.view.setBigUint64(field, value, true);
  }
  result(value: bigint | number): void {
    this.view.setBigInt64(EVENT.ret, BigInt(value), true);
  }
  addNotes(bits: number): void {
    this.u32(EVENT.notes, this.view.getUint32(EVENT.notes, true) | bits);
  }

  task(tgid: number, tid: number, comm: Uint8Array, leader: Uint8Array, ids: ProcIds | null): void {
    this.u32(EVENT.tgid, tgid);
    this.u32(EVENT.tid, tid);
    this.record.bytes.set(comm.subarray(0, MAX_COMM_LENGTH), EVENT.comm);
    this.record.bytes.set(leader.subarray(0, MAX_COMM_LENGTH), EVENT.leader_comm);
    if (!ids) return;
    this.u32(EVENT.ppid, ids.ppid);
    this.u32(EVENT.uid, ids.uid);
    this.u32(EVENT.gid, ids.gid);
  }

  call(index: number, number: number, callAbi: number): void {
    this.view.setUint8(EVENT.call, index);
    this.view.setUint16(EVENT.nr, number, true);
    this.view.setUint8(EVENT.abi, callAbi);
  }

  inode(inode: Inode | null): void {
    if (!inode) return;
    this.u32(EVENT.dev, kernelDev(inode.dev));
    this.u64(EVENT.ino, inode.ino);
    this.view.setUint16(EVENT.i_mode, inode.mode, true);
  }

  /** The file that the first name leads to; null if there is none. */
  file(file: FileStat | null): void {
    if (!file) return;
    this.u32(EVENT.dev, deviceOf(file));
    this.u64(EVENT.ino, file.ino);
    this.view.setUint16(EVENT.i_mode, file.mode, true);
  }
  /** The file that a rename replaces; null if there is none. */
  replacedFile(file: FileStat | null): void {
    if (!file) return;
    this.u32(EVENT.dev2, deviceOf(file));
    this.u64(EVENT.ino2, file.ino);
  }

  name(bytes: Uint8Array): void {
    this.trailing.name = bytes;
  }
  name2(bytes: Uint8Array): void {
    this.trailing.name2 = bytes;
  }
  /** @param base whether the path is the directory in which the name starts, not its target */
  path(path: string | null, base: boolean): void {
    if (path === null) return;
    this.trailing.path = pathComponents(path);
    this.addNotes(abi.NOTE_PATH | (base ? abi.NOTE_BASE : 0));
  }
  /** @param base as in `path`, for the second name */
  path2(path: string | null, base: boolean): void {
    if (path === null) return;
    this.trailing.path2 = pathComponents(path);
    this.addNotes(abi.NOTE_PATH2 | (base ? 0 : abi.NOTE_TARGET2));
  }
  /** Notes that a path is too long. @param second whether it is the second path */
  longPath(second: boolean): void {
    this.addNotes(second ? abi.NOTE_PATH2_CUT : abi.NOTE_PATH_CUT);
  }
  /** Writes the name of a program that is in no directory: "memfd:NAME". */
  programName(name: string): void {
    this.trailing.path = Buffer.from(`${name}\0`, "latin1");
  }
  /** Writes where a file is that has no path, as the tree in which it was opened is not mounted. */
  detached(place: PathMount): void {
    this.trailing.path = pathComponents(place.inside);
    this.mount(place, false);
  }
  /** Writes the standard streams; null for one that is closed. */
  stdio(streams: readonly (StandardStream | null)[]): void {
    const bytes = Buffer.alloc(streams.length * abi.STDIO_SIZE);
    for (const [fd, stream] of streams.entries()) {
      if (!stream) continue;
      const at = fd * abi.STDIO_SIZE;
      bytes.writeBigUInt64LE(stream.ino, at + abi.STDIO.ino);
      bytes.writeUInt32LE(kernelDev(stream.dev), at + abi.STDIO.dev);
      bytes.writeUInt16LE(stream.mode, at + abi.STDIO.i_mode);
      bytes.writeUInt16LE(stream.isPipe ? 1 : 0, at + abi.STDIO.pipefs);
    }
    this.trailing.stdio = bytes;
  }
  /** @param second whether it is the mount of the second path */
  mount(mount: PathMount | null, second: boolean): void {
    if (!mount) return;
    const within = pathComponents(mount.inside).length;
    const root = pathComponents(mount.root);
    if (root.length > abi.ROOT_BYTES) return;
    this.view.setUint16(second ? EVENT.mount2_len : EVENT.mount_len, within, true);
    this.u32(second ? EVENT.mount2_dev : EVENT.mount_dev, deviceOf(mount));
    if (second) this.trailing.root2 = root;
    else this.trailing.root = root;
  }
  cgroup(path: string): void {
    this.trailing.cgroup = pathComponents(path);
  }
  argv(bytes: Uint8Array): void {
    this.trailing.argv = bytes;
  }

  /** Appends the variable parts. The record is borrowed: valid until the next `begin`. */
  finish(): abi.EventRecord {
    const { name, name2, path, path2, root, root2, cgroup, stdio, argv } = this.trailing;
    const counted = [
      [EVENT.name_len, name],
      [EVENT.name2_len, name2],
      [EVENT.path_len, path],
      [EVENT.path2_len, path2],
      [EVENT.root_len, root],
      [EVENT.root2_len, root2],
      [EVENT.cgroup_len, cgroup],
      [EVENT.stdio_len, stdio],
    ] as const;
    for (const [field, part] of counted) this.view.setUint16(field, part.length, true);
    this.u32(EVENT.argv_len, argv.length);
    let at = abi.EVENT_SIZE;
    for (const part of [...counted.map(([, bytes]) => bytes), argv]) {
      this.record.bytes.set(part, at);
      at += part.length;
    }
    this.record.moveTo(0, at);
    return this.record;
  }
}
