/**
 * Time and memory of `trace why`: `bun test/bench/why.ts [EVENTS [DIRECTORY]]`. Makes the record file
 * of a made-up build, 10 million events by default, and asks ./trace for the program that all objects
 * are linked to, an object, a header and a failed lookup.
 *
 * Each compilation is four processes (sh, cc, cc1, as). It looks for each of its headers along the
 * include path, which mostly fails, reads libraries and headers, and writes a temporary file and an
 * object. Its records are those of one compilation with other numbers in their names.
 */
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVENT_KINDS } from "../../src/events/event-kinds.ts";
import * as abi from "../../src/events/event-record.ts";
import { CALL_NAMES } from "../../src/events/file-calls.ts";
import { FileEvent } from "../../src/events/file-event.ts";
import { RecordFileWriter } from "../../src/sinks/formats/record.ts";
import { buildRecord, components, type Parts } from "../fixtures/builders.ts";
import { TRACE } from "../root/support/harness.ts";

const { EVENT } = abi;
const TOTAL = Number(process.argv[2] ?? 10_000_000);
const HEADERS = 3000;
const HEADERS_PER_UNIT = 150;
const INCLUDE_PATH = 12;
const LIBRARIES = 30;
const ENOENT = -2;
const REGULAR = 0o100644;
const O_WRONLY_CREAT_TRUNC = 0o1101;
const DEVICE = 0x800001;
const FIRST_PID = 300;
const BOOT = { seconds: 1_700_000_000, nanoseconds: 0 };
/** Stand in names for the number of the compilation, and for those of its headers. */
const UNIT = "@UUUUUU";
const HEADER = "@HHHH";

/** A record of each compilation. */
interface Template {
  readonly event: FileEvent;
  /** Where its names have numbers: the first digit, and the number of the header or null. */
  readonly digits: readonly { readonly at: number; readonly header: number | null }[];
  /** Which of the compilation's processes it is of. */
  readonly process: number;
  /** The process that it forks; null for no fork. */
  readonly child: number | null;
  readonly inode: { readonly base: number; readonly by: "unit" | "header" | null } | null;
}

type Fields = NonNullable<Parameters<typeof buildRecord>[1]>;
const call = (name: string) => CALL_NAMES.indexOf(name as (typeof CALL_NAMES)[number]);
const templates: Template[] = [];
/** Milliards of inodes by what they are of. */
const INODES = { library: 1e6, source: 2e6, header: 3e6, temporary: 4e6, object: 5e6 };

function add(
  process: number,
  type: number,
  fields: Fields,
  parts: Parts,
  more: Partial<Template> & { readonly headers?: number } = {},
): void {
  const { inode = null, child = null, headers = null } = more;
  const comm = ["sh", "cc", "cc1", "as", "make"][process];
  const file = inode ? { i_mode: REGULAR, dev: DEVICE } : {};
  const mount = { mount_dev: DEVICE, mount_len: parts.path?.length ?? 0, mntns: 4026531841 };
  const all = { ...mount, ...file, ...fields };
  const record = buildRecord(type, all, { name: "", ...parts });
  record.bytes.set(Buffer.from(comm), record.at + EVENT.comm);
  const text = Buffer.from(record.bytes).toString("latin1");
  const digits = [
    ...Array.from(text.matchAll(new RegExp(UNIT, "g")), ({ index }) => ({
      ...{ at: index, header: null },
    })),
    ...Array.from(text.matchAll(new RegExp(HEADER, "g")), ({ index }) => ({
      ...{ at: index, header: headers },
    })),
  ];
  templates.push({ event: new FileEvent(record, BOOT), digits, process, child, inode });
}

function open(process: number, path: string, more: Fields & { inode?: Template["inode"] } = {}) {
  const { inode = null, ...fields } = more;
  const headers = /@HHHH/.test(path) ? header : undefined;
  const followed = Number(fields.ret ?? 3) >= 0;
  const notes = abi.NOTE_PATH | (followed ? 0 : abi.NOTE_BASE) | Number(fields.notes ?? 0);
  const parts = { name: path, path: followed ? components(path) : "" };
  add(process, abi.EVENT_SYSCALL, { call: call("openat"), ret: 3, ...fields, notes }, parts, {
    ...{ inode, headers },
  });
}

const DIRECTORY = "/home/u/project/build";
let header = 0;

function start(parent: number, child: number, program: string, argv: readonly string[]): void {
  add(parent, abi.EVENT_FORK, {}, {}, { child });
  const parts = {
    ...{ name: program, path: components(program), path2: components(DIRECTORY) },
    argv: argv.map((word) => `${word}\0`).join(""),
  };
  const notes = abi.NOTE_PATH | abi.NOTE_PATH2;
  add(child, abi.EVENT_EXEC, { call: call("execve"), notes }, parts);
  for (let i = 0; i < LIBRARIES; i++) {
    open(child, `/etc/ld.so.preload-${i % 2}`, { ret: ENOENT, call: call("access") });
    const inode = { base: INODES.library + i, by: null };
    open(child, `/usr/lib/x86_64-linux-gnu/lib-${i}.so`, { inode });
  }
}

