/** Facts from events as they come from the kernel. */
import type { Slice } from "../../../events/column.ts";
import { NOTE_CREATED } from "../../../events/event-record.ts";
import type { FileEvent } from "../../../events/file-event.ts";
import { fileType } from "../../../kernel/stat.ts";
import { nameOf } from "../../../text/printable.ts";
import type { Fact } from "./summary-event.ts";

function text(slice: Slice | null): string {
  return slice === null ? "" : nameOf(slice.bytes, slice.start, slice.length);
}

function optional(slice: Slice | null): string | null {
  return slice === null ? null : text(slice);
}

export function factOf(event: FileEvent): Fact {
  const { record } = event;
  return {
    event: event.kind,
    pid: record.tgid,
    comm: text(event.comm),
    flags: Number(event.flags ?? 0),
    name: text(event.name),
    path: optional(event.path),
    path2: optional(event.path2),
    result: event.ret ?? 0,
    created: (record.notes & NOTE_CREATED) !== 0,
    fileType: event.hasInode ? fileType(record.iMode) : null,
    argv: event.argv?.map(text) ?? null,
  };
}
