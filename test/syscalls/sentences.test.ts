/** Renders arbitrary decoded values, since the memory of a program can hold anything. */
import { expect, test } from "bun:test";
import { parseRules, SeverityClassifier } from "../../src/filters/severity/classifier.ts";
import { BUILT_IN_RULES } from "../../src/filters/severity/rules.ts";
import { ValuesEncoder } from "../../src/sinks/formats/json-values.ts";
import { FileActivitySink } from "../../src/sinks/reports/syscalls/files.ts";
import { HumanSink } from "../../src/sinks/reports/syscalls/human.ts";
import { namedArguments } from "../../src/syscalls/argument-names.ts";
import { straceText } from "../../src/syscalls/strace-text.ts";
import { syscallNames } from "../../src/syscalls/table.ts";
import { Random } from "../random.ts";
import { Collected } from "../sinks/collected.ts";
import { call } from "./builders.ts";
import { randomValue } from "./random-values.ts";

const STYLE = {
  stamp: { absolute: null, relative: null },
  column: 40,
  numbered: false,
  immediate: false,
  colours: false,
  durations: false,
} as const;

test("every value of every call can be described, classified, counted and written as JSON", () => {
  const random = new Random(5);
  const names = [...syscallNames("x64")];
  const classifier = new SeverityClassifier(parseRules(BUILT_IN_RULES), {
    home: "/root",
    directory: "/",
  });
  const json = new ValuesEncoder();
  const output = new Collected();
  const human = new HumanSink(
    output,
    STYLE,
    () => "Meaning",
    () => 0,
  );
  const files = new FileActivitySink("bytes", () => {});
  const rounds = 5_000;
  for (let round = 0; round < rounds; round++) {
    const args = Array.from({ length: random.below(7) }, () => randomValue(random));
    const result = random.pick([0, 1, -2, -512, 4096]);
    const event = call(random.pick(names), args, {
      result,
      directory: "/w",
      resultPath: random.pick([undefined, "/r\n"]),
    });
    const { bytes, start, length } = json.encode(namedArguments(event));
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString());
    for (const value of args) straceText(value);
    Object.assign(event, classifier.classify(event));
    human.syscallExited(event);
    files.syscallExited(event);
  }
  human.close();
  files.close();
  // One line per call, without control characters.
  const lines = output.text.split("\n");
  expect(lines.length).toBe(rounds + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for control characters
  expect(lines.filter((line) => /[\x00-\x1f\x7f-\x9f\u2028]|undefined|NaN/.test(line))).toEqual([]);
});
