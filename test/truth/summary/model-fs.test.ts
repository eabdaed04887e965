/** The judge's model of a file system: what a summary has to say of calls that change names. */
import { expect, test } from "bun:test";
import type { ModelFs } from "./model-fs.ts";
import { startModel } from "./start-tree.ts";

const READ = { reads: true, writes: false };
const WRITE = { reads: false, writes: true, creates: true };

/** Starts with a, b, d/e/f, d/g, d/h, p/q/r, p/s and the links l → d/e, m → p, p/up → .. */
function start(
  work: (model: ModelFs, at: (path: string) => { from: ModelFs["base"]; path: string }) => void,
) {
  const model = startModel("/w");
  work(model, (path) => ({ from: model.base, path }));
  return model.expected();
}

test("a file that is replaced by a rename stays an input, and its name is an output", () => {
  const expected = start((model, at) => {
    model.open(at("a"), READ);
    model.open(at("t"), WRITE);
    model.rename(at("t"), at("a"));
    model.open(at("a"), READ);
  });
  expect(expected).toEqual({ inputs: ["a"], outputs: ["a"], removed: [] });
});

test("a file in a directory that moved is read by its path at the start", () => {
  const expected = start((model, at) => {
    model.rename(at("d"), at("x"));
    model.open(at("x/e/f"), READ);
    model.unlink(at("x/g"));
  });
  expect(expected).toEqual({ inputs: ["d/e/f"], outputs: ["x/"], removed: ["d", "d/g"] });
});

test("links and .. lead where the kernel leads", () => {
  const model = startModel("/w");
  const path = (text: string) => {
    const place = model.lookup({ from: model.base, path: text }, false);
    return place && `${model.pathOf(place.parent)}/${place.name}`;
  };
  expect(path("l/../t")).toBe("d/t");
  expect(path("m/up/p/q/../s")).toBe("p/s");
  expect(path("l")).toBe("/l");
  expect(path("a/../b")).toBeNull();
  expect(path("absent/x")).toBeNull();
});

test("what is written through one hard link is written at all", () => {
  const expected = start((model, at) => {
    model.link(at("a"), at("x"));
    model.open(at("x"), WRITE);
    model.open(at("a"), READ);
  });
  expect(expected).toEqual({ inputs: [], outputs: ["a", "x"], removed: [] });
});

test("what is back where it was, unchanged, is no output", () => {
  const expected = start((model, at) => {
    model.rename(at("d"), at("x"));
    model.rename(at("x/g"), at("t"));
    model.rename(at("t"), at("x/g"));
    model.rename(at("x"), at("d"));
  });
  expect(expected).toEqual({ inputs: [], outputs: [], removed: [] });
});

test("what was never there before is not removed", () => {
  const expected = start((model, at) => {
    model.make(at("n"), "directory");
    model.open(at("n/x"), WRITE);
    model.unlink(at("n/x"));
    model.rmdir(at("n"));
  });
  expect(expected).toEqual({ inputs: [], outputs: [], removed: [] });
});

test("a rename of the link that its names go through cannot be known by names", () => {
  const model = startModel("/w");
  const at = (path: string) => ({ from: model.base, path });
  model.rename(at("a"), at("l/a"));
  expect([...model.unknowable]).toEqual([]);
  expect(model.rename(at("l"), at("l/l"))).toBe(true);
  expect([...model.unknowable].join()).toContain("its names go through");
});

test("where a link led that is removed or moved soon after its use cannot be known by names", () => {
  for (const lose of ["unlink", "replace", "move"] as const) {
    const model = startModel("/w");
    const at = (path: string) => ({ from: model.base, path });
    model.rename(at("a"), at("l/c"));
    expect([...model.unknowable]).toEqual([]);
    const losses = {
      unlink: () => model.unlink(at("l")),
      replace: () => model.rename(at("l/c"), at("l")),
      move: () => model.rename(at("l"), at("p/l")),
    };
    expect(losses[lose]()).toBe(true);
    expect([...model.unknowable].length).toBe(1);
  }
});

test("a directory is not moved into itself, nor over one that has entries", () => {
  const model = startModel("/w");
  const at = (path: string) => ({ from: model.base, path });
  expect(model.rename(at("d"), at("d/e/d"))).toBe(false);
  expect(model.rename(at("d"), at("p"))).toBe(false);
  expect(model.rename(at("a"), at("p"))).toBe(false);
});
