/** Datagrams from a real kernel (test/fixtures/procs): whole, truncated and modified. */
import { describe, expect, test } from "bun:test";
import * as cn from "../../src/kernel/cn-proc.ts";
import { CN_MSG, CN_MSG_SIZE } from "../../src/kernel/connector.ts";
import { NLMSG_HDRLEN, NLMSGHDR } from "../../src/kernel/netlink.ts";
import type { ProcEventView } from "../../src/kernel/proc-event.ts";
import { TruncatedError } from "../../src/kernel/truncated-error.ts";
import { type ProcEvent, toProcEvent } from "../../src/sources/proc-connector/event-object.ts";
import { DATAGRAMS, datagram, eventOf, eventsOf, expectedOf } from "../fixtures/procs/procs.ts";

/** Offset of struct proc_event in a datagram. */
const EVENT = NLMSG_HDRLEN + CN_MSG_SIZE;

/** Replaces 32-bit words of a datagram's event. @param words by offset in struct proc_event */
function changed(name: string, words: Readonly<Record<number, number>>): Uint8Array<ArrayBuffer> {
  const bytes = datagram(name);
  const view = new DataView(bytes.buffer);
  for (const [at, word] of Object.entries(words)) view.setUint32(EVENT + Number(at), word, true);
  return bytes;
}

/** Shortens a datagram's event to `length` bytes and adjusts the length fields. */
function shortened(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const shorter = bytes.slice(0, EVENT + length);
  const view = new DataView(shorter.buffer);
  view.setUint32(NLMSGHDR.len, shorter.length, true);
  view.setUint16(NLMSG_HDRLEN + CN_MSG.len, length, true);
  return shorter;
}

const plain = (name: string) => toProcEvent(eventOf(datagram(name)));

describe("the real kernel's datagram", () => {
  for (const name of DATAGRAMS) {
    test(`of ${name} agrees with what the program did`, () => {
      const { clock, known } = expectedOf(name);
      const { cpu, timestampNs, ...rest } = plain(name);
      const { exitCode, signal, dumpedCore, ...fields } = rest as Record<string, unknown>;
      const { comm } = fields;
      const text = comm instanceof Uint8Array ? { comm: Buffer.from(comm).toString() } : {};
      expect({ ...fields, ...text }).toEqual(known);
      expect(cpu).toBeLessThan(8192);
      expect(Number(timestampNs)).toBeGreaterThanOrEqual(clock[0]);
      expect(Number(timestampNs)).toBeLessThanOrEqual(clock[1]);
    });
  }

  test("exists for each kind", () => {
    const kinds = new Set(DATAGRAMS.map((name) => plain(name).name));
    const requestOnly = ["nonzero_exit"]; // the kernel sends these as exit
    expect([...kinds, ...requestOnly].sort()).toEqual(Object.keys(cn.PROC_EVENT_NAMES).sort());
  });

  test("of an exit has a code or a signal", () => {
    const ends = ["exit", "exit-signal", "exit-core", "exit-thread"].map((name) => {
      const { exitCode, signal, dumpedCore } = eventOf(datagram(name));
      return [exitCode, signal, dumpedCore];
    });
    expect(ends).toEqual([
      [7, null, false],
      [null, 9, false],
      [null, 6, true],
      [0, null, false],
    ]);
  });

  test("has the fields of its kind and no others", () => {
    const view = eventOf(datagram("sid"));
    const others = ["childPid", "childTgid", "parentPid", "parentTgid", "ruid", "euid"] as const;
    const more = ["rgid", "egid", "tracerPid", "tracerTgid", "comm", "status", "error"] as const;
    for (const field of [...others, ...more, "exitCode", "signal", "exitSignal"] as const)
      expect(view[field]).toBeNull();
    expect(eventOf(datagram("none")).pid).toBeNull();
    expect(eventOf(datagram("fork")).pid).toBe(eventOf(datagram("fork")).childPid);
  });
});

