import { expect, test } from "bun:test";
import type { ExitEvent, SignalEvent, SyscallEvent } from "../../src/events/syscall-event.ts";
import { Selection } from "../../src/filters/selection.ts";
import {
  accessesAny,
  type SyscallFilterOptions,
  SyscallFilterSink,
} from "../../src/filters/syscall-filter.ts";
import { CountSummarySink } from "../../src/sinks/reports/syscalls/count-summary.ts";
import { call, fd, from, named, text } from "../syscalls/builders.ts";

/** Records what a sink receives, in order. */
class RecordingSink extends CountSummarySink {
  readonly received: string[] = [];
  syscallEntered({ name }: SyscallEvent): void {
    this.received.push(`begin ${name}`);
  }
  override syscallExited({ name }: SyscallEvent): void {
    this.received.push(`end ${name}`);
  }
}

function received(
  options: Partial<SyscallFilterOptions>,
  events: readonly SyscallEvent[],
): string[] {
  const sink = new RecordingSink({ write() {} });
  const filter = new SyscallFilterSink(sink, { status: Selection.all(), mode: "info", ...options });
  for (const event of events) filter.syscallEntered(event);
  for (const event of events) filter.syscallExited(event);
  return sink.received;
}

const opened = (name: string) => call("openat", [from("/etc"), text(name), named("O_RDONLY")]);

test("with a status filter, a call is reported once its status is known", () => {
  const failed = call("chdir", [text("/x")], { result: -2 });
  const events = [call("getpid", [], { result: 5 }), failed];
  expect(received({ status: new Selection(["failed" as const]) }, events)).toEqual([
    "begin chdir",
    "end chdir",
  ]);
  expect(received({ status: new Selection(["successful" as const]) }, events)).toEqual([
    "begin getpid",
    "end getpid",
  ]);
});

test("signals and ends are reported as selected", () => {
  const seen: string[] = [];
  const sink = {
    syscallExited: () => {},
    signal: ({ signal }: SignalEvent) => seen.push(`signal ${signal}`),
    exited: ({ code, signal }: ExitEvent) => seen.push(`exit ${code ?? signal}`),
  };
  const filter = new SyscallFilterSink(sink, {
    status: Selection.all(),
    mode: "info",
    signals: new Selection([2]),
    quiet: new Selection(["exit" as const]),
  });
  const thread = { tid: 7, tgid: 7 };
  for (const signal of [2, 15])
    filter.signal({ ...thread, signal, info: new DataView(new ArrayBuffer(128)) });
  filter.exited({ ...thread, code: 0, signal: null, core: false });
  filter.exited({ ...thread, code: null, signal: 2, core: false });
  filter.exited({ ...thread, code: null, signal: 15, core: false });
  expect(seen).toEqual(["signal 2", "exit 2"]);
});

test("without a message about an execve by a thread, its new number is still known", () => {
  const seen: string[] = [];
  const sink = {
    syscallExited: () => {},
    superseded: () => seen.push("superseded"),
    pidChanged: (tid: number, by: number) => seen.push(`${by} is ${tid}`),
  };
  for (const quiet of [new Selection<"thread-execve">(), new Selection(["thread-execve" as const])])
    new SyscallFilterSink(sink, { status: Selection.all(), mode: "info", quiet }).superseded(7, 8);
  expect(seen).toEqual(["superseded", "8 is 7"]);
});

test("a call that is detached from is reported if that status is wanted", () => {
  const seen: string[] = [];
  const sink = {
    syscallEntered: ({ name }: SyscallEvent) => seen.push(`begin ${name}`),
    syscallExited: () => {},
    detached: ({ name }: SyscallEvent) => seen.push(`detached ${name}`),
  };
  const wait = call("wait4", [], { result: null });
  for (const kind of ["detached", "failed"] as const) {
    const filter = new SyscallFilterSink(sink, { status: new Selection([kind]), mode: "info" });
    filter.syscallEntered(wait);
    filter.detached(wait);
    filter.close();
  }
  expect(seen).toEqual(["begin wait4", "detached wait4"]);
});

test("only calls that access a path are reported, by its name or by an fd", () => {
  const accepts = accessesAny(["/etc/hosts"]);
  const events = [opened("hosts"), call("close", [fd(3, "/etc/hosts")]), opened("passwd")];
  expect(received({ accepts }, events)).toEqual([
    ...["begin openat", "begin close", "end openat", "end close"],
  ]);
});

test("the base directory of a relative path counts as accessed", () => {
  const event = call("openat", [from("/etc", 3), text("hosts"), named("O_RDONLY")]);
  expect(accessesAny(["/etc"])(event)).toBe(true);
  expect(accessesAny(["/"])(event)).toBe(false);
});
