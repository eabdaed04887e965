/** The chains of processes that led to file events, from the process events among them. */
import { describe, expect, test } from "bun:test";
import { EventChains } from "../../src/attribution/event-chains.ts";
import * as abi from "../../src/events/event-record.ts";
import { MAX_CHAIN } from "../../src/events/process-chain.ts";
import type { ProcessInfo } from "../../src/events/process-info.ts";
import { fromRecorded, toRecorded } from "../../src/events/recorded-processes.ts";
import { buildRecord } from "../fixtures/builders.ts";
import { eventOf } from "../fixtures/fixtures.ts";

const TRACE = 100;
const before = (pid: number, ppid: number, comm: string, started = 1e9): ProcessInfo => {
  return { pid, ppid, comm, argv: [comm, "-x"], uid: 0, started, origin: "proc" };
};
/** init, a shell, and the trace that it started. */
const BEFORE = [before(1, 0, "init"), before(50, 1, "bash"), before(TRACE, 50, "trace")];

let time = 10e9;
type Fields = Partial<Record<keyof typeof abi.EVENT, number | bigint>>;

function eventBy(type: number, tgid: number, comm: string, fields: Fields, argv = "") {
  time += 1000;
  const record = buildRecord(type, { tgid, time, ...fields }, { argv });
  for (const field of [abi.EVENT.comm, abi.EVENT.leader_comm])
    record.bytes.set(Buffer.from(comm, "latin1"), field);
  return eventOf(record);
}
const open = (pid: number, comm = "", ppid = 0) =>
  eventBy(abi.EVENT_SYSCALL, pid, comm, { call: 1, ppid });
const exec = (pid: number, argv: string, ppid = 0) => {
  const words = argv.split(" ");
  return eventBy(abi.EVENT_EXEC, pid, words[0], { ppid }, `${words.join("\0")}\0`);
};
const fork = (pid: number, child: number, comm = "") =>
  eventBy(abi.EVENT_FORK, pid, comm, { ret: child });
const exit = (pid: number) => eventBy(abi.EVENT_EXIT, pid, "", {});

/** The chain of the last event, as text: "rm x < sh". */
function chainAfter(chains: EventChains, ...events: ReturnType<typeof open>[]): string | null {
  for (const event of events) chains.attribute(event);
  const chain = events.at(-1)?.chain;
  if (!chain) return null;
  const texts = chain.links.map(({ comm, argv }) => (argv.length ? argv.join(" ") : `[${comm}]`));
  return `${texts.join(" < ")}${chain.isCut ? " …" : ""}`;
}

const ofCommand = () => EventChains.ofRecord(BEFORE, TRACE, true);
const ABOVE = "bash -x < init -x";

