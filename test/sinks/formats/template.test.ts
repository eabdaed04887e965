import { afterAll, describe, expect, test } from "bun:test";
import { HISTORY_COLUMNS } from "../../../src/events/history-columns.ts";
import { Q_OVERFLOW, type WatchEvent } from "../../../src/events/watch-event.ts";
import { parseTemplate, templateSink } from "../../../src/sinks/formats/template.ts";
import { WATCH_CONVERSIONS } from "../../../src/sinks/formats/text/watch-template.ts";
import { parseTimeFormat } from "../../../src/text/strftime.ts";
import { TemplateError } from "../../../src/text/template-error.ts";
import { buildEvent, processOf } from "../../fixtures/watch/builders.ts";
import { Collected } from "../collected.ts";

const zone = process.env.TZ;
process.env.TZ = "UTC";
afterAll(() => {
  process.env.TZ = zone;
});

interface Options {
  readonly terminal?: boolean;
  readonly noNewline?: boolean;
  readonly timefmt?: string;
}

/** Returns what a template writes of events, as latin1. */
function written(template: string, events: readonly WatchEvent[], options: Options = {}): string {
  const { terminal = false, noNewline = false, timefmt } = options;
  const timeFormat = timefmt === undefined ? undefined : parseTimeFormat(timefmt);
  const output = new Collected();
  const parsed = parseTemplate(template, WATCH_CONVERSIONS, HISTORY_COLUMNS);
  const sink = templateSink(parsed, { output, terminal, timeFormat }, noNewline);
  for (const event of events) sink.write(event);
  sink.close();
  return Buffer.from(output.bytes).toString("latin1");
}

const file = buildEvent("CLOSE_WRITE", "/srv/a/b");
const directory = buildEvent("CREATE", "/srv/d", { isDirectory: true });

test("conversions are those of inotifywait", () => {
  expect(written("%w|%f|%e|%:e|%%|%n.", [file, directory])).toBe(
    "/srv/a/|b|CLOSE_WRITE,CLOSE|CLOSE_WRITE:CLOSE|%|\n.\n/srv/|d|CREATE,ISDIR|CREATE:ISDIR|%|\n.\n",
  );
  expect(written("%w%f %c", [buildEvent("MOVED_TO", "/a", { cookie: 0xcd9eb })])).toBe(
    "/a cd9eb\n",
  );
  const self = buildEvent("DELETE_SELF", "/srv", { isDirectory: true });
  expect(written("%w %f %e", [self])).toBe("/ srv DELETE_SELF\n");
});

test("a letter after a conversion is text, unless it makes a separator of the character before", () => {
  expect(written("%fe %we %ee%→e", [file])).toBe(
    "be /srv/a/e CLOSE_WRITE,CLOSEeCLOSE_WRITE\xe2\x86\x92CLOSE\n",
  );
});

test("notes are left out of lines without a type", () => {
  const events = [buildEvent(Q_OVERFLOW, ""), file];
  expect(written("%w%f", events)).toBe("/srv/a/b\n");
  expect(written("%{type}", events)).toBe("Q_OVERFLOW\nCLOSE_WRITE\n");
  const gone = buildEvent("PATH_GONE", "/srv", { isDirectory: true });
  expect(written("%e", [gone])).toBe("PATH_GONE\n");
});

test("an event without a path has empty names", () => {
  expect(written("[%w%f] %e", [buildEvent(Q_OVERFLOW, "")])).toBe("[] Q_OVERFLOW\n");
});

test("columns of all kinds are named in braces; those without a value are empty", () => {
  const info = processOf(7, "rm -- x");
  const above = { links: [{ pid: 1, comm: "cron", argv: ["cron", "-f x"] }], isCut: false };
  const event = buildEvent("DELETE", "/a", { processInfo: { ...info, above }, ms: 5 });
  expect(written("%{pid} %{comm} %{argv}|%{ancestors}|%{size}|%{ftype}|%{time}", [event])).toBe(
    "7 rm rm -- x|rm -- x \xe2\x86\x90 cron '-f x'||file|1747612800.005000000\n",
  );
});

test("%T is the time of day, or in the format of --timefmt", () => {
  expect(written("%T", [buildEvent("CREATE", "/a", { ms: 5 })])).toBe("00:00:00.005\n");
  expect(written("%T", [file], { timefmt: "%F %R é" })).toBe("2025-05-19 00:00 \xc3\xa9\n");
});

describe("names", () => {
  const hostile = buildEvent("CREATE", "/a\n\x1b[2J\\\xff\xe2\x80\xae");

  test("are escaped, so that each event is one line", () => {
    expect(written("%w%f", [hostile])).toBe("/a\\n\\x1b[2J\\\\\\xff\\xe2\\x80\\xae\n");
  });

  test("are their bytes if NUL separates them, and no newline follows", () => {
    expect(written("%w%f%0", [hostile, file])).toBe("/a\n\x1b[2J\\\xff\xe2\x80\xae\0/srv/a/b\0");
    expect(written("%f%0%e", [file])).toBe("b\0CLOSE_WRITE,CLOSE\n");
  });

  test("are always escaped on a terminal", () => {
    expect(written("%f%0", [hostile], { terminal: true })).toBe(
      "a\\n\\x1b[2J\\\\\\xff\\xe2\\x80\\xae\0",
    );
  });
});

test("a newline follows each event unless it is not wanted", () => {
  expect(written("%f%n", [file, file])).toBe("b\n\nb\n\n");
  expect(written("%f;", [file, file], { noNewline: true })).toBe("b;b;");
});

test("mistakes are shown with a caret and a near match", () => {
  const errorOf = (template: string) => {
    try {
      written(template, []);
    } catch (error) {
      if (error instanceof TemplateError) return error.message;
      throw error;
    }
  };
  expect(errorOf("%f %Q")).toBe(
    "%Q: no such conversion; expected %w %f %e %c %T %0 %n %% or %{column}\n  %f %Q\n     ^",
  );
  expect(errorOf("%{com}")).toStartWith("%{com}: no such column; did you mean comm?\n");
  expect(errorOf("%{comm")).toStartWith("%{ without }\n");
  expect(errorOf("50%")).toStartWith("% without a conversion; %% is a %\n");
});
