import { expect, test } from "bun:test";
import { restoreVariables } from "../../src/process/hidden-variables.ts";

test("hidden variables get their names back, and all keep their order", () => {
  const env: Record<string, string | undefined> = {
    ...{ A: "1", "\x02UN_BE_BUN": "1", bUN_X: "2", "\x0eODE_OPTIONS": "3" },
    ...{ "\rIMALLOC_X": "4", "-imalloc_x": "5", "-x": "6", Z: "7" },
  };
  restoreVariables(env);
  expect(Object.entries(env)).toEqual([
    ...[
      ["A", "1"],
      ["BUN_BE_BUN", "1"],
      ["bUN_X", "2"],
      ["NODE_OPTIONS", "3"],
    ],
    ...[
      ["MIMALLOC_X", "4"],
      ["mimalloc_x", "5"],
      ["-x", "6"],
      ["Z", "7"],
    ],
  ] as [string, string][]);
});

test("what the launcher sets for the engine is taken out", () => {
  const env: Record<string, string | undefined> = {
    ...{ A: "1", "\x02UN_JSC_thresholdForOptimizeAfterWarmUp": "2" },
    ...{ BUN_JSC_thresholdForOptimizeAfterWarmUp: "20000" },
    BUN_JSC_thresholdForFTLOptimizeAfterWarmUp: "1000000",
  };
  restoreVariables(env);
  expect(env).toEqual({ A: "1", BUN_JSC_thresholdForOptimizeAfterWarmUp: "2" });
});

test("an environment without them is left alone", () => {
  const env = Object.freeze({ A: "1", PATH: "/bin" });
  restoreVariables(env as never);
});
