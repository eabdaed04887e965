/** The schema of the rows of `trace syscalls`; test/schemas.test.ts compares all with their columns. */
import { expect, test } from "bun:test";
import rowSchema from "../../../docs/schema/syscalls.schema.json";
import { SEVERITIES } from "../../../src/events/syscall-event.ts";
import { ROW_COLUMNS, ROW_EVENTS } from "../../../src/events/syscall-row.ts";
import { type Json, JsonSchema } from "../../json-schema.ts";

const schema = new JsonSchema(rowSchema);

/** A row whose event happened, without anything else. */
const row = (event: string, more: Record<string, Json> = {}): Record<string, Json> => {
  const none = Object.fromEntries(ROW_COLUMNS.map(({ key }) => [key, null]));
  return { ...none, time: 1.5, event, pid: 1, tid: 1, ...more };
};
const call = (more: Record<string, Json> = {}) =>
  row("call", {
    ...{ name: "read", abi: "x64", category: "desc", cut: [], injected: [], mode: "info" },
    ...{ args: { fd: { fd: 3, path: "/x" }, buf: "a", count: 1n }, result: 1, duration: 0 },
    ...more,
  });

test("the words of the schema are those of the columns", () => {
  const { event, mode } = rowSchema.$defs.row.properties;
  expect(event.enum).toEqual([...ROW_EVENTS]);
  expect(mode.enum).toEqual([...SEVERITIES, null]);
});

test("rows of every event are valid, alone and in an array", () => {
  const rows = [
    call(),
    call({ args: { flags: { flags: ["O_RDONLY"], value: 0 }, stat: [{ exited: 1 }], at: "0x1" } }),
    row("signal", { args: { si_signo: "SIGUSR1" }, signal: "SIGUSR1" }),
    row("stop", { signal: "SIGSTOP" }),
    row("superseded", { by: 2 }),
    row("exit", { status: 0 }),
  ];
  for (const each of rows) expect(schema.errors(each)).toEqual([]);
  expect(schema.errors(rows)).toEqual([]);
});

test.each<[string, Json]>([
  ["a call without a name", call({ name: null })],
  ["a result that is text", call({ result: "1" })],
  ["an argument that is a fraction", call({ args: { count: 1.5 } })],
  ["a boolean deep in a struct", call({ args: { stat: [{ st_mode: { x: true } }] } })],
  ["an unknown event", row("fork")],
  ["a signal without siginfo", row("signal", { signal: "SIGUSR1" })],
  ["an error that is no name", call({ errno: "No such file" })],
  ["an array with one such row", [call(), row("exit", { status: -1 })]],
])("%s is not valid", (_, value) => {
  expect(schema.errors(value)).not.toEqual([]);
});
