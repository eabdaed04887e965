import { expect, test } from "bun:test";
import { json } from "../../../src/sinks/formats/json.ts";
import { ndjson } from "../../../src/sinks/formats/ndjson.ts";
import { Collected, render } from "../collected.ts";
import { bytes, bytesOfJson, nameColumns, randomName, seeded } from "../names.ts";

test("a run without events is empty", () => {
  expect(render(ndjson, nameColumns, []).length).toBe(0);
});

test("a flushed line is complete", () => {
  const output = new Collected();
  const sink = ndjson({ columns: nameColumns, output, terminal: false });
  sink.write([bytes("cc"), bytes("a.c")]);
  sink.flush();
  expect(output.text).toBe('{"comm":"cc","fname":"a.c"}\n');
});

test("random names are read back byte for byte, one line per event, as in JSON", () => {
  const random = seeded(8);
  const events = Array.from(
    { length: 2000 },
    () => [randomName(random), randomName(random)] as const,
  );
  const lines = render(ndjson, nameColumns, events).toString().split("\n");
  expect(lines.pop()).toBe("");
  const parsed = lines.map((line) => JSON.parse(line));
  expect(parsed).toEqual(JSON.parse(render(json, nameColumns, events).toString()));
  events.forEach(([comm, filename], i) => {
    expect(bytesOfJson(parsed[i].comm).equals(comm)).toBe(true);
    expect(bytesOfJson(parsed[i].fname).equals(filename)).toBe(true);
  });
});
