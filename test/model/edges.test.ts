/** Edges: counts and times of what processes did, recent ones in a table, the others packed. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { ACTIONS, Edges } from "../../src/model/edges.ts";
import { Random } from "../random.ts";

// Half a million edges take seconds on a busy machine.
setDefaultTimeout(60_000);

const node = (index = -1) => ({ index });

test("what is done again is one edge with a count, and the first and last time", () => {
  const [source, target] = [node(0), node()];
  const edges = new Edges([source]);
  for (const time of [1000, 4000, 3000]) edges.add(source, "read", target, time);
  edges.add(source, "written", target, 2000);
  const read = { source, action: "read", target, times: 3, first: 1000, last: 4000 } as const;
  const written = { source, action: "written", target, times: 1, first: 2000, last: 2000 } as const;
  expect(edges.from(source)).toEqual([read, written]);
  expect(edges.to(target)).toEqual([read, written]);
  // Queries pack what is recent; more of the same is merged with it.
  edges.add(source, "read", target, 9000);
  expect(edges.from(source)).toEqual([{ ...read, times: 4, last: 9000 }, written]);
  expect(edges.to(node())).toEqual([]);
});

test("edges to a target are found by action, whatever else their sources did to it", () => {
  const [one, other, target] = [node(0), node(1), node()];
  const edges = new Edges([one, other]);
  edges.add(one, "read", target, 1000);
  edges.add(one, "written", target, 2000);
  edges.add(other, "read", target, 3000);
  const found = (actions: readonly (typeof ACTIONS)[number][]) =>
    edges.to(target, new Set(actions)).map(({ source, action }) => [source.index, action]);
  expect(found(["written", "removed"])).toEqual([[0, "written"]]);
  expect(found(["read"])).toEqual([
    [0, "read"],
    [1, "read"],
  ]);
  expect(found([])).toEqual([]);
});

test("half a million edges are found by either end, whenever they were packed", () => {
  const sources = Array.from({ length: 300 }, (_, index) => node(index));
  const targets = Array.from({ length: 800 }, () => node());
  const edges = new Edges(sources);
  for (let round = 0; round < 2; round++)
    for (const [i, source] of sources.entries())
      for (const [j, target] of targets.entries())
        edges.add(source, "read", target, 1.7e18 + (i * 800 + j) * 1000);
  const found = edges.from(sources[7]);
  expect(found.map(({ target }) => target.index)).toEqual(targets.map(({ index }) => index));
  expect(new Set(found.map(({ times }) => times))).toEqual(new Set([2]));
  expect(found[3].first - found[0].first).toBeCloseTo(3000, -3);
  expect(edges.to(targets[9]).map(({ source }) => source.index)).toEqual(
    sources.map(({ index }) => index),
  );
  const late = node();
  edges.add(sources[299], "bound", late, 1);
  expect(edges.to(late)).toHaveLength(1);
  expect(edges.from(sources[299])).toHaveLength(801);
});

test("a source that came after a query has no edges until one is added", () => {
  const sources = [node(0)];
  const edges = new Edges(sources);
  edges.add(sources[0], "read", node(), 1);
  expect(edges.from(sources[0])).toHaveLength(1);
  sources.push(node(1), node(2));
  expect(edges.from(sources[2])).toEqual([]);
});

test("random actions, with queries among them, are counted as a plain map counts them", () => {
  const random = new Random(7);
  const below = (limit: number) => random.below(limit);
  const sources = Array.from({ length: 9 }, (_, index) => node(index));
  const targets = Array.from({ length: 40 }, () => node());
  const edges = new Edges(sources);
  const expected = new Map<string, { times: number; first: number; last: number }>();
  let time = 0;
  for (let step = 0; step < 20_000; step++) {
    time += below(3) === 0 ? below(2 ** 31) * 100_000 : -below(5) * 1000;
    time = Math.max(time, 0);
    const [source, target] = [sources[below(9)], targets[below(40)]];
    const action = ACTIONS[below(ACTIONS.length)];
    edges.add(source, action, target, time);
    const key = `${source.index} ${action} ${target.index}`;
    const known = expected.get(key);
    if (known) {
      known.times++;
      known.last = Math.max(known.last, time);
    } else expected.set(key, { times: 1, first: time, last: time });
    if (step % 5000 === 0) edges.from(source);
    if (time > 2 ** 52) time = 0;
  }
  const found = sources.flatMap((source) => edges.from(source));
  const byTarget = targets.flatMap((target) => edges.to(target));
  for (const each of [found, byTarget]) {
    const counted = each.map(({ source, action, target, times, first, last }) => [
      `${source.index} ${action} ${target.index}`,
      { times, first, last },
    ]);
    expect(new Map(counted as [string, object][])).toEqual(expected);
    expect(each).toHaveLength(expected.size);
  }
});
