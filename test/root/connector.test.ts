/** ProcConnector on the real kernel: `import { ProcConnector } from "trace"`. */
import { describe, expect, test } from "bun:test";
import { release } from "node:os";
import {
  BufferTooSmallError,
  ConnectionClosedError,
  type ProcConnector as Connector,
  constants,
  InterruptedError,
  OverrunError,
  ProcConnector,
  type ProcEvent,
} from "../../src/index.ts";
import { isKernelAtLeast } from "../../src/kernel/kernel-version.ts";
import { eventOf } from "../fixtures/procs/procs.ts";
import { run } from "./support/harness.ts";
import { PROCESSES } from "./support/procs.ts";

const { PROC_EVENT_EXEC, PROC_EVENT_EXIT, PROC_EVENT_FORK, PROC_EVENT_NONZERO_EXIT } = constants;
const SMALL = 64 << 10;
const LATE_MS = 5000;

/** Returns the process that an event is about; for a fork, the child. */
function tgidOf(event: ProcEvent): number | null {
  if (event.name === "fork") return event.childTgid;
  return "tgid" in event ? event.tgid : null;
}

/** Receives all queued events. */
function received(connector: Connector): ProcEvent[] {
  const events: ProcEvent[] = [];
  for (let event = connector.receive(0); event; event = connector.receive(0)) events.push(event);
  return events;
}

function ofProcess(events: readonly ProcEvent[], pid: number): string[] {
  return events.filter((event) => tgidOf(event) === pid).map(({ name }) => name);
}

/** Runs the program and receives events up to its exit. */
function untilEnd(connector: Connector, ...args: string[]): { pid: number; events: ProcEvent[] } {
  const { pid } = Bun.spawnSync([PROCESSES, ...args]);
  const events: ProcEvent[] = [];
  for (;;) {
    const event = connector.receive(LATE_MS);
    if (!event) throw new Error("no exit came");
    events.push(event);
    if (event.name === "exit" && event.pid === pid) return { pid, events };
  }
}

describe("receiving", () => {
  test("gives each event as an object", () => {
    using connector = new ProcConnector();
    const { pid, events } = untilEnd(connector, "end", "code", "7");
    expect(ofProcess(events, pid)).toEqual(["fork", "exec", "exit"]);
    const child = events.find((event) => event.name === "fork" && event.parentTgid === pid);
    const failed = events.find((event) => event.name === "exit" && event.exitCode === 7);
    expect(tgidOf(failed!)).toBe(tgidOf(child!));
  });

  test("returns null at the timeout", () => {
    using connector = new ProcConnector({ events: PROC_EVENT_NONZERO_EXIT });
    connector.unsubscribe();
    received(connector);
    expect(connector.receive(0)).toBeNull();
    expect(connector.receive(20)).toBeNull();
  });

  test("throws when a signal interrupts it, and can be called again", () => {
    const noticed = () => {};
    process.on("SIGALRM", noticed);
    try {
      using connector = new ProcConnector();
      connector.unsubscribe();
      received(connector);
      Bun.spawn(["sh", "-c", `sleep 0.2; kill -ALRM ${process.pid}`]);
      expect(() => connector.receive(LATE_MS)).toThrow(InterruptedError);
      expect(connector.receive(0)).toBeNull();
    } finally {
      process.off("SIGALRM", noticed);
    }
  });

  test("asynchronously ends when the connector is closed", async () => {
    using connector = new ProcConnector();
    let pid = 0;
    const names: string[] = [];
    setTimeout(() => {
      ({ pid } = Bun.spawnSync([PROCESSES, "end", "code", "3"]));
    }, 20);
    for await (const event of connector) {
      if (pid && tgidOf(event) === pid) names.push(event.name);
      if (event.name === "exit" && event.pid === pid) connector.close();
    }
    expect(names).toEqual(["fork", "exec", "exit"]);
  });

  test("visits borrowed events, after one callback for each receive", () => {
    using connector = new ProcConnector();
    const { pid } = Bun.spawnSync([PROCESSES, "nothing"]);
    const steps: string[] = [];
    for (const end = performance.now() + LATE_MS; performance.now() < end; ) {
      connector.drain(
        (event) => event.tgid === pid && steps.push(event.name),
        () => steps.push("received"),
      );
      if (steps.includes("exit")) break;
    }
    expect(steps[0]).toBe("received");
    expect(steps.filter((step) => step !== "received")).toEqual(["fork", "exec", "exit"]);
  });

  test("into a buffer that is too small throws the size needed and loses nothing", () => {
    using connector = new ProcConnector();
    Bun.spawnSync([PROCESSES, "nothing"]);
    const small = () => connector.receiveInto(new Uint8Array(75), LATE_MS);
    expect(small).toThrow(BufferTooSmallError);
    expect(small).toThrow(expect.objectContaining({ needed: 76 }));
    const buffer = new Uint8Array(76);
    expect(connector.receiveInto(buffer, 0)).toBe(76);
    expect(eventOf(buffer).cpu).not.toBeNull();
  });
});

