/**
 * The time per event of each format: `bun test/bench/sinks.ts`. The events are views on one buffer
 * of records, like those of the ring buffer; the output discards the bytes.
 */

import type { Output } from "../../src/core/sink.ts";
import type { Column } from "../../src/events/column.ts";
import { formats } from "../../src/sinks/formats/index.ts";
import { ByteSlice } from "../../src/text/byte-slice.ts";

const RECORD = 192;
const RECORDS = 4096;
const ROUNDS = 50;
const REPEATS = 9;

const COMM_AT = 32;
const NAME_AT = 48;

const PATHS = [
  "/etc/ld.so.cache",
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/usr/lib/x86_64-linux-gnu/perl5/5.36/auto/List/Util/Util.so",
  "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/memory.min",
  "hello.txt",
];
const COMMS = ["bash", "main.exe", ".nheko-wrapped", "systemd"];
const KINDS = ["open", "openat", "openat2", "Uring"].map(ByteSlice.from);

class View {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;
  readonly comm: ByteSlice;
  readonly name: ByteSlice;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
    this.comm = new ByteSlice(bytes);
    this.name = new ByteSlice(bytes);
  }
  get pid() {
    return this.view.getUint32(this.at, true);
  }
  get cgid() {
    return (
      this.view.getUint32(this.at + 8, true) * 0x100000000 + this.view.getUint32(this.at + 4, true)
    );
  }
  get kind() {
    return this.view.getUint8(this.at + 28);
  }
  get flags() {
    return this.view.getUint32(this.at + 12, true);
  }
  get mode() {
    return this.view.getUint32(this.at + 16, true);
  }
  get result() {
    return this.view.getInt32(this.at + 20, true);
  }
  get nameLength() {
    return this.view.getUint32(this.at + 24, true);
  }
}

const columns: Column<View>[] = [
  { name: "pid", key: "pid", about: "", kind: "integer", of: (e) => e.pid },
  { name: "cgid", key: "cgid", about: "", kind: "integer", of: (e) => e.cgid },
  {
    name: "comm",
    key: "comm",
    about: "",
    kind: "bytes",
    of: (e) => {
      let length = 0;
      while (length < 16 && e.bytes[e.at + COMM_AT + length] !== 0) length++;
      e.comm.start = e.at + COMM_AT;
      e.comm.length = length;
      return e.comm;
    },
  },
  { name: "kind", key: "kind", about: "", kind: "word", of: (e) => KINDS[e.kind] },
  { name: "flags", key: "flags", about: "", kind: "integer", of: (e) => e.flags },
  { name: "mode", key: "mode", about: "", kind: "integer", of: (e) => e.mode },
  {
    name: "filename",
    key: "fname",
    about: "",
    kind: "bytes",
    of: (e) => {
      e.name.start = e.at + NAME_AT;
      e.name.length = e.nameLength;
      return e.name;
    },
  },
  { name: "return", key: "return", about: "", kind: "integer", of: (e) => e.result },
];

function records(): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(RECORD * RECORDS));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < RECORDS; i++) {
    const at = i * RECORD;
    const path = PATHS[i % PATHS.length];
    view.setUint32(at, 1000 + i * 37, true);
    view.setUint32(at + 4, 4417 + (i % 7) * 1000, true);
    view.setUint32(at + 12, i % 3 === 0 ? 0o2100101 : 0o2000000, true);
    view.setUint32(at + 16, i % 3 === 0 ? 0o666 : 0, true);
    view.setInt32(at + 20, i % 4 === 0 ? -2 : 3 + (i % 60), true);
    view.setUint32(at + 24, path.length, true);
    view.setUint8(at + 28, i % KINDS.length);
    new TextEncoder().encodeInto(COMMS[i % COMMS.length], bytes.subarray(at + COMM_AT));
    new TextEncoder().encodeInto(path, bytes.subarray(at + NAME_AT));
  }
  return bytes;
}

const event = new View(records());
const nowhere: Output = { write() {} };

for (const [name, { open }] of Object.entries(formats)) {
  const sink = open({ columns, output: nowhere, terminal: false });
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = Bun.nanoseconds();
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < RECORDS; i++) {
        event.at = i * RECORD;
        sink.write(event);
      }
    }
    best = Math.min(best, (Bun.nanoseconds() - start) / (ROUNDS * RECORDS));
  }
  sink.close();
  console.log(`${name.padEnd(8)} ${best.toFixed(0).padStart(5)} ns per event`);
}
