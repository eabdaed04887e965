import { expect, test } from "bun:test";
import { completeArguments } from "../../src/attribution/exec-info.ts";

const REPORTED = ["sh", "-c", "ec"];

test("arguments that were reported in part are read whole, if they are those of the process", () => {
  const whole = ["sh", "-c", "echo", "more"];
  expect(completeArguments(7, REPORTED, () => whole)).toEqual({ argv: whole });
});

test("arguments stay cut, with a mark, if the process is gone or has executed another program", () => {
  for (const now of [null, [], ["ls", "-l"], ["sh", "-c", "x"]])
    expect(completeArguments(7, REPORTED, () => now)).toEqual({
      argv: REPORTED,
      isArgvCut: true,
    });
});
