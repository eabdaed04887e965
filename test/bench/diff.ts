/**
 * Makes two large records for `trace diff`: `bun test/bench/diff.ts RECORD DIRECTORY [EVENTS]`. RECORD is
 * of a command that compiles f00000.c; its events are copied with other pids, times and names until
 * there are EVENTS of them, 10 million by default. The second record lacks the last copy.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { EVENT, EVENT_FORK, EventRecord } from "../../src/events/event-record.ts";
import { FileEvent } from "../../src/events/file-event.ts";
import { recordFile } from "../../src/sinks/formats/record.ts";
import { RecordFile } from "../../src/sources/records/record-file.ts";

const [source, directory, total = "10000000"] = process.argv.slice(2);
const PID_FIELDS = [EVENT.tgid, EVENT.tid, EVENT.ppid];
const NUMBER = Buffer.from("00000");
const PIDS = 50;
const DURATION = 100_000_000n;

const MAX_RECORD = 1 << 17;

function write(name: string, omitted: number): void {
  const copyCount = Math.ceil(Number(total) / countOf(source)) - omitted;
  const fd = openSync(join(directory, name), "w");
  const output = { write: (bytes: Uint8Array, length: number) => writeSync(fd, bytes, 0, length) };
  const sink = recordFile({ output } as never);
  const record = new RecordFile(source);
  sink.begin(record.header);
  const originals: Uint8Array[] = [];
  record.run((event) => {
    const { bytes, at, end } = event.record;
    originals.push(bytes.slice(at, end));
  });
  const own = new EventRecord(new Uint8Array(MAX_RECORD));
  const event = new FileEvent(own, record.header.bootTime, record.arch);
  for (let copy = 0; copy < copyCount; copy++)
    for (const bytes of originals) {
      own.bytes.set(renamed(bytes, copy), 0);
      own.moveTo(0, bytes.length);
      sink.write(event);
    }
  sink.close();
  const losses = { complete: true, losses: [] };
  sink.conclude({ ended: new Date().toISOString(), status: 0, events: sink.delivered, ...losses });
  closeSync(fd);
  console.log(`${name}: ${sink.delivered} events`);
}

function renamed(original: Uint8Array, copy: number): Uint8Array {
  const bytes = Buffer.from(original);
  const digits = String(copy).padStart(NUMBER.length, "0");
  for (let at = bytes.indexOf(NUMBER, EVENT.comm); at >= 0; at = bytes.indexOf(NUMBER, at + 1))
    bytes.write(digits, at);
  for (const field of PID_FIELDS)
    bytes.writeUInt32LE(bytes.readUInt32LE(field) + copy * PIDS, field);
  if (bytes[EVENT.type] === EVENT_FORK)
    bytes.writeInt32LE(bytes.readInt32LE(EVENT.ret) + copy * PIDS, EVENT.ret);
  for (const field of [EVENT.time])
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(field) + BigInt(copy) * DURATION, field);
  return bytes;
}

function countOf(path: string): number {
  const record = new RecordFile(path);
  record.run(() => {});
  return record.eventCount;
}

write("a.trace", 0);
write("b.trace", 1);
