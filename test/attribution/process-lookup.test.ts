import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { type ProcessInfoProvider, ProcessLookup } from "../../src/attribution/process-lookup.ts";

import { BpfProvider, ProcfsProvider } from "../../src/attribution/providers.ts";
import * as abi from "../../src/events/event-record.ts";
import { type ProcessInfo, unknownProcess } from "../../src/events/process-info.ts";
import { buildRecord } from "../fixtures/builders.ts";
import { eventOf } from "../fixtures/fixtures.ts";

const named = (pid: number, comm: string, started = 0): ProcessInfo => ({
  ...unknownProcess(pid),
  comm,
  started,
  origin: "bpf",
});

/** Provides the processes that a test starts and ends. */
class FakeProvider implements ProcessInfoProvider {
  readonly urgentFd = null;
  readonly live = new Map<number, ProcessInfo>();
  lookups = 0;
  private exited: ProcessInfo[] = [];

  start(pid: number, comm: string, started = 0): void {
    this.live.set(pid, named(pid, comm, started));
  }

  exit(pid: number): void {
    this.exited.push(this.lookup(pid));
    this.live.delete(pid);
  }

  update(onExit: (process: ProcessInfo) => void): void {
    for (const process of this.exited.splice(0)) onExit(process);
  }

  lookup(pid: number): ProcessInfo {
    this.lookups++;
    return this.find(pid) ?? unknownProcess(pid);
  }

  find(pid: number): ProcessInfo | undefined {
    return this.live.get(pid);
  }

  losses() {
    return [{ what: "lost", count: 7, remedy: { kind: "larger-buffer" as const } }];
  }

  close(): void {}
}

function setUp() {
  const provider = new FakeProvider();
  return { provider, processes: new ProcessLookup(provider) };
}

describe("a process", () => {
  test("is looked up once until the next update", () => {
    const { provider, processes } = setUp();
    provider.start(7, "sh");
    expect([processes.lookup(7).comm, processes.lookup(7).comm, provider.lookups]).toEqual([
      "sh",
      "sh",
      1,
    ]);
    provider.start(7, "touch");
    processes.update();
    expect(processes.lookup(7).comm).toBe("touch");
  });

  test("that has exited is retained until the queue was drained twice", () => {
    const { provider, processes } = setUp();
    provider.start(7, "touch");
    provider.exit(7);
    processes.update();
    expect(processes.lookup(7).comm).toBe("touch");
    processes.drained(true);
    processes.update();
    expect(processes.lookup(7).comm).toBe("touch");
    processes.drained(true);
    processes.update();
    expect(processes.lookup(7)).toEqual(unknownProcess(7));
  });

  test("that has exited is retained while events wait, however often the queue is read", () => {
    const { provider, processes } = setUp();
    provider.start(7, "touch");
    provider.exit(7);
    for (let i = 0; i < 5; i++) {
      processes.update();
      expect(processes.lookup(7).comm).toBe("touch");
      processes.drained(false);
    }
  });

  test("is unknown while another one that exited may have had its pid", () => {
    const { provider, processes } = setUp();
    provider.start(7, "old", 100);
    provider.exit(7);
    provider.start(7, "new", 200);
    processes.update();
    expect(processes.lookup(7)).toEqual(unknownProcess(7));
    processes.drained(true);
    processes.update();
    expect(processes.lookup(7).comm).toBe("new");
  });

  test("is unknown if two that had its pid exited", () => {
    const { provider, processes } = setUp();
    for (const started of [100, 200]) {
      provider.start(7, `of ${started}`, started);
      provider.exit(7);
    }
    processes.update();
    expect(processes.lookup(7)).toEqual(unknownProcess(7));
  });

  test("is not retained forever if the queue is never drained", () => {
    const { provider, processes } = setUp();
    for (let pid = 1; pid <= 3 * 65536; pid++) {
      provider.start(pid, "touch");
      provider.exit(pid);
    }
    processes.update();
    expect(processes.lookup(1)).toEqual(unknownProcess(1));
    expect(processes.lookup(3 * 65536).comm).toBe("touch");
    expect(processes.lookup(2 * 65536).comm).toBe("touch");
  });

  test("with pid 0 is not looked up, because any process outside our pid namespace has it", () => {
    const { provider, processes } = setUp();
    provider.start(0, "sh");
    provider.exit(0);
    provider.start(0, "sh");
    provider.lookups = 0;
    processes.update();
    expect([processes.lookup(0), provider.lookups]).toEqual([unknownProcess(0), 0]);
  });

  test("that is unknown has no name and no user", () => {
    const { processes } = setUp();
    const expected = { pid: 0, comm: "", argv: [], uid: -1, origin: "unknown" };
    expect(processes.lookup(0)).toMatchObject(expected);
  });
});

