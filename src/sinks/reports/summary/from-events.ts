/** Converts live events for a summary. */

import { NOTE_CREATED } from "../../../events/event-record.ts";
import type { FileEvent } from "../../../events/file-event.ts";
import { fileType } from "../../../kernel/stat.ts";
import type { ByteSlice } from "../../../text/byte-slice.ts";
import { sliceToLatin1 } from "../../../text/latin1.ts";
import type { SummaryEvent } from "./summary-event.ts";

function sliceText(slice: ByteSlice | null): string {
  return slice === null ? "" : sliceToLatin1(slice);
}

function optionalText(slice: ByteSlice | null): string | null {
  return slice === null ? null : sliceToLatin1(slice);
}

export function toSummaryEvent(event: FileEvent): SummaryEvent {
  const { record } = event;
  return {
    event: event.kind,
    pid: record.tgid,
    comm: sliceText(event.comm),
    flags: Number(event.flags ?? 0),
    name: sliceText(event.name),
    path: optionalText(event.path),
    path2: optionalText(event.path2),
    result: event.ret ?? 0,
    created: (record.notes & NOTE_CREATED) !== 0,
    fileType: event.hasInode ? fileType(record.iMode) : null,
    argv: event.argv?.map(sliceToLatin1) ?? null,
  };
}
