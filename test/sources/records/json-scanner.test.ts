import { expect, test } from "bun:test";
import { JsonScanner } from "../../../src/sources/records/json-scanner.ts";

const KEYS = ["time", "type", "path", "argv"];
const utf8 = new TextEncoder();

/** The texts of the members, or null where it is no object. */
function read(text: string): Record<string, string> | null {
  // Among other bytes, which are not to be looked at.
  const bytes = utf8.encode(`"}${text}}"`);
  const [start, end] = [2, bytes.length - 2];
  const members = new JsonScanner(KEYS);
  if (!members.scan(bytes, start, end)) return null;
  const found = KEYS.map((key, i): [string, string] => [
    key,
    Buffer.from(bytes.subarray(members.starts[i], members.ends[i])).toString(),
  ]);
  return Object.fromEntries(found.filter((_, i) => members.starts[i] >= 0));
}

test("members are found in whatever order, with blanks, among others", () => {
  expect(read('{"time":1.5,"type":"OPEN"}')).toEqual({ time: "1.5", type: '"OPEN"' });
  expect(read(' {"type" : "a\\"}" ,"else":{"path":[1]},\t"path":null,"time":-0 } \r')).toEqual({
    type: '"a\\"}"',
    path: "null",
    time: "-0",
  });
  expect(read("{}")).toEqual({});
});

test("of a key that stands twice the last counts, as JSON.parse has it", () => {
  expect(read('{"time":1,"time":2}')).toEqual({ time: "2" });
});

test("every prefix of an object is none", () => {
  const whole = '{"time":1.5e3,"type":"\\u00e9\\n","argv":["a",{"b":[true,null]}],"path":""}';
  expect(read(whole)).not.toBeNull();
  for (let length = 0; length < whole.length; length++)
    expect(read(whole.slice(0, length))).toBeNull();
});

test("nesting without an end costs no stack", () => {
  expect(read(`{"argv":${"[".repeat(1_000_000)}`)).toBeNull();
});