function makeTemplates(): void {
  const source = `/home/u/project/src/file-${UNIT}.c`;
  const temporary = `/tmp/cc${UNIT}.s`;
  const object = `${DIRECTORY}/file-${UNIT}.o`;
  const options = Array.from({ length: 40 }, (_, i) => `-DOPTION_${i}=1`);
  start(4, 0, "/usr/bin/dash", ["/bin/sh", "-c", `cc -c ${source} -o ${object}`]);
  start(0, 1, "/usr/bin/cc", ["cc", ...options, "-c", source, "-o", object]);
  start(1, 2, "/usr/lib/gcc/cc1", ["cc1", "-quiet", ...options, source]);
  open(2, source, { inode: { base: INODES.source, by: "unit" } });
  for (header = 0; header < HEADERS_PER_UNIT; header++) {
    const found = header % INCLUDE_PATH;
    for (let i = 0; i < found; i++) open(2, `/opt/sdk-${i}/include/${HEADER}.h`, { ret: ENOENT });
    const path = `/opt/sdk-${found}/include/${HEADER}.h`;
    open(2, path, { call: call("newfstatat"), ret: 0 });
    open(2, path, { inode: { base: INODES.header, by: "header" } });
  }
  const made = { flags: O_WRONLY_CREAT_TRUNC, notes: abi.NOTE_CREATED };
  open(2, temporary, { ...made, inode: { base: INODES.temporary, by: "unit" } });
  add(2, abi.EVENT_EXIT, {}, {});
  start(1, 3, "/usr/bin/as", ["as", "--64", "-o", object, temporary]);
  open(3, temporary, { inode: { base: INODES.temporary, by: "unit" } });
  open(3, object, { ...made, inode: { base: INODES.object, by: "unit" } });
  add(3, abi.EVENT_EXIT, {}, {});
  const name = { name: temporary, path: components(DIRECTORY) };
  const notes = abi.NOTE_PATH | abi.NOTE_BASE;
  add(1, abi.EVENT_SYSCALL, { call: call("unlink"), notes }, name);
  add(1, abi.EVENT_EXIT, {}, {});
  add(0, abi.EVENT_EXIT, {}, {});
}

/** A header is in one directory of the include path: that of its index. */
function headerOf(unit: number, index: number): number {
  const number = (unit * 7 + index * index) % (HEADERS / INCLUDE_PATH);
  return number * INCLUDE_PATH + (index % INCLUDE_PATH);
}

let time = 0n;

function write(sink: RecordFileWriter, template: Template, unit: number): void {
  const { event, digits, process, child, inode } = template;
  const { bytes, at, view } = event.record;
  for (const { at: position, header: index } of digits) {
    const isUnit = index === null;
    const text = String(isUnit ? unit : headerOf(unit, index)).padStart(isUnit ? 6 : 4, "0");
    for (let i = 0; i < text.length; i++) bytes[position + 1 + i] = text.charCodeAt(i);
  }
  const pidOf = (each: number) => (each === 4 ? 1 : FIRST_PID + unit * 4 + each);
  time += 3000n;
  view.setBigUint64(at + EVENT.time, time, true);
  view.setUint32(at + EVENT.tgid, pidOf(process), true);
  view.setUint32(at + EVENT.tid, pidOf(process), true);
  if (child !== null) view.setBigInt64(at + EVENT.ret, BigInt(pidOf(child)), true);
  if (inode) {
    const index = digits.find(({ header: each }) => each !== null)?.header ?? 0;
    const offset = inode.by === "unit" ? unit : inode.by === "header" ? headerOf(unit, index) : 0;
    view.setBigUint64(at + EVENT.ino, BigInt(inode.base + offset), true);
  }
  sink.write(event);
}

function makeRecord(path: string): number {
  makeTemplates();
  const fd = openSync(path, "w");
  const output = {
    write: (bytes: Uint8Array, length: number) => void writeSync(fd, bytes, 0, length),
  };
  const sink = new RecordFileWriter(output, () => 0);
  const started = new Date(BOOT.seconds * 1000).toISOString();
  sink.begin({
    ...{ trace: "0", command: ["make"], cwd: DIRECTORY, user: { uid: 1000, name: "u" } },
    ...{ host: "h", kernel: "6", machine: "x86_64", boot: "", started, bootTime: BOOT },
    ...{ backend: "bpf", events: EVENT_KINDS, want: 0x1ff, calls: CALL_NAMES },
  });
  let events = 0;
  for (let unit = 0; events < TOTAL; unit++) {
    for (const template of templates) write(sink, template, unit);
    events += templates.length;
  }
  sink.close();
  sink.conclude({ ended: started, status: 0, events, complete: true, losses: [] });
  closeSync(fd);
  return events;
}

/** Returns seconds and MB of a command: getrusage(2). */
function measure(args: readonly string[]): string {
  const began = performance.now();
  const child = Bun.spawnSync([TRACE, ...args], { stdout: "pipe", stderr: "inherit" });
  const seconds = (performance.now() - began) / 1000;
  const { cpuTime, maxRSS } = child.resourceUsage;
  const cpu = Number(cpuTime.total) / 1e6;
  const lines = child.stdout.toString().split("\n").length;
  return `${seconds.toFixed(2)} s, ${cpu.toFixed(2)} s of CPU time, ${(maxRSS / 2 ** 20).toFixed(0)} MB, ${lines} lines`;
}

const scratch = mkdtempSync(join(process.argv[3] ?? tmpdir(), "trace-bench-"));
try {
  const path = join(scratch, "run.trace");
  const events = makeRecord(path);
  console.log(`${events} events, ${(statSync(path).size / 2 ** 20).toFixed(0)} MB`);
  const questions = [
    ["--up", "file-@000007.o"],
    ["--down", "/opt/sdk-1/include/@0001.h"],
    ["/opt/sdk-0/include/@0029.h"],
  ];
  for (const question of questions)
    console.log(`why ${question.join(" ")}: ${measure(["why", ...question, path])}`);
  console.log(`summary: ${measure(["summary", path])}`);
} finally {
  if (process.argv[4] !== "keep") rmSync(scratch, { recursive: true });
}