test("a loss of the provider is reported, without its hint, which is about other events", () => {
  const what = "lost (processes may be misidentified)";
  expect(setUp().processes.losses()).toEqual([{ what, count: 7 }]);
});

describe("/proc", () => {
  test("identifies live processes, and exited ones that were looked up before", async () => {
    const provider = new ProcfsProvider();
    const child = Bun.spawn(["sleep", "60"]);
    const info = provider.lookup(child.pid);
    expect(info).toMatchObject({ pid: child.pid, ppid: process.pid, origin: "proc" });
    child.kill();
    await child.exited;
    expect(provider.lookup(child.pid)).toEqual(info);
    expect(new ProcfsProvider().lookup(child.pid)).toEqual(unknownProcess(child.pid));
  });
});

describe("the eBPF programs", () => {
  /** Greater than the max pid_max, so /proc does not have them. */
  const [PARENT, CHILD] = [0x7ffffff0, 0x7ffffff1];
  const exec = (tgid: number, comm: string) =>
    buildRecord(abi.EVENT_EXEC, { tgid, uid: 7 }, { name: `/bin/${comm}`, argv: `${comm}\0x\0` });
  const fork = (tgid: number, ret: number) => buildRecord(abi.EVENT_FORK, { tgid, ret });
  const exit = (tgid: number) => buildRecord(abi.EVENT_EXIT, { tgid });

  /** Feeds records to a provider, and returns its lookup and the exited processes. */
  function after(...records: abi.EventRecord[]) {
    const provider = new BpfProvider({
      drainWaiting(visit) {
        for (const record of records.splice(0)) visit(eventOf(record));
        return true;
      },
      losses: () => [],
      close() {},
    });
    const exited: ProcessInfo[] = [];
    provider.update((process) => exited.push(process));
    return { exited, lookup: (pid: number) => provider.lookup(pid) };
  }

  test("identify a process and its child", () => {
    const { lookup, exited } = after(exec(PARENT, "sh"), fork(PARENT, CHILD), exit(PARENT));
    expect(lookup(CHILD)).toMatchObject({ argv: ["sh", "x"], ppid: PARENT, origin: "inherited" });
    expect(exited).toMatchObject([{ pid: PARENT, argv: ["sh", "x"], uid: 7, origin: "bpf" }]);
    expect(lookup(PARENT)).toEqual(unknownProcess(PARENT));
  });

  test("do not identify processes without a pid in our pid namespace", () => {
    const { lookup, exited } = after(exec(0, "sh"), fork(0, 0), exec(0, "touch"), exit(0));
    expect([lookup(0), exited]).toEqual([unknownProcess(0), []]);
    expect(after(exec(0, "sh")).lookup(0)).toEqual(unknownProcess(0));
  });

  test("identify a child only if it has a pid, whether its parent has one or not", () => {
    expect(after(exec(PARENT, "sh"), fork(PARENT, 0)).lookup(0)).toEqual(unknownProcess(0));
    const { lookup } = after(exec(0, "nsenter"), fork(0, CHILD));
    expect(lookup(CHILD)).toMatchObject({ pid: CHILD, comm: "", argv: [], origin: "unknown" });
    expect(after(fork(0, CHILD), exec(CHILD, "sh")).lookup(CHILD).argv).toEqual(["sh", "x"]);
  });
});

test("from /proc, a process that has exited keeps its name no longer than its pid is free", async () => {
  let now = 0;
  const provider = new ProcfsProvider(() => now);
  const { pid, exited, stdin } = Bun.spawn(["sh", "-c", "read _"], { stdin: "pipe" });
  while (!readFileSync(`/proc/${pid}/cmdline`, "latin1").startsWith("sh")) await Bun.sleep(1);
  expect(provider.lookup(pid).argv).toEqual(["sh", "-c", "read _"]);
  stdin.end();
  await exited;
  now = 999;
  expect(provider.lookup(pid).argv).toEqual(["sh", "-c", "read _"]);
  now = 1000;
  expect(provider.lookup(pid)).toEqual(unknownProcess(pid));
});
