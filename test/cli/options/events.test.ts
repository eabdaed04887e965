import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import { EVENTS_HELP, parseEvents } from "../../../src/cli/options/events.ts";
import { EVENT_GROUPS, EVENT_KINDS } from "../../../src/events/event-kinds.ts";
import { errorOf, PROTOTYPE_PROPERTIES } from "./error-of.ts";

describe("events", () => {
  test("can be named by kind and by group, also repeatedly", () => {
    expect(parseEvents("open")).toEqual(new Set(["open"]));
    expect(parseEvents("exit,process,exit")).toEqual(new Set(["exec", "interp", "fork", "exit"]));
    expect(parseEvents("all")).toEqual(new Set(EVENT_KINDS));
    for (const kind of EVENT_KINDS) expect(parseEvents(kind)).toEqual(new Set([kind]));
  });

  test("are each in a group other than all", () => {
    const { all, ...groups } = EVENT_GROUPS;
    expect(new Set(Object.values(groups).flat())).toEqual(new Set(all));
  });

  test("that do not exist are errors that name a near match or all", () => {
    expect(errorOf(() => parseEvents("open,renam"))).toBe(
      "--events renam: no such event; did you mean rename?",
    );
    for (const text of ["", "open,", "zzzzzzzzz", ...PROTOTYPE_PROPERTIES])
      expect(errorOf(() => parseEvents(text))).toContain(": no such event; ");
  });
});

test("a newline after a value is an error", () => {
  for (const text of ["4M\n", "1s\n", "csv\n", "pid\n", "open\n"])
    expect(() => parseEvents(text)).toThrow(UsageError);
});

test("the help lists every kind of event", () => {
  for (const kind of EVENT_KINDS) expect(EVENTS_HELP).toMatch(new RegExp(`\\b${kind}\\b`));
});
