import { expect, test } from "bun:test";
import type { SyscallEvent } from "../../src/events/syscall-event.ts";
import {
  accessesAny,
  type SyscallFilterOptions,
  SyscallFilterSink,
} from "../../src/filters/syscall-filter.ts";
import { CountSummarySink } from "../../src/sinks/reports/syscalls/count-summary.ts";
import { call, fd, from, named, text } from "../syscalls/builders.ts";

/** What a sink is told, in order. */
class Told extends CountSummarySink {
  readonly words: string[] = [];
  syscallEntered({ name }: SyscallEvent): void {
    this.words.push(`begin ${name}`);
  }
  override syscallExited({ name }: SyscallEvent): void {
    this.words.push(`end ${name}`);
  }
}

function told(choice: Partial<SyscallFilterOptions>, events: readonly SyscallEvent[]): string[] {
  const sink = new Told({ write() {} });
  const chosen = new SyscallFilterSink(sink, { status: "all", mode: "info", ...choice });
  for (const event of events) chosen.syscallEntered(event);
  for (const event of events) chosen.syscallExited(event);
  return sink.words;
}

const opened = (name: string) => call("openat", [from("/etc"), text(name), named("O_RDONLY")]);

test("only calls that failed are told, when it is known that they did", () => {
  const failed = call("chdir", [text("/x")], { result: -2 });
  const events = [call("getpid", [], { result: 5 }), failed];
  expect(told({ status: "failed" }, events)).toEqual(["begin chdir", "end chdir"]);
  expect(told({ status: "successful" }, events)).toEqual(["begin getpid", "end getpid"]);
});

test("only calls that concern a path are told, by its name or by an fd", () => {
  const accepts = accessesAny(["/etc/hosts"]);
  const events = [opened("hosts"), call("close", [fd(3, "/etc/hosts")]), opened("passwd")];
  expect(told({ accepts }, events)).toEqual([
    ...["begin openat", "begin close", "end openat", "end close"],
  ]);
});

test("a directory that a name starts from is concerned as well", () => {
  const event = call("openat", [from("/etc", 3), text("hosts"), named("O_RDONLY")]);
  expect(accessesAny(["/etc"])(event)).toBe(true);
  expect(accessesAny(["/"])(event)).toBe(false);
});
