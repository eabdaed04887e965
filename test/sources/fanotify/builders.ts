/** Builds fanotify events in the kernel's format, with numbers as file handles. */
import * as fan from "../../../src/kernel/fanotify.ts";
import { FanotifyEvent } from "../../../src/kernel/fanotify-event.ts";
import type { Directory, DirectoryTree } from "../../../src/sources/fanotify/directory-tree.ts";

/** A directory's number and the name of an entry in it. */
export type Entry = readonly [directory: number, name: string];

export interface EventFields {
  readonly pid?: number;
  readonly fid?: number;
  readonly dfid?: Entry;
  readonly oldDfid?: Entry;
  readonly newDfid?: Entry;
}

function infoRecord(type: number, target: number | Entry | undefined): Buffer {
  if (target === undefined) return Buffer.alloc(0);
  const [number, name] = typeof target === "number" ? [target, null] : target;
  const { fsid, handle } = fan.FANOTIFY_INFO_FID;
  const { handle_bytes, f_handle } = fan.FILE_HANDLE;
  const fixed = Buffer.alloc(handle + f_handle + 4);
  const bytes = Buffer.concat([fixed, Buffer.from(name === null ? "" : `${name}\0`)]);
  bytes.writeUInt8(type, fan.FANOTIFY_INFO.info_type);
  bytes.writeUInt16LE(bytes.length, fan.FANOTIFY_INFO.len);
  bytes.writeUInt32LE(7, fsid);
  bytes.writeUInt32LE(4, handle + handle_bytes);
  bytes.writeUInt32LE(number, handle + f_handle);
  return bytes;
}

export function makeEvent(
  mask: number,
  { pid = 10, fid, dfid, oldDfid, newDfid }: EventFields,
): FanotifyEvent {
  const metadata = Buffer.alloc(fan.FANOTIFY_METADATA_SIZE);
  const bytes = new Uint8Array(
    Buffer.concat([
      metadata,
      infoRecord(fan.FAN_EVENT_INFO_TYPE_FID, fid),
      infoRecord(fan.FAN_EVENT_INFO_TYPE_DFID_NAME, dfid),
      infoRecord(fan.FAN_EVENT_INFO_TYPE_OLD_DFID_NAME, oldDfid),
      infoRecord(fan.FAN_EVENT_INFO_TYPE_NEW_DFID_NAME, newDfid),
    ]),
  );
  const view = new DataView(bytes.buffer);
  const { event_len, vers, metadata_len } = fan.FANOTIFY_METADATA;
  view.setUint32(event_len, bytes.length, true);
  view.setUint8(vers, fan.FANOTIFY_METADATA_VERSION);
  view.setUint16(metadata_len, metadata.length, true);
  view.setUint32(fan.FANOTIFY_METADATA.mask, mask, true);
  view.setInt32(fan.FANOTIFY_METADATA.pid, pid, true);
  const event = new FanotifyEvent();
  event.moveTo(view, 0, bytes.length);
  return event;
}

/** Returns the tree's directory with a number. */
export function directoryOf(tree: DirectoryTree, number: number): Directory {
  const { view, dfid } = makeEvent(0, { dfid: [number, "."] });
  return tree.at(view, dfid.keyStart, dfid.keyLength);
}
