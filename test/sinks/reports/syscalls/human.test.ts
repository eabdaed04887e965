import { describe, expect, test } from "bun:test";
import type { SyscallEvent } from "../../../../src/events/syscall-event.ts";
import { allSentences } from "../../../../src/sinks/reports/syscalls/human/sentences/index.ts";
import { HumanSink } from "../../../../src/sinks/reports/syscalls/human.ts";
import { type Abi, argumentsOf, syscallNames } from "../../../../src/syscalls/table.ts";
import {
  array,
  integer,
  NULL,
  parts,
  pointer,
  struct,
  symbol,
} from "../../../../src/syscalls/value.ts";
import {
  type CallOptions,
  call,
  fd,
  from,
  named,
  socketAddress,
  text,
} from "../../../syscalls/builders.ts";
import { Collected } from "../../collected.ts";
import { mentionedArguments } from "./human/mentioned-arguments.ts";

const MEANINGS: Readonly<Record<number, string>> = {
  2: "No such file or directory",
  115: "Operation now in progress",
};
const STYLE = {
  stamp: { absolute: null, relative: null },
  column: 40,
  numbered: false,
  immediate: false,
  colours: false,
  durations: false,
} as const;

function written(fill: (sink: HumanSink) => void, style = {}): string {
  const output = new Collected();
  const strerror = (errno: number) => MEANINGS[errno] ?? `meaning of ${errno}`;
  const sink = new HumanSink(output, { ...STYLE, ...style }, strerror, () => 2000);
  fill(sink);
  sink.close();
  return output.text.replace(/\n$/, "");
}

const said = (event: SyscallEvent, style = {}) =>
  written((sink) => sink.syscallExited(event), style);
const say = (name: string, args: Parameters<typeof call>[1], options: CallOptions | number = 0) =>
  said(call(name, args, typeof options === "number" ? { result: options } : options));

const HERE = from("/work");
const ADDRESS = socketAddress("192.0.2.1", 443);
const second = struct([
  ["tv_sec", integer(0)],
  ["tv_nsec", integer(1_500_000)],
]);

