import { expect, test } from "bun:test";
import {
  type Formatter,
  parseSentence,
  renderTemplate,
  requiredArguments,
} from "../../../../../src/sinks/reports/syscalls/human/template.ts";
import { integer, symbol, type Value } from "../../../../../src/syscalls/value.ts";
import { mentionedArguments } from "./mentioned-arguments.ts";

const text = (value: Value | undefined) =>
  value?.kind === "integer" ? String(value.value) : value?.kind === "symbol" ? value.name : "?";
const FORMATTERS: Readonly<Record<string, Formatter>> = {
  "": text,
  twice: (value) => text(value).repeat(2),
  with: (value, { other }) => `${text(value)}+${text(other)}`,
};
const VALUES = new Map<string, Value>([
  ["a", integer(1)],
  ["b", symbol("x")],
  ["none", symbol("")],
]);

function render(template: string): string {
  return renderTemplate(parseSentence(template, FORMATTERS).parts, VALUES);
}

test("placeholders are replaced by formatted arguments", () => {
  expect(render("Do {a} to {b:twice}, {a:with b}")).toBe("Do 1 to xx, 1+x");
});

test("a group is omitted if one of its placeholders is empty or its argument is missing", () => {
  expect(render("Do[ {a}][ or {none}][ {b} and {absent}]")).toBe("Do 1");
});

test("the outcome follows the arrow", () => {
  const { outcome } = parseSentence("Do {a} => got {b}", FORMATTERS);
  expect(renderTemplate(outcome, VALUES)).toBe("got x");
  expect(parseSentence("Do it", FORMATTERS).outcome).toEqual([]);
});

test("a sentence knows its required and its mentioned arguments", () => {
  const sentence = parseSentence("Do {a:with b}[ {c}] => {=}", FORMATTERS);
  expect(requiredArguments(sentence)).toEqual(["a", "="]);
  expect(mentionedArguments(sentence)).toEqual(["a", "b", "c", "="]);
});

test("an unknown formatter throws", () => {
  expect(() => parseSentence("{a:thrice}", FORMATTERS)).toThrow("no formatter thrice");
});
