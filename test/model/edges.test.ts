/** Edges: counts and times of what processes did, in columns of numbers. */
import { expect, test } from "bun:test";
import { Edges } from "../../src/model/edges.ts";

const node = (index = -1) => ({ index });

test("what is done again is one edge with a count, and the first and last time", () => {
  const [source, target] = [node(0), node()];
  const edges = new Edges([source]);
  for (const time of [1000, 4000, 3000]) edges.add(source, "read", target, time);
  edges.add(source, "written", target, 2000);
  const read = { source, action: "read", target, times: 3, first: 1000, last: 4000 } as const;
  const written = { source, action: "written", target, times: 1, first: 2000, last: 2000 } as const;
  expect([...edges.from(source)]).toEqual([read, written]);
  expect([...edges.to(target)]).toEqual([read, written]);
});

test("many edges are found by either end, also those that are added after a query", () => {
  const sources = Array.from({ length: 300 }, (_, index) => node(index));
  const targets = Array.from({ length: 300 }, () => node());
  const edges = new Edges(sources);
  for (let round = 0; round < 2; round++)
    for (const [i, source] of sources.entries())
      for (const [j, target] of targets.entries()) edges.add(source, "read", target, i * 300 + j);
  expect(edges.size).toBe(90_000);
  const found = [...edges.from(sources[7])];
  expect(found.map(({ target }) => target.index)).toEqual(targets.map(({ index }) => index));
  expect(new Set(found.map(({ times }) => times))).toEqual(new Set([2]));
  expect([...edges.to(targets[9])].map(({ source }) => source.index)).toEqual(
    sources.map(({ index }) => index),
  );
  const late = node();
  expect([...edges.to(late)]).toEqual([]);
  edges.add(sources[299], "bound", late, 1);
  expect([...edges.to(late)]).toHaveLength(1);
  expect([...edges.from(sources[299])]).toHaveLength(301);
});

test("a source that came after a query has no edges until one is added", () => {
  const sources = [node(0)];
  const edges = new Edges(sources);
  edges.add(sources[0], "read", node(), 1);
  expect([...edges.from(sources[0])]).toHaveLength(1);
  sources.push(node(1), node(2));
  expect([...edges.from(sources[2])]).toEqual([]);
});