describe("of a command", () => {
  test("lead to the shell that started trace, which is left out", () => {
    const chains = ofCommand();
    expect(chainAfter(chains, exec(101, "sh a.sh", TRACE))).toBe(`sh a.sh < ${ABOVE}`);
    expect(chainAfter(chains, fork(101, 102))).toBe(`sh a.sh < ${ABOVE}`);
    expect(chainAfter(chains, open(102))).toBe(`sh a.sh < sh a.sh < ${ABOVE}`);
    expect(chainAfter(chains, exec(102, "rm x"))).toBe(`rm x < sh a.sh < ${ABOVE}`);
    expect(chainAfter(chains, exit(102))).toBe(`rm x < sh a.sh < ${ABOVE}`);
  });

  test("keep the original parent, as it was at the fork, when it has ended", () => {
    const chains = ofCommand();
    chainAfter(chains, exec(101, "sh d.sh", TRACE), fork(101, 102), fork(102, 103), exit(102));
    // The daemon was adopted by init, and the shell becomes another program.
    const daemon = chainAfter(chains, exec(101, "cat"), exec(103, "daemon", 1));
    expect(daemon).toBe(`daemon < sh d.sh < sh d.sh < ${ABOVE}`);
    chainAfter(chains, exit(101));
    expect(chainAfter(chains, open(103, "daemon", 1))).toBe(daemon);
  });

  test("have a process once, as the program that it executed last", () => {
    const chains = ofCommand();
    const events = [exec(101, "sh -c x", TRACE), exec(101, "env x"), exec(101, "x"), open(101)];
    expect(chainAfter(chains, ...events)).toBe(`x < ${ABOVE}`);
  });

  test("of a reused pid are of the new process", () => {
    const chains = ofCommand();
    chainAfter(chains, exec(101, "sh", TRACE), fork(101, 102), exec(102, "old"), exit(102));
    chainAfter(chains, fork(101, 103), exec(103, "make"), fork(103, 102));
    expect(chainAfter(chains, open(102))).toBe(`make < make < sh < ${ABOVE}`);
    // Also if the exit was lost.
    expect(chainAfter(chains, fork(101, 103), exec(103, "new"))).toBe(`new < sh < ${ABOVE}`);
  });

  test("name a process whose fork was lost by its events, without a parent that adopted it", () => {
    const chains = ofCommand();
    chainAfter(chains, exec(101, "sh", TRACE));
    expect(chainAfter(chains, open(105, "lost", 1))).toBe("[lost]");
    expect(chainAfter(chains, open(105, "lost", 50))).toBe("[lost]");
    expect(chainAfter(chains, open(105, "lost", 101))).toBe(`[lost] < sh < ${ABOVE}`);
    expect(chainAfter(chains, exec(105, "cc x", 1))).toBe("cc x");
    expect(chainAfter(chains, fork(105, 106), open(106))).toBe("cc x < cc x");
  });

  test("have the name that a process gave itself before it forked", () => {
    const chains = ofCommand();
    chainAfter(chains, open(101, "kid", TRACE), fork(101, 102, "renamed"));
    chainAfter(chains, exec(103, "sh", TRACE), fork(103, 104, "renamed"), open(104));
    const event = open(104);
    chains.attribute(event);
    expect(event.chain?.links.map(({ comm }) => comm)).toEqual([
      ...["renamed", "renamed"],
      ...["bash", "init"],
    ]);
  });

  test("are cut if they are deep, and marked", () => {
    const chains = ofCommand();
    chainAfter(chains, exec(101, "sh", TRACE));
    for (let pid = 101; pid < 200; pid++) chainAfter(chains, fork(pid, pid + 1));
    expect(chainAfter(chains, open(200))).toBe(`${Array(MAX_CHAIN).fill("sh").join(" < ")} …`);
  });

  test("of pid 0, any process outside the pid namespace, are not known, nor is it a parent", () => {
    const chains = ofCommand();
    expect(chainAfter(chains, open(0, "x", 101))).toBeNull();
    expect(chainAfter(chains, exec(0, "x"))).toBeNull();
    expect(chainAfter(chains, fork(0, 107), open(107, "y", 0))).toBeNull();
    expect(chainAfter(chains, exec(107, "y z", 0))).toBe("y z");
    expect(chainAfter(chains, fork(101, 0), exit(0))).toBeNull();
  });

  test("keep hostile bytes", () => {
    const chains = ofCommand();
    const event = exec(101, "\xff\x1b[1m \n", TRACE);
    chains.attribute(event);
    expect(event.chain?.links[0].argv).toEqual(["\xff\x1b[1m", "\n"]);
    expect(event.chain?.links[0].comm).toBe("\xff\x1b[1m");
  });
});

describe("of the whole machine", () => {
  test("begin with the parents that processes had when the recording began", () => {
    const chains = EventChains.ofRecord(BEFORE, 0, false);
    expect(chainAfter(chains, open(50))).toBe(ABOVE);
    expect(chainAfter(chains, fork(50, 60), exec(60, "ls"))).toBe(`ls < ${ABOVE}`);
    expect(chainAfter(chains, open(70, "new", 50))).toBe(`[new] < ${ABOVE}`);
  });

  test("do not take a process for a parent that started later, or a cycle", () => {
    const odd = [
      before(2, 3, "a", 1e9),
      before(3, 2, "b", 2e9),
      before(4, 4, "c"),
      before(5, 99, "d"),
    ];
    const chains = EventChains.ofRecord(odd, 0, false);
    const found = [2, 3, 4, 5].map((pid) => chainAfter(chains, open(pid)));
    expect(found).toEqual(["a -x", "b -x < a -x", "c -x", "d -x"]);
    const equal = [before(2, 3, "a"), before(3, 2, "b")];
    expect(chainAfter(EventChains.ofRecord(equal, 0, false), open(2))?.length).toBeLessThan(20);
  });
});

describe("processes in a header", () => {
  test("are the same when they are read back", () => {
    const info = { ...before(7, 1, "\xff(\n"), argv: ["\xfe", "é", ""] };
    const [read] = fromRecorded(JSON.parse(JSON.stringify([toRecorded(info)])));
    expect(read).toEqual({ ...info, uid: -1 });
  });

  test("may be anything: what is no process is omitted", () => {
    const list = [null, 1, "x", [], {}, { pid: 1 }, { ...toRecorded(BEFORE[0]), argv: 5 }];
    expect(fromRecorded(list)).toEqual([]);
    for (const value of [undefined, null, 1, "x", {}]) expect(fromRecorded(value)).toEqual([]);
    const [odd] = fromRecorded([{ ...toRecorded(BEFORE[0]), argv: [1, null] }]);
    expect(odd.argv).toEqual(["1", "null"]);
  });
});

test("a live command is below this process's parents, which are read from /proc", () => {
  const chains = EventChains.ofCommand();
  const event = exec(0x7ffffff0, "x", process.pid);
  chains.attribute(event);
  expect(event.chain?.links.map(({ pid }) => pid).slice(0, 2)).toEqual([0x7ffffff0, process.ppid]);
  const own = open(process.ppid);
  EventChains.ofMachine().attribute(own);
  expect(own.chain?.links[0].pid).toBe(process.ppid);
});
