import { describe, expect, test } from "bun:test";
import { nobody, type Who } from "../../src/process/attribution.ts";
import { Doers } from "../../src/sources/doers.ts";
import { Found, type Informant } from "../../src/sources/informants.ts";

const named = (pid: number, comm: string): Who => ({ ...nobody(pid), comm, origin: "bpf" });

/** Tells what a test makes it tell. */
class Teller implements Informant {
  readonly urgentFd = null;
  readonly living = new Map<number, Who>();
  asked = 0;
  private ended: Who[] = [];

  begin(pid: number, comm: string): void {
    this.living.set(pid, named(pid, comm));
  }

  end(pid: number): void {
    this.ended.push(this.who(pid));
    this.living.delete(pid);
  }

  learn(ended: (who: Who) => void): void {
    for (const who of this.ended.splice(0)) ended(who);
  }

  who(pid: number): Who {
    this.asked++;
    return this.living.get(pid) ?? nobody(pid);
  }

  losses() {
    return [{ what: "lost", count: 7, hint: "try something" }];
  }

  close(): void {}
}

function machine() {
  const teller = new Teller();
  return { teller, doers: new Doers(teller) };
}

describe("a process", () => {
  test("is who it is said to be, and asked for once until more is told", () => {
    const { teller, doers } = machine();
    teller.begin(7, "sh");
    expect([doers.who(7).comm, doers.who(7).comm, teller.asked]).toEqual(["sh", "sh", 1]);
    teller.begin(7, "touch");
    doers.learn();
    expect(doers.who(7).comm).toBe("touch");
  });

  test("that has ended is remembered until the queue was read to its end twice", () => {
    const { teller, doers } = machine();
    teller.begin(7, "touch");
    teller.end(7);
    doers.learn();
    expect(doers.who(7).comm).toBe("touch");
    doers.forget();
    doers.learn();
    expect(doers.who(7).comm).toBe("touch");
    doers.forget();
    doers.learn();
    expect(doers.who(7)).toEqual(nobody(7));
  });

  test("is not remembered for ever where the queue is never read to its end", () => {
    const { teller, doers } = machine();
    for (let pid = 1; pid <= 3 * 65536; pid++) {
      teller.begin(pid, "touch");
      teller.end(pid);
    }
    doers.learn();
    expect(doers.who(1)).toEqual(nobody(1));
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
  const what = "lost of what tells who did it";
  expect(machine().doers.losses()).toEqual([{ what, count: 7 }]);
});

describe("/proc", () => {
  test("knows who lives, and who lived when it was asked before", async () => {
    const found = new Found();
    const child = Bun.spawn(["sleep", "60"]);
    const who = found.who(child.pid);
    expect(who).toMatchObject({ pid: child.pid, ppid: process.pid, origin: "proc" });
    child.kill();
    await child.exited;
    expect(found.who(child.pid)).toEqual(who);
    expect(new Found().who(child.pid)).toEqual(nobody(child.pid));
  });
});
