import { expect, test } from "bun:test";
import {
  type Formatter,
  mentionedArguments,
  parseSentence,
  renderTemplate,
  requiredArguments,
} from "../../../../../src/sinks/reports/syscalls/human/template.ts";
import { integer, type Value, word } from "../../../../../src/syscalls/value.ts";

const text = (value: Value | undefined) =>
  value?.kind === "integer" ? String(value.value) : value?.kind === "word" ? value.text : "?";
const WAYS: Readonly<Record<string, Formatter>> = {
  "": text,
  twice: (value) => text(value).repeat(2),
  with: (value, { other }) => `${text(value)}+${text(other)}`,
};
const VALUES = new Map<string, Value>([
  ["a", integer(1)],
  ["b", word("x")],
  ["none", word("")],
]);

function said(template: string): string {
  return renderTemplate(parseSentence(template, WAYS).parts, VALUES);
}

test("places hold arguments, in their ways", () => {
  expect(said("Do {a} to {b:twice}, {a:with b}")).toBe("Do 1 to xx, 1+x");
});

test("a group is left out where one of its places is empty or its argument is not there", () => {
  expect(said("Do[ {a}][ or {none}][ {b} and {absent}]")).toBe("Do 1");
});

test("what comes of it stands after the arrow", () => {
  const { outcome } = parseSentence("Do {a} => got {b}", WAYS);
  expect(renderTemplate(outcome, VALUES)).toBe("got x");
  expect(parseSentence("Do it", WAYS).outcome).toEqual([]);
});

test("a sentence says which arguments it needs and which it only mentions", () => {
  const sentence = parseSentence("Do {a:with b}[ {c}] => {=}", WAYS);
  expect(requiredArguments(sentence)).toEqual(["a", "="]);
  expect(mentionedArguments(sentence)).toEqual(["a", "b", "c", "="]);
});

test("a way that there is not is a mistake in the table", () => {
  expect(() => parseSentence("{a:thrice}", WAYS)).toThrow("there is no way thrice");
});
