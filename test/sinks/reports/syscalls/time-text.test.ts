/** Times before and after lines, in the precisions of strace. */
import { expect, test } from "bun:test";
import { LineWriter } from "../../../../src/sinks/reports/syscalls/line-writer.ts";
import {
  absoluteText,
  durationText,
  relativeText,
  type StampStyle,
} from "../../../../src/sinks/reports/syscalls/time-text.ts";
import { Collected } from "../../collected.ts";

test("durations have as many digits as requested", () => {
  expect([0, 3, 6, 9].map((digits) => durationText(1234.5678, digits as 0))).toEqual([
    "1",
    "1.234",
    "1.234567",
    "1.234567800",
  ]);
});

test("times are those of the day, or seconds since 1970", () => {
  const time = 1_700_000_000_250;
  const clock = new Date(time).toTimeString().slice(0, 8);
  expect(absoluteText(time, { format: "time", digits: 0 })).toBe(clock);
  expect(absoluteText(time, { format: "time", digits: 3 })).toBe(`${clock}.250`);
  expect(absoluteText(time, { format: "unix", digits: 6 })).toBe("1700000000.250000");
  expect(relativeText(1500, 3)).toBe("     1.500");
  expect(relativeText(-1, 0)).toBe("     0");
});

test("a line has the time of day, the time since the previous line, and its place", () => {
  const written = (stamp: StampStyle) => {
    const output = new Collected();
    const writer = new LineWriter(output, { stamp, column: 30, numbered: true, immediate: true });
    writer.write(7, 1000, "a()", " = 0");
    writer.write(7, 1500, "b()", " = 0", "[  1] ");
    return output.text;
  };
  expect(written({ absolute: { format: "unix", digits: 0 }, relative: 6 })).toBe(
    "7     1 (+     0.000000) a()  = 0\n7     1 (+     0.500000) [  1] b() = 0\n",
  );
  expect(written({ absolute: null, relative: null })).toBe(
    "7     a()                     = 0\n7     [  1] b()               = 0\n",
  );
});
