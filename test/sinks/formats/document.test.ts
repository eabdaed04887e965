import { describe, expect, test } from "bun:test";
import type { Output, Sink } from "../../../src/core/sink.ts";
import type { Column } from "../../../src/events/column.ts";
import { formats } from "../../../src/sinks/formats/index.ts";
import { ByteSlice } from "../../../src/text/byte-slice.ts";
import { Collected, LimitedOutput, render } from "../collected.ts";

/** Columns of an event that is a number; 13 fails in the last column. */
const columns: readonly Column<number>[] = [
  { name: "pid", key: "pid", about: "", kind: "integer", of: (event) => event },
  {
    name: "filename",
    key: "fname",
    about: "",
    kind: "bytes",
    of: (event) => {
      if (event === 13) throw new Error("an unlucky event");
      return ByteSlice.from(`name ${event}`);
    },
  },
];

const numbers = (count: number) => Array.from({ length: count }, (_, i) => 100 + i);

for (const [name, { open }] of Object.entries(formats)) {
  const start = (output: Output): Sink<number> => open({ columns, output, terminal: false });
  const rendered = (events: number[]) => render(open, columns, events).toString();

  describe(name, () => {
    test("an event that fails in its last column leaves no output", () => {
      const output = new Collected();
      const sink = start(output);
      for (const event of [13, 1, 13, 13, 2, 13]) {
        if (event === 13) expect(() => sink.write(event)).toThrow("an unlucky event");
        else sink.write(event);
      }
      sink.close();
      expect(output.text).toBe(rendered([1, 2]));
    });

    test("a flush between any two events does not change the document", () => {
      for (let at = 0; at <= 3; at++) {
        const output = new Collected();
        const sink = start(output);
        numbers(3).forEach((event, i) => {
          if (i === at) sink.flush();
          sink.write(event);
        });
        sink.flush();
        sink.flush();
        sink.close();
        expect(output.text).toBe(rendered(numbers(3)));
      }
    });

    test("many events are written before the end, and only whole ones", () => {
      const output = new Collected();
      const sink = start(output);
      for (const event of numbers(20_000)) sink.write(event);
      const early = output.text;
      expect(early.length).toBeGreaterThan(64 * 1024);
      expect(early).toMatch(/name \d+"(,\d+)?[}\n]*$/);
      sink.close();
      expect(output.text.startsWith(early)).toBe(true);
      expect(output.text.match(/name \d+/g)?.length).toBe(20_000);
    });

    test("a second close writes nothing", () => {
      const output = new Collected();
      const sink = start(output);
      sink.write(1);
      sink.close();
      sink.close();
      expect(output.text).toBe(rendered([1]));
    });

    test("the document has the events of the flushes that the output accepted, whichever flush fails", () => {
      for (let rejected = 0; rejected < 4; rejected++) {
        const output = new LimitedOutput();
        const sink = start(output);
        numbers(4).forEach((event, i) => {
          sink.write(event);
          output.limit = i === rejected ? 0 : Number.POSITIVE_INFINITY;
          if (i === rejected) expect(() => sink.flush()).toThrow("ENOSPC");
          else sink.flush();
        });
        output.limit = Number.POSITIVE_INFINITY;
        sink.close();
        expect(output.text).toBe(rendered(numbers(4).filter((_, i) => i !== rejected)));
      }
    });

    test("a close that the output rejects throws, and still closes the document of the accepted events", () => {
      for (const accepted of [[], [1, 2]]) {
        const output = new LimitedOutput();
        const sink = start(output);
        for (const event of accepted) sink.write(event);
        if (accepted.length > 0) sink.flush();
        for (const event of numbers(50)) sink.write(event);
        output.limit = output.bytes.length + 40;
        expect(() => sink.close()).toThrow("ENOSPC");
        expect(output.text).toBe(rendered(accepted));
      }
    });

    test("a close throws if not even the end of the document fits", () => {
      const output = new LimitedOutput();
      const sink = start(output);
      sink.write(1);
      output.limit = 0;
      expect(() => sink.close()).toThrow("ENOSPC");
      expect(output.text).toBe("");
    });
  });
}

test("the events that an output has accepted are counted", () => {
  const output = new LimitedOutput();
  const sink = formats.json.open({ columns, output, terminal: false });
  sink.write(1);
  sink.write(2);
  expect(sink.delivered).toBe(0);
  sink.flush();
  expect(sink.delivered).toBe(2);
  sink.write(3);
  output.limit = 0;
  expect(() => sink.flush()).toThrow();
  expect(sink.delivered).toBe(2);
});
