import { describe, expect, test } from "bun:test";
import { awaitStops, stateOf, type ThreadStops } from "../../../src/sources/ptrace/stop-threads.ts";

/** Threads that stop, end or sleep at the given rounds of waiting; a round takes 10 ms. */
function threads(plan: Readonly<Record<number, { at?: number; ends?: boolean; state?: string }>>) {
  const rounds = new Map<number, number>();
  let status = 0;
  let time = 0;
  const stops: ThreadStops = {
    wait(tid) {
      const round = (rounds.get(tid) ?? 0) + 1;
      rounds.set(tid, round);
      const { at = Infinity, ends = false } = plan[tid];
      if (round < at) return 0;
      status = tid * 100;
      return ends ? -1 : tid;
    },
    get status() {
      return status;
    },
    stateOf: (tid) => plan[tid].state ?? "R",
    now: () => (time += 10),
  };
  return { stops, rounds };
}

describe("threads that are stopped before a filter for all of them", () => {
  test("are waited for, each with its status", () => {
    const { stops } = threads({ 1: { at: 1 }, 2: { at: 3, state: "S" } });
    expect(awaitStops([1, 2], stops)).toEqual({
      ...{ stops: [[1, 100] as const, [2, 200] as const], missed: 0 },
    });
  });

  test("are not waited for if they end, sleep uninterruptibly, or are stopped already", () => {
    const plan = {
      1: { at: 1, ends: true },
      2: { state: "D" },
      3: { state: "t" },
      4: { state: "" },
    };
    const { stops, rounds } = threads(plan);
    expect(awaitStops([1, 2, 3, 4], stops)).toEqual({ stops: [], missed: 0 });
    expect([...rounds.values()]).toEqual([1, 1, 1, 1]);
  });

  test("are counted if they run on", () => {
    const { stops } = threads({ 1: { at: 2 }, 2: {}, 3: { state: "S" } });
    expect(awaitStops([1, 2, 3], stops)).toEqual({ stops: [[1, 100]], missed: 2 });
  });

  test("none are waited for if there are none", () => {
    expect(awaitStops([], threads({}).stops)).toEqual({ stops: [], missed: 0 });
  });
});

test("the state of a thread is read after its name, and empty once it has ended", async () => {
  expect(stateOf(process.pid)).toBe("R");
  const child = Bun.spawn(["true"]);
  await child.exited;
  expect(stateOf(child.pid)).toBe("");
});