/** Sentences and their calls. */
const EXAMPLES: Readonly<Record<string, string>> = {
  "Open /tmp/x for writing, creating it, with mode 0600: file descriptor 3": say(
    "openat",
    [HERE, text("/tmp/x"), named("O_WRONLY|O_CREAT|O_CLOEXEC"), integer(0o600, "octal")],
    3,
  ),
  "Open /data/x as a directory for reading: file descriptor 3": say(
    "openat",
    [from("/data", 5), text("x"), named("O_RDONLY|O_DIRECTORY")],
    3,
  ),
  "Open x for reading and writing, truncating it, appending: failed: no such file or directory (ENOENT)":
    say("open", [text("x"), named("O_RDWR|O_TRUNC|O_APPEND")], -2),
  'Remove "a b\\x1b"': say("unlink", [text("a b\x1b")]),
  "Rename a to /b": say("renameat", [HERE, text("a"), HERE, text("/b")]),
  "Get the status of /f: file of 12 bytes, 0644": say("newfstatat", [
    from("/f", 3),
    text(""),
    struct(
      [
        ["st_mode", { kind: "mode", mode: 0o100644 }],
        ["st_size", integer(12n)],
      ],
      true,
    ),
    named("AT_EMPTY_PATH", 0x1000),
  ]),
  'Read from /f: 3 bytes: "a\\n\\xff"': say("read", [fd(3, "/f"), text("a\n\xff"), integer(9)], 3),
  "Read from pipe 3: 0 bytes": say("read", [fd(3, "pipe:[1]"), text(""), integer(9)]),
  'Write 3 bytes to standard output (/dev/pts/0): "abc"': say(
    "write",
    [fd(1, "/dev/pts/0"), text("abc"), integer(3)],
    3,
  ),
  'Write 9 bytes to socket 4: "abc…": only 3 bytes': say(
    "write",
    [fd(4, "socket:[1]"), text("abc", true), integer(9)],
    3,
  ),
  "Close file descriptor 7": say("close", [fd(7)]),
  "Create a pipe: file descriptors 3 and 4": say("pipe2", [array([fd(3), fd(4)]), named("")]),
  "Seek to offset 10 in /f": say("lseek", [fd(3, "/f"), integer(10), named("SEEK_SET")], 10),
  'Run /bin/ls: ls -l "a b"': say("execve", [
    text("/bin/ls"),
    array([text("ls"), text("-l"), text("a b")]),
    pointer(1n),
  ]),
  "Wait for any child: process 12 killed by SIGKILL": say(
    "wait4",
    [integer(-1), array([{ kind: "wait-status", status: 9 }]), named(""), NULL],
    12,
  ),
  "Start a thread: thread 12": say("clone3", [struct([["flags", integer(0x10000n)]])], 12),
  "Connect socket 3 to 192.0.2.1:443: operation now in progress (EINPROGRESS)": say(
    "connect",
    [fd(3, "socket:[1]"), ADDRESS, integer(16)],
    -115,
  ),
  "Connect socket 3 to [2001:db8::1]:443": say("connect", [
    fd(3, "socket:[1]"),
    socketAddress("2001:db8::1", 443),
    integer(28),
  ]),
  "Map 8192 bytes of memory, readable and writable: at 0x7f0000000000": say(
    "mmap",
    [NULL, integer(8192), named("PROT_READ|PROT_WRITE", 3), named("MAP_PRIVATE"), fd(-1)],
    { result: 0x7f0000000000n },
  ),
  "Sleep for 1.5 ms: interrupted by a signal": say("nanosleep", [second, NULL], -516),
  "Set the action of SIGINT: ignore": say("rt_sigaction", [
    symbol("SIGINT"),
    struct([["sa_handler", symbol("SIG_IGN")]]),
    NULL,
  ]),
  "Wake up to 1 waiters on the futex at 0x1: 0 woken": say("futex", [
    pointer(1n),
    parts("FUTEX_WAKE_PRIVATE"),
    integer(1),
  ]),
  "Get the limit RLIMIT_STACK of the caller: soft 8388608, hard unlimited": say("prlimit64", [
    integer(0),
    named("RLIMIT_STACK"),
    NULL,
    struct([
      ["rlim_cur", integer(8192n * 1024n, "kib")],
      ["rlim_max", symbol("RLIM64_INFINITY")],
    ]),
  ]),
  "Exit with status 0": say("exit_group", [integer(0)], { result: null }),
  "Send SIGTERM to its process group": say("kill", [integer(0), symbol("SIGTERM")]),
  "Send SIGTERM to all processes": say("kill", [integer(-1), symbol("SIGTERM")]),
  "Send SIGTERM to process group 5": say("kill", [integer(-5), symbol("SIGTERM")]),
  "Send signal 0 (existence check) to process 5": say("kill", [integer(5), integer(0)]),
  "Close /f: has not returned": say("close", [fd(3, "/f")], { result: null }),
};

describe("a call is described in a sentence:", () => {
  for (const [sentence, made] of Object.entries(EXAMPLES))
    test(sentence, () => {
      expect(made).toBe(sentence);
    });
});

test("a call without a template is described by its name and arguments", () => {
  expect(say("landlock_add_rule", [fd(3), integer(1), pointer(5n), integer(0)], 0)).toBe(
    "Call landlock_add_rule with ruleset_fd file descriptor 3, rule_type 1, rule_attr 0x5, flags 0",
  );
  expect(say("syscall_0x3e7", [], 7)).toBe("Call syscall_0x3e7: returned 7");
});

const ABIS = ["x64", "x64Compat", "x32", "arm64", "arm64Compat"] as const;

test("every call of every machine has a sentence, whichever arguments are known", () => {
  for (const abi of ABIS)
    for (const name of syscallNames(abi)) {
      const args = argumentsOf(name, abi) ?? [];
      for (const known of [args.length, 0]) {
        const event = call(
          name,
          args.slice(0, known).map(() => integer(1)),
          { result: 1 },
        );
        event.abi = abi;
        expect(said(event)).toMatch(/^[A-Z][^{}]*$/);
        expect(said(event)).not.toMatch(/undefined|null|NaN|N\/A|\s$/);
      }
    }
});

