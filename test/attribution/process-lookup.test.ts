import { describe, expect, test } from "bun:test";
import { type ProcessInfoProvider, ProcessLookup } from "../../src/attribution/process-lookup.ts";
import { type ProcessInfo, unknownProcess } from "../../src/attribution/process-table.ts";
import { BpfProvider, ProcfsProvider } from "../../src/attribution/providers.ts";
import * as abi from "../../src/events/event-record.ts";
import { made } from "../fixtures/builders.ts";
import { eventOf } from "../fixtures/fixtures.ts";

const named = (pid: number, comm: string): ProcessInfo => ({
  ...unknownProcess(pid),
  comm,
  origin: "bpf",
});

/** Tells what a test makes it tell. */
class Teller implements ProcessInfoProvider {
  readonly urgentFd = null;
  readonly living = new Map<number, ProcessInfo>();
  asked = 0;
  private ended: ProcessInfo[] = [];

  begin(pid: number, comm: string): void {
    this.living.set(pid, named(pid, comm));
  }

  end(pid: number): void {
    this.ended.push(this.who(pid));
    this.living.delete(pid);
  }

  update(ended: (who: ProcessInfo) => void): void {
    for (const who of this.ended.splice(0)) ended(who);
  }

  who(pid: number): ProcessInfo {
    this.asked++;
    return this.living.get(pid) ?? unknownProcess(pid);
  }

  losses() {
    return [{ what: "lost", count: 7, remedy: { kind: "larger-buffer" as const } }];
  }

  close(): void {}
}

function machine() {
  const teller = new Teller();
  return { teller, doers: new ProcessLookup(teller) };
}

describe("a process", () => {
  test("is who it is said to be, and asked for once until more is told", () => {
    const { teller, doers } = machine();
    teller.begin(7, "sh");
    expect([doers.who(7).comm, doers.who(7).comm, teller.asked]).toEqual(["sh", "sh", 1]);
    teller.begin(7, "touch");
    doers.update();
    expect(doers.who(7).comm).toBe("touch");
  });

  test("that has ended is remembered until the queue was read to its end twice", () => {
    const { teller, doers } = machine();
    teller.begin(7, "touch");
    teller.end(7);
    doers.update();
    expect(doers.who(7).comm).toBe("touch");
    doers.rotateGenerations();
    doers.update();
    expect(doers.who(7).comm).toBe("touch");
    doers.rotateGenerations();
    doers.update();
    expect(doers.who(7)).toEqual(unknownProcess(7));
  });

  test("is not remembered for ever where the queue is never read to its end", () => {
    const { teller, doers } = machine();
    for (let pid = 1; pid <= 3 * 65536; pid++) {
      teller.begin(pid, "touch");
      teller.end(pid);
    }
    doers.update();
    expect(doers.who(1)).toEqual(unknownProcess(1));
    expect(doers.who(3 * 65536).comm).toBe("touch");
    expect(doers.who(2 * 65536).comm).toBe("touch");
  });

  test("that nobody knows has no name and no user", () => {
    const { doers } = machine();
    const expected = { pid: 0, comm: "", argv: [], uid: -1, origin: "unknown" };
    expect(doers.who(0)).toMatchObject(expected);
  });
});

test("what is missing of what is told is a loss, without advice that is not for it", () => {
  const what = "lost while identifying processes";
  expect(machine().doers.losses()).toEqual([{ what, count: 7 }]);
});

describe("/proc", () => {
  test("knows who lives, and who lived when it was asked before", async () => {
    const found = new ProcfsProvider();
    const child = Bun.spawn(["sleep", "60"]);
    const who = found.who(child.pid);
    expect(who).toMatchObject({ pid: child.pid, ppid: process.pid, origin: "proc" });
    child.kill();
    await child.exited;
    expect(found.who(child.pid)).toEqual(who);
    expect(new ProcfsProvider().who(child.pid)).toEqual(unknownProcess(child.pid));
  });
});

describe("the kernel programs", () => {
  /** No machine of ours has as many processes: /proc knows none of them. */
  const [PARENT, CHILD] = [0x7ffffff0, 0x7ffffff1];
  const exec = (tgid: number, comm: string) =>
    made(abi.EVENT_EXEC, { tgid, uid: 7 }, { name: `/bin/${comm}`, argv: `${comm}\0x\0` });
  const fork = (tgid: number, ret: number) => made(abi.EVENT_FORK, { tgid, ret });
  const exit = (tgid: number) => made(abi.EVENT_EXIT, { tgid });

  /** What is known after these records, and who has ended. */
  function after(...records: abi.EventRecord[]) {
    const fed = new BpfProvider({
      drain(visit) {
        for (const record of records.splice(0)) visit(eventOf(record));
        return true;
      },
      losses: () => [],
      close() {},
    });
    const ended: ProcessInfo[] = [];
    fed.update((who) => ended.push(who));
    return { ended, who: (pid: number) => fed.who(pid) };
  }

  test("tell of a process by its number, and of its child", () => {
    const { who, ended } = after(exec(PARENT, "sh"), fork(PARENT, CHILD), exit(PARENT));
    expect(who(CHILD)).toMatchObject({ argv: ["sh", "x"], ppid: PARENT, origin: "inherited" });
    expect(ended).toMatchObject([{ pid: PARENT, argv: ["sh", "x"], uid: 7, origin: "bpf" }]);
    expect(who(PARENT)).toEqual(unknownProcess(PARENT));
  });

  test("tell nothing of those that have no number in our pid namespace", () => {
    const { who, ended } = after(exec(0, "sh"), fork(0, 0), exec(0, "touch"), exit(0));
    expect([who(0), ended]).toEqual([unknownProcess(0), []]);
    expect(after(exec(0, "sh")).who(0)).toEqual(unknownProcess(0));
  });

  test("tell of a child without a number nothing, and of one that alone has a number", () => {
    expect(after(exec(PARENT, "sh"), fork(PARENT, 0)).who(0)).toEqual(unknownProcess(0));
    const { who } = after(exec(0, "nsenter"), fork(0, CHILD));
    expect(who(CHILD)).toMatchObject({ pid: CHILD, comm: "", argv: [], origin: "unknown" });
    expect(after(fork(0, CHILD), exec(CHILD, "sh")).who(CHILD).argv).toEqual(["sh", "x"]);
  });
});
