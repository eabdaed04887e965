/** Random programs: the same for a seed, runnable on the model, and shrunk to what fails. */
import { expect, test } from "bun:test";
import { Random } from "../../random.ts";
import { randomProgram, replay, shrink } from "./programs.ts";
import { scriptOf } from "./steps.ts";

const program = (seed: number) => randomProgram(new Random(seed), 20, "/w");

test("a seed gives one program, which the model can run", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const steps = program(seed);
    expect(steps.length).toBe(20);
    expect(scriptOf(steps)).toBe(scriptOf(program(seed)));
    expect(replay(steps, "/w")).not.toBeNull();
  }
});

test("programs rename, link, use .., subshells and directories that move", () => {
  const text = Array.from({ length: 40 }, (_, seed) => scriptOf(program(seed))).join("\n");
  for (const part of [
    "mv -T",
    "ln ",
    "ln -s",
    "../",
    "(cd -P",
    "mktemp",
    "sed -i",
    "cp -al",
    "rm -r",
  ])
    expect(text).toContain(part);
});

test("adjacent steps of a group share a subshell", () => {
  const step = { op: "cat", args: ["g"], group: 1, cd: "d" };
  expect(scriptOf([step, step, { ...step, args: ["/a"], group: 0 }])).toBe(
    '(cd -P d; cat g; cat g)\ncat "$W"/a',
  );
});

test("shrinking keeps just the steps that fail together", async () => {
  const steps = Array.from({ length: 30 }, (_, i) => i);
  const fails = (part: readonly number[]) => part.includes(3) && part.includes(17);
  const small = await shrink(steps, async (programs) => programs.map(fails));
  expect(small).toEqual([3, 17]);
});
