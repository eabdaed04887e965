/** Inputs, outputs and removed files of small commands that move names around: live by both backends, and of record files. */
import { describe, expect, test } from "bun:test";
import { summaryOf } from "../truth/summary/run-random.ts";
import { differences, WAYS } from "../truth/summary/trace-summary.ts";

/** Files at the start: a b d/e/f d/g d/h p/q/r p/s; links: l → d/e, m → p, p/up → .. */
const CASES: readonly [script: string, inputs: string, outputs: string, removed: string][] = [
  ["sed -i s/1/2/ a", "a", "a", ""],
  ["cat a; rm a; echo new >a", "a", "a", ""],
  ["cat a >t; mv t a", "a", "a", ""],
  ["cat a; echo x >t; mv t a; cat a", "a", "a", ""],
  ["mv a c; cat c", "a", "c", "a"],
  ["mv a b; cat b", "a", "b", "a"],
  ["ln a x; cat x", "a", "x", ""],
  ["ln a x; rm a; cat x", "a", "x", "a"],
  ["mv d x; cat x/e/f", "d/e/f", "x/", "d"],
  ["mv d/e x; cat x/f; rm x/f", "d/e/f", "x/", "d/e d/e/f"],
  ["cd d/e; echo x >../t.tmp; mv ../t.tmp ../t", "", "d/t", ""],
  ["cd l; echo x >../t.tmp; mv ../t.tmp ../t", "", "d/t", ""],
  ["echo x >l/t.tmp; mv l/t.tmp l/f", "", "d/e/f", ""],
  ["ln -s d n; mv n/g n/i; cat n/i", "d/g", "d/i n", "d/g"],
  ["ln -s d n; rm n; cat d/g", "d/g", "", ""],
  ["mkdir n; mv a n/a; mv n o; cat o/a", "a", "o/a", "a"],
  ["echo x >t; rm t", "", "", ""],
  ["cat a >a.new; ln a a.old; mv a.new a; rm a.old", "a", "a", ""],
  [": >>a; cat a", "", "a", ""],
  ["echo x >t; chmod 600 a t", "", "t", ""],
  ["truncate -s 0 l/f; cat l/f", "", "d/e/f", ""],
  ["rm -r d", "", "", "d d/e d/e/f d/g d/h"],
];

const words = (text: string) => text.split(" ").filter(Boolean);

describe.each(WAYS)("a summary, %s", (way) => {
  test.each(CASES)("of %s", async (script, inputs, outputs, removed) => {
    const found = await summaryOf(script, way);
    const expected = { inputs: words(inputs), outputs: words(outputs), removed: words(removed) };
    expect(differences(found, expected)).toEqual([]);
  });
});
