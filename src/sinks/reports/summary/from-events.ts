/** Converts live events for a summary. */

import type { Time } from "../../../events/column.ts";
import {
  ABI_IO_URING,
  EVENT_EXEC,
  EVENT_EXIT,
  EVENT_FORK,
  NOTE_BASE,
  NOTE_CREATED,
  NOTE_PARENT2,
  NOTE_PATH2,
  NOTE_SECCOMP,
  NOTE_TARGET2,
} from "../../../events/event-record.ts";

import type { EventMount, FileEvent } from "../../../events/file-event.ts";
import { fileType } from "../../../kernel/stat.ts";
import type { FileId } from "../../../model/file.ts";
import type { ProcessExit, RunEvent, StandardStream } from "../../../model/run-event.ts";
import type { Mount } from "../../../model/view.ts";
import type { ByteSlice } from "../../../text/byte-slice.ts";
import { sliceToLatin1 } from "../../../text/latin1.ts";

function sliceText(slice: ByteSlice | null): string {
  return slice === null ? "" : sliceToLatin1(slice);
}

function optionalText(slice: ByteSlice | null): string | null {
  return slice === null ? null : sliceToLatin1(slice);
}

/** Returns the arguments of an exec; null for other events. */
function argumentsOf({ joinedArguments: joined }: FileEvent): string[] | null {
  if (joined === null) return null;
  const words = sliceToLatin1(joined).split("\0");
  if (words.at(-1) === "") words.pop();
  return words;
}

function deviceText(dev: number): string {
  return `${dev >>> 20}:${dev & 0xfffff}`;
}

function detachedOf({ detachedPath: file }: FileEvent): RunEvent["detached"] {
  return file && { dev: deviceText(file.dev), path: sliceToLatin1(file.path) };
}

/** The latest mount of each device: nearly all paths are in the same few. */
const latestMounts = new Map<number, { bytes: Uint8Array; mount: Mount }>();

function mountOf(event: EventMount | null): Mount | null {
  if (event === null) return null;
  const { dev, root, point } = event;
  const latest = latestMounts.get(dev);
  if (latest && hasParts(latest.bytes, root, point)) return latest.mount;
  const mount = {
    dev: deviceText(dev),
    root: sliceToLatin1(root),
    point: sliceToLatin1(point),
  };
  latestMounts.set(dev, { bytes: Buffer.from(`${mount.root}\0${mount.point}`, "latin1"), mount });
  return mount;
}

/** Whether bytes are two slices with a NUL between them. */
function hasParts(bytes: Uint8Array, one: ByteSlice, other: ByteSlice): boolean {
  if (bytes.length !== one.length + 1 + other.length || bytes[one.length] !== 0) return false;
  for (let i = 0; i < one.length; i++) if (bytes[i] !== one.bytes[one.start + i]) return false;
  const at = one.length + 1;
  for (let i = 0; i < other.length; i++)
    if (bytes[at + i] !== other.bytes[other.start + i]) return false;
  return true;
}

function inNanoseconds({ seconds, nanoseconds }: Time): number {
  return seconds * 1e9 + nanoseconds;
}

function exitOf(event: FileEvent, time: number): ProcessExit {
  const { status, signal, wall } = event;
  return { status, signal, started: wall && time - inNanoseconds(wall) };
}

/** The standard streams at an exec; null where they were not requested. */
function standardStreams(event: FileEvent): (StandardStream | null)[] | null {
  if (event.record.stdioLength === 0) return null;
  return ([0, 1, 2] as const).map((fd) => {
    const stream = event.stream(fd);
    return stream && { id: `${stream.dev}:${stream.ino}`, type: fileType(stream.mode) };
  });
}

/** An event without what its kind may have besides. */
class CopiedEvent implements RunEvent {
  readonly event: string;
  readonly call: string;
  readonly pid: number;
  readonly comm: string;
  flags = 0;
  name = "";
  name2 = "";
  dfd: number | null = null;
  readonly dfd2: number;
  path: string | null = null;
  path2: string | null = null;
  readonly followed: boolean;
  readonly followed2: boolean;
  directory: string | null = null;
  directory2: string | null = null;
  mount: Mount | null = null;
  mount2: Mount | null = null;
  readonly mntns: string;
  readonly result: number;
  readonly created: boolean;
  fileType: string | null = null;
  detached: RunEvent["detached"] = null;
  id: FileId = null;
  argv: string[] | null = null;
  readonly time: number;
  cwd: string | null = null;
  stdio: RunEvent["stdio"] = null;
  exit: ProcessExit | null = null;
  readonly isLate: boolean;

  constructor(event: FileEvent) {
    const { record } = event;
    const { notes, mntns } = record;
    this.event = event.kind;
    this.call = event.call;
    this.pid = record.tgid;
    this.comm = sliceToLatin1(event.comm);
    this.dfd2 = record.dfd2;
    this.followed = (notes & NOTE_BASE) === 0;
    this.followed2 = (notes & (NOTE_TARGET2 | NOTE_PARENT2)) !== 0;
    this.mntns = mntns === 0 ? "" : String(mntns);
    this.result = event.ret ?? (notes & NOTE_SECCOMP ? record.ret : 0);
    this.created = (notes & NOTE_CREATED) !== 0;
    this.time = event.epochNanoseconds;
    this.isLate = record.abi === ABI_IO_URING;
  }
}

/**
 * Copies an event. The parts that few kinds have are copied by functions of their own, because what is
 * not the same for all events delays that the code is compiled well.
 */
export function toSummaryEvent(event: FileEvent): RunEvent {
  const { record } = event;
  const { type } = record;
  const copy = new CopiedEvent(event);
  if (type === EVENT_EXIT) copy.exit = exitOf(event, copy.time);
  else {
    copy.flags = Number(event.flags ?? 0);
    if (type !== EVENT_FORK) copyFile(copy, event);
  }
  if (record.notes & NOTE_PATH2 || record.name2Length > 0) copySecond(copy, event);
  if (type === EVENT_EXEC) copyProgram(copy, event);
  return copy;
}

function copyFile(copy: CopiedEvent, event: FileEvent): void {
  const { record } = event;
  copy.name = sliceText(event.name);
  copy.dfd = event.dfd;
  copy.path = optionalText(event.path);
  copy.directory = optionalText(event.directory);
  copy.mount = mountOf(event.mount);
  copy.detached = detachedOf(event);
  if (!event.hasInode) return;
  copy.fileType = fileType(record.iMode);
  copy.id = `${record.dev}:${record.ino}`;
}

function copySecond(copy: CopiedEvent, event: FileEvent): void {
  copy.name2 = sliceText(event.name2);
  copy.path2 = optionalText(event.path2);
  copy.directory2 = optionalText(event.directory2);
  copy.mount2 = mountOf(event.mount2);
}

function copyProgram(copy: CopiedEvent, event: FileEvent): void {
  copy.argv = argumentsOf(event);
  copy.cwd = optionalText(event.cwd);
  copy.stdio = standardStreams(event);
}