test("templates mention only arguments that their calls have", () => {
  const argumentNames = (name: string) =>
    ABIS.flatMap((abi: Abi) => argumentsOf(name, abi) ?? []).map((argument) => argument.name);
  for (const [key, sentence] of allSentences) {
    const name = key.split(" ")[0];
    const known = ["=", "flags", ...argumentNames(name)];
    expect({
      key,
      unknown: mentionedArguments(sentence).filter((each) => !known.includes(each)),
    }).toEqual({
      key,
      unknown: [],
    });
  }
  expect(allSentences.size).toBeGreaterThan(250);
});

test("severity and reason follow the call", () => {
  const event = call("setuid", [integer(0)]);
  event.severity = "danger";
  event.reason = "gains root privileges";
  expect(said(event)).toBe("Set its user ID to 0 [danger: gains root privileges]");
});

test("failures, severity and thread ids have colours", () => {
  const event = call("chdir", [text("/x")], { result: -2, time: 0 });
  event.severity = "warning";
  event.reason = "r";
  const coloured = written(
    (sink) => {
      sink.threadCountChanged(2);
      sink.syscallExited(event);
    },
    { colours: true },
  );
  expect(coloured).toBe(
    "\x1b[2m[pid    10] \x1b[mChange the working directory to /x: " +
      "\x1b[31mfailed: no such file or directory (ENOENT)\x1b[m \x1b[33m[warning: r]\x1b[m",
  );
});

describe("signals and exits are sentences too", () => {
  const info = (...fields: (readonly [offset: number, value: number])[]) => {
    const view = new DataView(new ArrayBuffer(128));
    for (const [offset, value] of fields) view.setInt32(offset, value, true);
    return view;
  };
  const signal = (number: number, ...fields: (readonly [number, number])[]) =>
    written((sink) =>
      sink.signal({ tid: 1, tgid: 1, signal: number, info: info([0, number], ...fields) }),
    );

  test("of a child that exited", () => {
    expect(signal(17, [8, 1], [16, 5], [24, 3])).toBe(
      "Signal SIGCHLD: child 5 exited with status 3",
    );
    expect(signal(17, [8, 2], [16, 5], [24, 9])).toBe(
      "Signal SIGCHLD: child 5 was killed by SIGKILL",
    );
  });

  test("with the sending process, the kernel or the fault address", () => {
    expect(signal(15, [16, 5], [20, 1000])).toBe("Signal SIGTERM: sent by process 5 (user 1000)");
    expect(signal(2, [8, 128])).toBe("Signal SIGINT: from the kernel");
    expect(signal(11, [8, 1])).toBe("Signal SIGSEGV: at 0x0: address not mapped");
  });

  test("of threads that stop and exit", () => {
    const lines = written((sink) => {
      sink.groupStopped(1, 20);
      sink.superseded(1, 2);
      sink.exited({ tid: 2, tgid: 1, code: 0, signal: null, core: false });
      sink.exited({ tid: 1, tgid: 1, code: null, signal: 11, core: true });
    });
    expect(lines.split("\n")).toEqual([
      "Stopped by SIGTSTP",
      "Replaced by the execve of thread 2",
      "Thread 2 of process 1 exited with status 0",
      "Process 1 was killed by SIGSEGV (core dumped)",
    ]);
  });
});

test("in immediate mode, each line is written at once", () => {
  const output = new Collected();
  const sink = new HumanSink(output, { ...STYLE, immediate: true }, String, () => 0);
  sink.syscallExited(call("getpid", [], { result: 5 }));
  expect(output.text).toBe("Get its pid: 5\n");
});

test("durations and times are shown on request", () => {
  const event = call("getpid", [], { result: 5, time: 1500, duration: 0.25 });
  expect(
    said(event, {
      durations: true,
      stamp: { absolute: { format: "unix", digits: 6 }, relative: null },
    }),
  ).toBe("1.500000 Get its pid: 5 (0.250 ms)");
});
