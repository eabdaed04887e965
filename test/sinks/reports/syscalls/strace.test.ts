/** Calls as strace writes them, split at entry and exit. */

import { expect, test } from "bun:test";
import type { SyscallEvent } from "../../../../src/events/syscall-event.ts";
import { StraceSink } from "../../../../src/sinks/reports/syscalls/strace.ts";
import { WITHOUT_PATHS } from "../../../../src/syscalls/text-style.ts";
import { array, integer, pointer, struct } from "../../../../src/syscalls/value.ts";
import { call, fd, text } from "../../../syscalls/builders.ts";
import { Collected } from "../../collected.ts";

/** Returns the lines that a sink writes. */
function written(
  work: (sink: StraceSink) => void,
  change: { readonly instructionPointers?: boolean } = {},
): string[] {
  const output = new Collected();
  const style = {
    stamp: { absolute: null, relative: null },
    column: 40,
    numbered: false,
    immediate: false,
    durations: null,
    callNumbers: false,
    instructionPointers: false,
  };
  const sink = new StraceSink(
    output,
    { ...style, ...change, text: WITHOUT_PATHS },
    () => "meaning",
  );
  work(sink);
  sink.close();
  return output.text.split("\n").slice(0, -1);
}

/** Marks how many arguments were decoded at entry. */
function withDecodedAtEntry(event: SyscallEvent, count: number): SyscallEvent {
  event.decodedAtEntry = count;
  return event;
}

const getpid = () => call("getpid", [], { tid: 11, result: 7 });

/** Interleaves another call. @param change runs while the call is interrupted */
function interrupted(event: SyscallEvent, change = () => {}): string[] {
  return written((sink) => {
    sink.syscallEntered(event);
    const other = getpid();
    sink.syscallEntered(other);
    sink.syscallExited(other);
    change();
    sink.syscallExited(event);
  }).map((line) => line.replace(/ += /, " = "));
}

test("a call that another thread interrupts is written in two lines", () => {
  const read = withDecodedAtEntry(call("read", [fd(3), text("hi"), integer(9)], { result: 2 }), 1);
  expect(interrupted(read)).toEqual([
    "read(3,  <unfinished ...>",
    "getpid() = 7",
    '<... read resumed>"hi", 9) = 2',
  ]);
});

test("what clone3 wrote follows its argument, before the comma", () => {
  const given = struct([["flags", integer(0)]]);
  const clone = withDecodedAtEntry(call("clone3", [given, integer(88)], { result: 5 }), 1);
  const change = () =>
    (clone.args[0] = { ...given, written: struct([["parent_tid", array([integer(5)])]]) });
  expect(interrupted(clone, change)).toEqual([
    "clone3({flags=0} <unfinished ...>",
    "getpid() = 7",
    "<... clone3 resumed> => {parent_tid=[5]}, 88) = 5",
  ]);
});

test("a call in which its thread ended shows only its inputs", () => {
  const wait = () =>
    withDecodedAtEntry(
      call("epoll_wait", [fd(3), undefined as never, integer(4)], { result: null }),
      1,
    );
  expect(written((sink) => sink.syscallExited(wait()))[0]).toMatch(
    /^epoll_wait\(3, {2}<unfinished \.\.\.>\) += \?$/,
  );
  const exit = call("exit_group", [integer(3)], { result: null });
  expect(written((sink) => sink.syscallExited(exit))[0]).toMatch(/^exit_group\(3\) += \?$/);
});

test("a call that runs when tracing stops is marked as detached", () => {
  const poll = call("poll", [array([]), integer(0), pointer(1n)]);
  expect(written((sink) => sink.syscallEntered(poll))).toEqual(["poll([], 0, 0x1 <detached ...>"]);
});

const INFO = new DataView(new ArrayBuffer(128));

test("signals arrive somewhere, and ends are nowhere", () => {
  const thread = { tid: 11, tgid: 11, signal: 15 };
  const lines = written(
    (sink) => {
      sink.signal({ ...thread, info: INFO, at: 0x1000n });
      sink.exited({ ...thread, code: null, core: false });
    },
    { instructionPointers: true },
  );
  expect(lines[0]).toStartWith("[0000000000001000] --- SIGTERM {");
  expect(lines[1]).toBe("[????????????????] +++ killed by SIGTERM +++");
});

test("a call whose thread is detached from is complete, unless its line was interrupted", () => {
  const wait = withDecodedAtEntry(call("wait4", [integer(-1), pointer(8n)], { result: null }), 1);
  const lines = written((sink) => {
    sink.syscallEntered(wait);
    sink.detached(wait);
    sink.syscallEntered(wait);
    sink.syscallEntered(getpid());
    sink.detached(wait);
  });
  expect(lines).toEqual([
    "wait4(-1,  <detached ...>",
    "wait4(-1,  <unfinished ...>",
    "getpid( <detached ...>",
  ]);
});

test("an execve continues under another number, also without a message", () => {
  const execve = call("execve", [text("/x")], { tid: 12, result: 0 });
  const lines = written((sink) => {
    sink.syscallEntered(execve);
    sink.pidChanged(11, 12);
    execve.tid = 11;
    sink.syscallExited(execve);
  });
  expect(lines.map((line) => line.replace(/ += /, " = "))).toEqual([
    'execve("/x" <pid changed to 11 ...>',
    "<... execve resumed>) = 0",
  ]);
});