test("an object keeps its bytes when the view's memory changes", () => {
  const bytes = datagram("comm");
  const event = toProcEvent(eventOf(bytes));
  bytes.fill(0x41, EVENT);
  if (event.name !== "comm") throw new Error(event.name);
  expect(Buffer.from(event.comm).toString()).toBe("fifteen-letters");
});

test("an event's name narrows its type", () => {
  const value = (event: ProcEvent): number | null => {
    switch (event.name) {
      case "fork":
        return event.childTgid;
      case "exit":
        return event.exitCode ?? event.signal;
      case "unknown":
        return event.what;
      default:
        return null;
    }
  };
  expect(value(plain("exit"))).toBe(7);
  expect(value(plain("exit-signal"))).toBe(9);
});

describe("a truncated datagram", () => {
  for (const name of DATAGRAMS) {
    test(`is refused at any byte: ${name}`, () => {
      const bytes = datagram(name);
      for (let length = 1; length < bytes.length; length++)
        expect(() => eventOf(bytes.slice(0, length))).toThrow(TruncatedError);
    });

    test(`within its netlink message is refused: ${name}`, () => {
      for (let length = NLMSG_HDRLEN; length < datagram(name).length; length++) {
        const cut = datagram(name).slice(0, length);
        new DataView(cut.buffer).setUint32(NLMSGHDR.len, length, true);
        expect(() => eventOf(cut)).toThrow(TruncatedError);
      }
    });

    test(`within its event is refused where its kind needs more, else read: ${name}`, () => {
      const bytes = datagram(name);
      const needed = cn.PROC_EVENT_MIN_SIZE[eventOf(bytes).what];
      for (let length = 0; length < bytes.length - EVENT; length++) {
        const shorter = shortened(bytes, length);
        if (length < needed) expect(() => eventOf(shorter)).toThrow(TruncatedError);
        else toProcEvent(eventOf(shorter)); // throws RangeError if it reads past the end
      }
    });
  }

  test("of the length that old kernels send has no parent", () => {
    for (const [name, length] of Object.entries({ exit: 32, coredump: 24 })) {
      const event = eventOf(shortened(datagram(name), length));
      expect([event.parentPid, event.parentTgid]).toEqual([null, null]);
      expect(event.pid).toBe(expectedOf(name).known.pid as number);
    }
  });
});

describe("boundary values", () => {
  test("of pids and ids are exact", () => {
    const all = { 16: 0xffffffff, 20: 0, 24: 0x80000000, 28: 0x7fffffff };
    expect(toProcEvent(eventOf(changed("fork", all)))).toMatchObject({
      parentPid: 0xffffffff,
      parentTgid: 0,
      childPid: 0x80000000,
      childTgid: 0x7fffffff,
    });
    const uid = eventOf(changed("uid", all));
    expect([uid.pid, uid.tgid, uid.ruid, uid.euid]).toEqual([0xffffffff, 0, 2 ** 31, 2 ** 31 - 1]);
  });

  test("of the time are exact", () => {
    const event = eventOf(changed("exec", { 8: 0xffffffff, 12: 0xffffffff }));
    expect(event.timestampNs).toBe(2n ** 64n - 1n);
    expect(eventOf(changed("exec", { 8: 1, 12: 0 })).timestampNs).toBe(1n);
  });

  test("of the CPU are a number or null", () => {
    expect(eventOf(changed("exec", { 4: 0xfffffffe })).cpu).toBe(0xfffffffe);
    expect(eventOf(changed("exec", { 4: 0xffffffff })).cpu).toBeNull();
  });

  test("of a name are its bytes up to NUL, or all 16", () => {
    const named = (name: string) => {
      const bytes = datagram("comm");
      bytes.fill(0, EVENT + 24);
      bytes.set(Buffer.from(name, "latin1"), EVENT + 24);
      return Buffer.from(eventOf(bytes).comm!).toString("latin1");
    };
    for (const name of ["", "a", "sixteen letters!", "\xff\xfe\n", "(a) b)"])
      expect(named(name)).toBe(name);
    expect(named("before\0after")).toBe("before");
  });

  test("of a status are a code or a signal, never both", () => {
    for (let status = 0; status < 0x10000; status++) {
      const { exitCode, signal, dumpedCore } = eventOf(changed("exit", { 24: status }));
      expect(dumpedCore).toBe((status & 0x80) !== 0);
      if (status & 0x7f) expect([exitCode, signal]).toEqual([null, status & 0x7f]);
      else expect([exitCode, signal]).toEqual([status >> 8, null]);
    }
  });

  test("of the signal to the parent are signed", () => {
    expect(eventOf(changed("exit", { 28: 0xffffffff })).exitSignal).toBe(-1);
    expect(eventOf(changed("exit", { 28: 64 })).exitSignal).toBe(64);
  });

  test("of an acknowledgement are an errno", () => {
    expect(toProcEvent(eventOf(changed("none", { 16: 1 })))).toMatchObject({
      name: "none",
      error: 1,
    });
  });
});

