import { expect, test } from "bun:test";
import { completenessSummary } from "../../src/cli/verdict.ts";
import type { Loss } from "../../src/events/loss.ts";

test.each<[number, Loss[], string]>([
  [0, [], "0 events, complete"],
  [1, [], "1 event, complete"],
  [2, [], "2 events, complete"],
  [1, [{ what: "dropped", count: 12 }], "1 event, INCOMPLETE: 12 dropped"],
  [
    1000000,
    [
      {
        what: "dropped",
        count: 1,
        reason: "ring full",
        remedy: { kind: "larger-buffer", bytes: 16 << 20 },
      },
      { what: "names unreadable", count: 2 },
    ],
    "1000000 events, INCOMPLETE: 1 dropped (ring full; try --buffer 16M); 2 names unreadable",
  ],
  [
    3,
    [{ what: "lost", count: 7, remedy: { kind: "larger-buffer" } }],
    "3 events, INCOMPLETE: 7 lost (try a larger --buffer)",
  ],
  [
    3,
    [{ what: "processes of the command still running", count: 2, remedy: { kind: "wait" } }],
    "3 events, INCOMPLETE: 2 processes of the command still running (record them until they exit with --wait)",
  ],
  [
    3,
    [{ what: "paths dropped", count: 1, remedy: { kind: "fewer-paths" } }],
    "3 events, INCOMPLETE: 1 paths dropped (select some with --path or --since)",
  ],
])("the summary of %d events with the losses %j is %j", (events, losses, text) => {
  expect(completenessSummary(events, losses)).toBe(text);
});
