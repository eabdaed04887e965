import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import {
  type OptionDef,
  type OptionTable,
  shownSpellings,
  spellingsOf,
  valuesOf,
} from "../../../src/cli/options/values.ts";
import { loadCommands } from "../../../src/cli/program.ts";

const commands = await loadCommands();

test.each(Object.entries(commands))("what the values of %s are is known", (_, command) => {
  for (const [name, arg] of Object.entries(command.definition.args as ArgsDef as OptionTable))
    if (name !== "columns") expect(() => valuesOf(arg)).not.toThrow();
    else expect(command.columns).toBeDefined();
});

describe("values", () => {
  const of = (valueHint: string) => valuesOf({ type: "string", valueHint });

  test("are the words of a hint", () => {
    const names = [{ name: "csv" }, { name: "text" }];
    expect(of("csv|text")).toEqual({ kind: "names", names });
    expect(of("csv|text|TEMPLATE")).toEqual({ kind: "names", names });
    expect(of("[=csv|text]")).toEqual({ kind: "names", names });
  });

  test("are what a hint in capitals stands for", () => {
    expect(of("FILE|-")).toEqual({ kind: "files" });
    expect(of("PID[,PID…]")).toEqual({ kind: "processes", list: true });
    expect(of("SIZE")).toBeNull();
    expect(() => of("WIDGET")).toThrow("WIDGET");
    expect(valuesOf({ type: "boolean" })).toBeNull();
  });
});

describe("spellings", () => {
  test("begin with a letter and the name, which help shows", () => {
    const arg: OptionDef = { type: "string", alias: ["e", "t", "event"] };
    expect(spellingsOf("types", arg)).toEqual(["-e", "--types", "-t", "--event"]);
    expect(shownSpellings("types", arg)).toEqual(["-e", "--types"]);
    expect(shownSpellings("x", { type: "boolean" })).toEqual(["-x"]);
    expect(shownSpellings("quiet", { type: "boolean", alias: ["silent"] })).toEqual(["--quiet"]);
  });

  test("of what is on by default begin with --no-", () => {
    expect(spellingsOf("follow", { type: "boolean", default: true })).toEqual(["--no-follow"]);
  });
});