describe("an unknown event", () => {
  test("has the name unknown, and its bytes", () => {
    for (const what of [0x8, 0x3, 0x400, 0x10000000, 0x80000001]) {
      const bytes = changed("exit", { 0: what });
      const event = toProcEvent(eventOf(bytes));
      expect(event).toMatchObject({ name: "unknown", what, bytes: bytes.slice(EVENT) });
      expect(event).not.toHaveProperty("pid");
      expect(eventOf(bytes).pid).toBeNull();
    }
  });

  test("requires only a header", () => {
    const event = toProcEvent(eventOf(shortened(changed("exec", { 0: 0x800 }), 16)));
    expect(event).toMatchObject({ name: "unknown", what: 0x800 });
    expect(() => eventOf(shortened(changed("exec", { 0: 0x800 }), 15))).toThrow(TruncatedError);
  });

  test("of a known kind can be longer in a later kernel", () => {
    const bytes = new Uint8Array(96);
    bytes.set(datagram("exit"));
    const view = new DataView(bytes.buffer);
    view.setUint32(NLMSGHDR.len, bytes.length, true);
    view.setUint16(NLMSG_HDRLEN + CN_MSG.len, bytes.length - EVENT, true);
    expect(toProcEvent(eventOf(bytes))).toEqual(plain("exit"));
  });

  test("of another connector is skipped", () => {
    for (const field of [CN_MSG.idx, CN_MSG.val]) {
      const bytes = datagram("exec");
      new DataView(bytes.buffer).setUint32(NLMSG_HDRLEN + field, 4, true);
      expect([...eventsOf(bytes)]).toEqual([]);
    }
  });
});

describe("a mask of events includes", () => {
  const { PROC_EVENT_EXEC, PROC_EVENT_EXIT, PROC_EVENT_NONZERO_EXIT, PROC_EVENT_ALL } = cn;
  const includes = (mask: number, { what, status }: ProcEventView) =>
    cn.matchesEventMask(mask, what, status);
  const matching = (mask: number) =>
    DATAGRAMS.filter((name) => includes(mask, eventOf(datagram(name))));

  test("the events whose bits it has", () => {
    expect(matching(PROC_EVENT_EXEC)).toEqual(["exec"]);
    expect(matching(PROC_EVENT_EXIT)).toEqual(["exit", "exit-core", "exit-signal", "exit-thread"]);
    expect(matching(PROC_EVENT_EXEC | cn.PROC_EVENT_SID)).toEqual(["exec", "sid"]);
  });

  test("the exits that failed", () => {
    expect(matching(PROC_EVENT_NONZERO_EXIT)).toEqual(["exit", "exit-core", "exit-signal"]);
  });

  test("all events, even unknown ones", () => {
    expect(matching(PROC_EVENT_ALL)).toEqual(DATAGRAMS);
    expect(cn.matchesEventMask(PROC_EVENT_ALL, 0x8, null)).toBe(true);
    expect(cn.matchesEventMask(0, 0x8, null)).toBe(false);
  });
});
