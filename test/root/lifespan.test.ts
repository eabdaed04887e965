/** Some of the random programs of `make lifecycle`. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { compare, TRACERS } from "../lifecycle/compare.ts";

setDefaultTimeout(120_000);

/** The first makes every kind of process, thread, stop and end. */
const SEEDS = [0, 3, 5, 7];

test.each(SEEDS.flatMap((seed) => Object.keys(TRACERS).map((tracer) => [seed, tracer] as const)))(
  "random program %d ends the same under %s",
  (seed, tracer) => {
    expect(compare(seed, tracer)).toBeNull();
  },
);
