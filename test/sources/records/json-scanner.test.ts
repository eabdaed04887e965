import { expect, test } from "bun:test";
import { JsonScanner } from "../../../src/sources/records/json-scanner.ts";

const KEYS = ["time", "type", "path", "argv"];
const utf8 = new TextEncoder();

/** Returns the texts of the members; null if the text is not an object. */
function read(text: string): Record<string, string> | null {
  // Surrounded by bytes that must not be read.
  const bytes = utf8.encode(`"}${text}}"`);
  const [start, end] = [2, bytes.length - 2];
  const scanner = new JsonScanner(KEYS);
  if (!scanner.scan(bytes, start, end)) return null;
  const members = KEYS.map((key, i): [string, string] => [
    key,
    Buffer.from(bytes.subarray(scanner.starts[i], scanner.ends[i])).toString(),
  ]);
  return Object.fromEntries(members.filter((_, i) => scanner.starts[i] >= 0));
}

test("members are found in any order, with whitespace, among other members", () => {
  expect(read('{"time":1.5,"type":"OPEN"}')).toEqual({ time: "1.5", type: '"OPEN"' });
  expect(read(' {"type" : "a\\"}" ,"else":{"path":[1]},\t"path":null,"time":-0 } \r')).toEqual({
    type: '"a\\"}"',
    path: "null",
    time: "-0",
  });
  expect(read("{}")).toEqual({});
});

test("the last of two equal keys counts, as in JSON.parse", () => {
  expect(read('{"time":1,"time":2}')).toEqual({ time: "2" });
});

test("a truncated object is not an object", () => {
  const whole = '{"time":1.5e3,"type":"\\u00e9\\n","argv":["a",{"b":[true,null]}],"path":""}';
  expect(read(whole)).not.toBeNull();
  for (let length = 0; length < whole.length; length++)
    expect(read(whole.slice(0, length))).toBeNull();
});

test("unbounded nesting does not overflow the stack", () => {
  expect(read(`{"argv":${"[".repeat(1_000_000)}`)).toBeNull();
});
