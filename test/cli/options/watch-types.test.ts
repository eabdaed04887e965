import { expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import { parseTypeNames } from "../../../src/cli/options/watch-types.ts";
import { WATCH_TYPES } from "../../../src/events/watch-event.ts";

const types = (text: string, more: readonly string[] = []) => [
  ...parseTypeNames<string>("--types", text, more),
];

test("types have the names of inotifywait and of the kernel's constants, in any case", () => {
  expect(types("create,Modify,IN_DELETE,fan_open_exec")).toEqual([
    ...["CREATE", "MODIFY", "DELETE", "OPEN_EXEC"],
  ]);
  expect(types("move,close")).toEqual(["MOVED_FROM", "MOVED_TO", "CLOSE_WRITE", "CLOSE_NOWRITE"]);
  expect(types("all_events")).toEqual([...WATCH_TYPES]);
});

test("what is reported in any case can be named, but not alone", () => {
  expect(types("delete,unmount")).toEqual(["DELETE"]);
  expect(() => types("unmount")).toThrow(
    new UsageError("--types unmount: is always reported; name types of changes too"),
  );
  expect(types("q_overflow", ["Q_OVERFLOW"])).toEqual(["Q_OVERFLOW"]);
});

test("an unknown type is an error with a near match", () => {
  expect(() => types("creat")).toThrow("--types creat: unknown value; did you mean CREATE?");
  expect(() => types("opne")).toThrow("did you mean OPEN?");
});

test("a number is taken for inotifywait's timeout", () => {
  expect(() => types("10")).toThrow("to stop after 10 seconds: --duration 10s");
});
