/** Converts live events for a summary. */

import type { Time } from "../../../events/column.ts";
import {
  ABI_IO_URING,
  EVENT_EXIT,
  NOTE_BASE,
  NOTE_CREATED,
  NOTE_PARENT2,
  NOTE_SECCOMP,
  NOTE_TARGET2,
} from "../../../events/event-record.ts";

import type { EventMount, FileEvent } from "../../../events/file-event.ts";
import { fileType } from "../../../kernel/stat.ts";
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

function exitOf(event: FileEvent, time: number): ProcessExit | null {
  if (event.record.type !== EVENT_EXIT) return null;
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

export function toSummaryEvent(event: FileEvent): RunEvent {
  const { record } = event;
  const { epochNanoseconds: time } = event;
  return {
    event: event.kind,
    call: event.call,
    pid: record.tgid,
    comm: sliceText(event.comm),
    flags: Number(event.flags ?? 0),
    name: sliceText(event.name),
    name2: sliceText(event.name2),
    dfd: event.dfd,
    dfd2: record.dfd2,
    path: optionalText(event.path),
    path2: optionalText(event.path2),
    followed: (record.notes & NOTE_BASE) === 0,
    followed2: (record.notes & (NOTE_TARGET2 | NOTE_PARENT2)) !== 0,
    directory: optionalText(event.directory),
    directory2: optionalText(event.directory2),
    mount: mountOf(event.mount),
    detached: detachedOf(event),
    mount2: mountOf(event.mount2),
    mntns: record.mntns === 0 ? "" : String(record.mntns),
    result: event.ret ?? (record.notes & NOTE_SECCOMP ? record.ret : 0),
    created: (record.notes & NOTE_CREATED) !== 0,
    fileType: event.hasInode ? fileType(record.iMode) : null,
    id: event.hasInode ? `${record.dev}:${record.ino}` : null,
    argv: argumentsOf(event),
    time,
    cwd: optionalText(event.cwd),
    stdio: standardStreams(event),
    exit: exitOf(event, time),
    isLate: record.abi === ABI_IO_URING,
  };
}
