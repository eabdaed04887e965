/**
 * Memory and time of the model of a run: `bun test/bench/model.ts [EVENTS]`. Feeds it the events of a
 * made-up build, 10 million by default, and prints the peak resident size and the time per event.
 *
 * Each compilation is four processes (sh, cc, cc1, as) whose pids are reused after a while. It looks
 * for each of its headers along the include path, which mostly fails, reads libraries and headers,
 * and writes a temporary file and an object.
 */
import { Run } from "../../src/model/run.ts";
import type { RunEvent } from "../../src/model/run-event.ts";
import { decodeLatin1 } from "../../src/text/latin1.ts";

const TOTAL = Number(process.argv[2] ?? 10_000_000);
/** Limits that the issue sets. */
const MAX_RSS_MB = 300;

const HEADERS = 3000;
const INCLUDE_PATH = Array.from({ length: 12 }, (_, i) => `/usr/lib/sdk-${i}/include`);
/** Headers of one compilation, and how often each is looked up. */
const HEADERS_PER_UNIT = 150;
const LIBRARIES = 30;
const FIRST_PID = 300;
const PIDS = 32768;
const ENOENT = -2;
const O_WRONLY_CREAT_TRUNC = 0o1101;

const run = new Run();
let time = 1.7e18;
let pids = 0;
const pid = () => FIRST_PID + (pids++ % PIDS);

/** Events share the texts of their mounts. */
const MOUNT = { dev: "8:1", root: "/", point: "/" };

const scratch = Buffer.alloc(1024);

/** Decodes a text from bytes: strings are new for each event, as those of the kernel's records are. */
function fresh(text: string): string {
  return decodeLatin1(scratch, 0, scratch.write(text, "latin1"));
}

const optional = (text: string | null = null) => (text === null ? null : fresh(text));

interface Feed extends Partial<RunEvent> {
  readonly event: string;
  readonly pid: number;
  readonly comm: string;
}

/** Adds an event as src/sinks/reports/summary/from-events.ts makes it. */
function add(event: Feed): void {
  time += 3000;
  const followed = event.event === "open" || event.event === "exec";
  run.add({
    event: event.event,
    pid: event.pid,
    comm: fresh(event.comm),
    flags: event.flags ?? 0,
    call: "",
    name: "",
    name2: "",
    followed,
    followed2: false,
    directory: followed ? null : fresh("/home/u/project/build"),
    directory2: event.path2 ? fresh("/home/u/project/build") : null,
    mount: event.path ? MOUNT : null,
    mount2: event.path2 ? MOUNT : null,
    mntns: "4026531841",
    path: optional(event.path),
    path2: optional(event.path2),
    result: event.result ?? 0,
    created: event.created ?? false,
    fileType: event.id ? "file" : null,
    id: optional(event.id),
    argv: event.argv?.map(fresh) ?? null,
    time,
    cwd: optional(event.cwd),
    stdio: null,
    exit: event.exit ?? null,
    isLate: false,
  });
}

function start(parent: number, path: string, comm: string, argv: readonly string[]): number {
  const child = pid();
  add({ event: "fork", pid: parent, comm: "make", result: child });
  add({
    event: "exec",
    pid: child,
    comm,
    path,
    argv: argv.map(fresh),
    cwd: fresh("/home/u/project/build"),
  });
  for (let i = 0; i < LIBRARIES; i++) {
    const name = `/usr/lib/x86_64-linux-gnu/lib${comm}-${i}.so`;
    add({ event: "access", pid: child, comm, path: `/etc/ld.so.preload-${i % 2}`, result: ENOENT });
    add({ event: "open", pid: child, comm, path: name, id: `8:${i}${comm}` });
  }
  return child;
}

function end(child: number, comm: string): void {
  add({ event: "exit", pid: child, comm, exit: { status: 0, signal: null, started: null } });
}

function compile(unit: number): void {
  const source = `/home/u/project/src/module-${unit % 400}/file-${unit}.c`;
  const temporary = `/tmp/cc${unit.toString(36)}x.s`;
  const object = `/home/u/project/build/file-${unit}.o`;
  const options = Array.from({ length: 40 }, (_, i) => `-DOPTION_${i}=1`);
  const sh = start(1, "/usr/bin/dash", "sh", ["/bin/sh", "-c", `cc -c ${source} -o ${object}`]);
  const cc = start(sh, "/usr/bin/cc", "cc", ["cc", ...options, "-c", source, "-o", object]);
  const cc1 = start(cc, "/usr/lib/gcc/cc1", "cc1", ["cc1", "-quiet", ...options, source]);
  add({ event: "open", pid: cc1, comm: "cc1", path: source, id: `8:s${unit}` });
  for (let i = 0; i < HEADERS_PER_UNIT; i++) {
    const header = (unit * 7 + i * i) % HEADERS;
    const found = header % INCLUDE_PATH.length;
    for (const directory of INCLUDE_PATH.slice(0, found))
      add({
        event: "open",
        pid: cc1,
        comm: "cc1",
        path: `${directory}/h-${header}.h`,
        result: ENOENT,
      });
    const path = `${INCLUDE_PATH[found]}/h-${header}.h`;
    add({ event: "stat", pid: cc1, comm: "cc1", path });
    add({ event: "open", pid: cc1, comm: "cc1", path, id: `8:h${header}` });
  }
  const output = { flags: O_WRONLY_CREAT_TRUNC, created: true };
  add({ event: "open", pid: cc1, comm: "cc1", path: temporary, id: `8:t${unit}`, ...output });
  end(cc1, "cc1");
  const as = start(cc, "/usr/bin/as", "as", ["as", "--64", "-o", object, temporary]);
  add({ event: "open", pid: as, comm: "as", path: temporary, id: `8:t${unit}` });
  add({ event: "open", pid: as, comm: "as", path: `${object}.tmp`, id: `8:o${unit}`, ...output });
  add({ event: "rename", pid: as, comm: "as", path: `${object}.tmp`, path2: object });
  end(as, "as");
  add({ event: "unlink", pid: cc, comm: "cc", path: temporary });
  end(cc, "cc");
  end(sh, "sh");
}

/** The peak resident size of this process so far, in MB: proc_pid_status(5). */
async function peakMb(): Promise<number> {
  const status = await Bun.file("/proc/self/status").text();
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const before = await peakMb();
const began = process.cpuUsage();
let next = TOTAL / 10;
for (let unit = 0; run.events < TOTAL; unit++) {
  compile(unit);
  if (run.events < next) continue;
  next += TOTAL / 10;
  console.log(`${run.events} events: ${(await peakMb()).toFixed(0)} MB`);
}
const cpu = process.cpuUsage(began);
const micros = (cpu.user + cpu.system) / run.events;
const peak = await peakMb();
console.log(
  `${run.events} events of ${run.processes.all.length} processes, ${run.failedLookups.size} failed lookups: ` +
    `peak ${peak.toFixed(0)} MB (${before.toFixed(0)} MB before), ${micros.toFixed(2)} µs of CPU time an event`,
);
if (TOTAL <= 10_000_000 && peak > MAX_RSS_MB) process.exitCode = 1;