describe("a subscription", () => {
  test("ends and begins again; what was sent before is still received", () => {
    using connector = new ProcConnector();
    const before = Bun.spawnSync([PROCESSES, "nothing"]).pid;
    connector.unsubscribe();
    connector.unsubscribe();
    const between = Bun.spawnSync([PROCESSES, "nothing"]).pid;
    connector.subscribe();
    connector.subscribe();
    const { pid, events } = untilEnd(connector, "nothing");
    expect(ofProcess(events, before).slice(0, 2)).toEqual(["fork", "exec"]);
    expect(ofProcess(events, between)).toEqual([]);
    expect(ofProcess(events, pid)).toEqual(["fork", "exec", "exit"]);
    expect(connector.losses()).toEqual([]);
  });

  test("with a mask gets only its events", () => {
    const named = (events: number) => {
      using connector = new ProcConnector({ events });
      const { pid, events: all } = untilEnd(connector, "end", "code", "7");
      return { names: new Set(all.map(({ name }) => name)), own: ofProcess(all, pid), all };
    };
    // The sign bit of PROC_EVENT_EXIT is set, so that `|` makes the mask negative.
    const { names, own } = named(PROC_EVENT_EXEC | PROC_EVENT_EXIT);
    expect([[...names].sort(), own]).toEqual([
      ["exec", "exit"],
      ["exec", "exit"],
    ]);
    using connector = new ProcConnector({ events: PROC_EVENT_NONZERO_EXIT });
    run([PROCESSES, "end", "code", "7"]);
    run([PROCESSES, "end", "signal", "9"]);
    const failed = received(connector);
    expect(failed.length).toBeGreaterThanOrEqual(2);
    expect(failed.every((event) => event.name === "exit" && event.status !== 0)).toBe(true);
  });

  test("changes to another mask and back to all", () => {
    using connector = new ProcConnector({ events: PROC_EVENT_FORK });
    connector.subscribe(PROC_EVENT_EXIT);
    expect(ofProcess(untilEnd(connector, "nothing").events, -1)).toEqual([]);
    connector.subscribe();
    const { pid, events } = untilEnd(connector, "nothing");
    expect(ofProcess(events, pid)).toEqual(["fork", "exec", "exit"]);
  });
});

describe("lost events", () => {
  const key = ({ cpu, timestampNs }: ProcEvent) => `${cpu} ${timestampNs}`;

  const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

  interface Round {
    readonly events: ProcEvent[];
    readonly lost: number[];
  }

  /** Receives all queued events, and the counts of overruns among them. */
  function withOverruns(connector: Connector): Round {
    const events: ProcEvent[] = [];
    const lost: number[] = [];
    for (;;) {
      try {
        const event = connector.receive(0);
        if (!event) return { events, lost };
        events.push(event);
      } catch (error) {
        if (!(error instanceof OverrunError)) throw error;
        lost.push(error.lost);
      }
    }
  }

  for (const mask of [undefined, PROC_EVENT_FORK + PROC_EVENT_EXIT]) {
    const which = mask === undefined ? "of all events" : "of the subscribed ones";
    test(`are counted exactly, ${which}, compared with another connector`, () => {
      using large = new ProcConnector({ events: mask });
      using small = new ProcConnector({ receiveBuffer: SMALL, events: mask });
      /** Runs a process until no event is lost meanwhile: the machine may be busy. */
      const quiet = () => {
        const before: Round[] = [];
        for (;;) {
          const { pid } = Bun.spawnSync([PROCESSES, "nothing"]);
          const round = withOverruns(small);
          before.push(round);
          if (!round.lost.length) return { pid, before };
        }
      };
      const { pid: begin, before } = quiet();
      expect(Bun.spawnSync([PROCESSES, "bomb", "1000"]).exitCode).toBe(0);
      const bomb = withOverruns(small);
      const { pid: end, before: after } = quiet();
      small.unsubscribe();
      const rounds = [bomb, ...after];
      const others = sumOf([...before, withOverruns(small)].flatMap((round) => round.lost));
      const all = received(large);
      expect(large.losses()).toEqual([]);

      // Compare between two processes whose forks both connectors received.
      const at = (pid: number) =>
        all.find((event) => event.name === "fork" && event.childTgid === pid)!.timestampNs;
      const within = ({ timestampNs: time }: ProcEvent) => time > at(begin) && time < at(end);
      const known = new Set([...before, ...rounds].flatMap(({ events }) => events).map(key));
      const missing = all.filter((event) => within(event) && !known.has(key(event)));
      const lost = sumOf(rounds.flatMap((round) => round.lost));
      // Before Linux 6.6 the kernel also drops events that are not subscribed to.
      if (mask === undefined || isKernelAtLeast(release(), [6, 6]))
        expect(lost).toBe(missing.length);
      expect(lost).toBeGreaterThanOrEqual(missing.length);
      expect(lost).toBeGreaterThan(1000);
      expect(small.losses()).toEqual([
        expect.objectContaining({ what: "lost", count: lost + others }),
      ]);
    });
  }
});

describe("the receive buffer", () => {
  test("has the requested size, where the kernel grants it", () => {
    using connector = new ProcConnector({ receiveBuffer: SMALL });
    expect(connector.receiveBuffer).toBe(SMALL);
    using usual = new ProcConnector();
    expect(usual.receiveBuffer).toBe(64 << 20);
  });
});

describe("a closed connector", () => {
  test("throws, and may be closed again", () => {
    const connector = new ProcConnector();
    connector.close();
    connector.close();
    for (const use of [
      () => connector.receive(0),
      () => connector.receiveInto(new Uint8Array(100), 0),
      () => connector.drain(() => {}),
      () => connector.subscribe(),
    ])
      expect(use).toThrow(ConnectionClosedError);
    expect(connector.losses()).toEqual([]);
  });

  test("leaves no fd open", () => {
    const numbers = Array.from({ length: 20 }, () => {
      using each = new ProcConnector();
      return each.fd;
    });
    expect(new Set(numbers).size).toBe(1);
  });
});
