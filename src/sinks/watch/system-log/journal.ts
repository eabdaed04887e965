/**
 * An event as an entry of systemd's journal: the native protocol, with one field a column. Values that
 * come from elsewhere have their length before them, so that none can contain a field.
 */
import { NOT_WRITTEN, Q_OVERFLOW, type WatchEvent } from "../../../events/watch-event.ts";
import type { ByteSlice } from "../../../text/byte-slice.ts";
import { Literal } from "../../formats/byte-buffer.ts";
import { Encoder } from "../../formats/encoder.ts";
import { SENT_COLUMNS } from "../columns.ts";
import { lineWriter, nameOf, writePlain } from "./pairs.ts";

export const JOURNAL_SOCKET = "/run/systemd/journal/socket";

/** Distinguishes the entries from those of other programs: journalctl MESSAGE_ID=… */
const FIXED = "SYSLOG_IDENTIFIER=trace\nMESSAGE_ID=5a1f0c1be9c94a5e8c5a3f8f0c1d7b42\nPRIORITY=";
/** The columns of MESSAGE; the others are fields only. */
const MESSAGE_COLUMNS = ["path", "old_path", "pid", "comm", "user"];
const NEWLINE = new Literal("\n");
const MESSAGE = new Literal("MESSAGE=");
const CAPACITY = 16 << 10;
const LENGTH_SIZE = 8;

/** Priorities of syslog(3). */
const PRIORITIES = { danger: 3, warning: 4, info: 6, "": 6 } as const;

/** Returns the priority of an event: that of its severity. Missing events are a warning. */
export function priorityOf({ type, severity }: WatchEvent): number {
  return type === Q_OVERFLOW || type === NOT_WRITTEN ? PRIORITIES.warning : PRIORITIES[severity];
}

class FieldEncoder extends Encoder {
  /** Writes the length of a value in 8 bytes, the value and a newline. */
  sized(value: ByteSlice): void {
    this.reserve(LENGTH_SIZE);
    this.view.setUint32(this.length, value.length, true);
    this.view.setUint32(this.length + 4, 0, true);
    this.length += LENGTH_SIZE;
    this.raw(value);
    this.literal(NEWLINE);
  }
}

type Write = (encoder: FieldEncoder, event: WatchEvent) => void;

function fieldWriter(column: (typeof SENT_COLUMNS)[number]): Write {
  const name = `TRACE_${column.name.toUpperCase()}`;
  const [plain, sized] = [new Literal(`${name}=`), new Literal(`${name}\n`)];
  return (encoder, event) => {
    if (writePlain(encoder, plain, column, event)) {
      encoder.literal(NEWLINE);
      return;
    }
    const value = nameOf(column, event);
    if (!value?.length) return;
    encoder.literal(sized);
    encoder.sized(value);
  };
}

/** Returns a function that encodes events; the bytes are valid until the next call. */
export function journalEncoder(): (event: WatchEvent) => Uint8Array {
  const encoder = new FieldEncoder(CAPACITY);
  encoder.escapesUnsafe = true;
  const fixed = new Literal(FIXED);
  const message = lineWriter(SENT_COLUMNS.filter(({ name }) => MESSAGE_COLUMNS.includes(name)));
  const fields = SENT_COLUMNS.map(fieldWriter);
  return (event) => {
    encoder.length = 0;
    encoder.literal(fixed);
    encoder.integer(priorityOf(event));
    encoder.literal(NEWLINE);
    encoder.literal(MESSAGE);
    message(encoder, event);
    encoder.literal(NEWLINE);
    for (const write of fields) write(encoder, event);
    return encoder.written();
  };
}
