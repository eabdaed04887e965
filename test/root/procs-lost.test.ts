/** The loss that `trace procs` reports, compared with what another connector received. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ProcConnector, type ProcEvent } from "../../src/index.ts";
import { temporaryDirectory } from "./support/harness.ts";
import { PROCESSES, watching } from "./support/procs.ts";

setDefaultTimeout(120_000);

interface Row {
  /** Nanoseconds. */
  readonly time: bigint;
  /** "exec 123 123": the event, its process and thread. */
  readonly what: string;
}

function rowsOf(csv: string): Row[] {
  const lines = csv.split("\n").slice(1, -1);
  return lines.map((line) => {
    const [time, event, pid, tid] = line.split(",");
    return { time: BigInt(time.replace(".", "")), what: `${event} ${pid} ${tid}` };
  });
}

function whatOf(event: ProcEvent): string {
  const [tgid, pid] =
    event.name === "fork"
      ? [event.childTgid, event.childPid]
      : "tgid" in event
        ? [event.tgid, event.pid]
        : ["", ""];
  return `${event.name} ${tgid} ${pid}`;
}

/** Shifts the rows' times to those of the events, by the offset that makes every row an event. */
function aligned(rows: readonly Row[], all: readonly ProcEvent[]): Row[] {
  const known = new Set(all.map((event) => `${event.timestampNs} ${whatOf(event)}`));
  for (const event of all.filter((each) => whatOf(each) === rows[0].what)) {
    const start = rows[0].time - event.timestampNs;
    const moved = rows.map(({ time, what }) => ({ time: time - start, what }));
    if (moved.every(({ time, what }) => known.has(`${time} ${what}`))) return moved;
  }
  throw new Error("no offset makes every row an event");
}

test("with a small buffer, reported and lost events add up exactly", async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "rows.csv");
  using all = new ProcConnector();
  const columns = ["--threads", "--format", "csv", "--columns", "time,event,pid,tid"];
  const trace = await watching(["--buffer", "64K", ...columns, "-o", file]);
  /** Waits until it reports a process again. */
  const untilReported = async () => {
    for (;;) {
      const { pid } = Bun.spawnSync([PROCESSES, "nothing"]);
      await Bun.sleep(100);
      if (readFileSync(file, "utf8").includes(`,exit,${pid},`)) return;
    }
  };
  await untilReported();
  trace.kill("SIGSTOP"); // so that the buffer overflows
  const bomb = Bun.spawnSync([PROCESSES, "bomb", "1000"]);
  expect(bomb.stdout.toString()).toMatch(/\t1000\n$/);
  trace.kill("SIGCONT");
  await untilReported();
  trace.kill("SIGINT");
  await trace.exited;
  const stderr = await new Response(trace.stderr).text();
  const lost = Number(/ INCOMPLETE: (\d+) lost \(receive buffer full/.exec(stderr)?.[1] ?? 0);

  const events: ProcEvent[] = [];
  for (let event = all.receive(0); event; event = all.receive(0)) events.push(event);
  expect(all.losses()).toEqual([]);
  const rows = aligned(rowsOf(readFileSync(file, "utf8")), events);
  const [first, last] = [rows[0].time, rows[rows.length - 1].time];
  const within = events.filter(({ timestampNs: t }) => t >= first && t <= last);
  // It does not report itself; its own events meanwhile may be among the lost ones.
  const own = within.filter((event) => whatOf(event).split(" ")[1] === String(trace.pid)).length;
  expect(rows.length + lost).toBeLessThanOrEqual(within.length);
  expect(rows.length + lost).toBeGreaterThanOrEqual(within.length - own);
  expect(lost).toBeGreaterThan(1000);
  const created = within.filter((event) => "parentTgid" in event && event.parentTgid === bomb.pid);
  expect(created.filter(({ name }) => name === "fork").length).toBe(1000);
});
