import { expect, test } from "bun:test";
import { missingEvents, parseTrailer } from "../../../src/sources/records/run-trailer.ts";

const RESULT = { ended: "2026-11-29T20:00:01.000Z", status: 0, events: 3, losses: [] };

test("a result is read as it was written, without what is unknown", () => {
  const losses = [
    { what: "dropped", count: 2, reason: "ring full", remedy: { kind: "larger-buffer", bytes: 8 } },
    { what: "process still running", count: 1, remedy: { kind: "wait" } },
    { what: "new", count: 1, remedy: { kind: "of a later version" } },
  ];
  expect(parseTrailer({ ...RESULT, complete: false, losses, later: 1 })).toEqual({
    ...RESULT,
    complete: false,
    losses: [losses[0], losses[1], { what: "new", count: 1 }] as never,
  });
});

test("losses make a result incomplete, whatever it says", () => {
  const losses = [{ what: "dropped", count: 2 }];
  expect(parseTrailer({ ...RESULT, complete: true, losses })?.complete).toBe(false);
  expect(parseTrailer({ ...RESULT, complete: true })?.complete).toBe(true);
});

test.each<[unknown]>([
  [null],
  [3],
  [[]],
  [{}],
  [{ ...RESULT, events: "3" }],
  [{ ...RESULT, events: 1e300 }],
  [{ ...RESULT, losses: {} }],
  [{ ...RESULT, losses: [null] }],
  [{ ...RESULT, losses: [{ what: 3, count: 1 }] }],
])("%j is no result", (value) => {
  expect(parseTrailer(value)).toBeNull();
});

test("values of a wrong type are not taken over", () => {
  const losses = [{ what: "dropped", count: 1, reason: 5, remedy: "wait" }];
  const result = parseTrailer({ ...RESULT, ended: 5, status: "0", losses });
  expect(result).toEqual({
    ...RESULT,
    ended: null,
    status: null,
    complete: false,
    losses: [{ what: "dropped", count: 1 }],
  });
});

test("events that a result counts and its file lacks are missing", () => {
  const result = { ...RESULT, complete: true };
  expect(missingEvents(result, 3)).toEqual([]);
  expect(missingEvents(result, 1)).toEqual([{ what: "events missing from the record", count: 2 }]);
});
