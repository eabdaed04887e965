import { describe, expect, test } from "bun:test";
import type { SyscallEvent } from "../../../src/events/syscall-event.ts";
import {
  parseRules,
  RuleError,
  SeverityClassifier,
} from "../../../src/filters/severity/classifier.ts";
import { BUILT_IN_RULES } from "../../../src/filters/severity/rules.ts";
import { array, integer, NULL, pointer, struct, type Value } from "../../../src/syscalls/value.ts";
import { call, fd, from, named, socketAddress, text } from "../../syscalls/builders.ts";

const PLACES = { home: "/home/u", directory: "/home/u/project" };
const RULES = parseRules(BUILT_IN_RULES);

function judge(event: SyscallEvent, rules = RULES, places = PLACES): string {
  const { severity, reason } = new SeverityClassifier(rules, places).classify(event);
  return reason === "" ? severity : `${severity}: ${reason}`;
}

const open = (path: string, flags: string) =>
  call("openat", [from(PLACES.directory), text(path), named(flags)]);
const address = (host: string) => socketAddress(host, 443);
const execve = (path: string) => call("execve", [text(path), array([]), NULL]);
const plain = (name: string, ...args: Value[]) => call(name, args);
const mprotect = (flags: string) => plain("mprotect", pointer(1n), integer(1), named(flags));

/** A matching call for each built-in rule, by its reason. */
const EXAMPLES: Readonly<Record<string, readonly [level: string, event: SyscallEvent]>> = {
  "takes control of another process": ["danger", plain("ptrace", integer(16), integer(1))],
  "inspects another process": ["warning", plain("process_vm_readv", integer(1))],
  "loads or unloads a kernel module": ["danger", plain("finit_module", fd(3))],
  "replaces or stops the running kernel": ["danger", plain("reboot", integer(1))],
  "gets direct access to the hardware": ["danger", plain("iopl", integer(3))],
  "uses eBPF or performance events": ["warning", plain("bpf", integer(5))],
  "changes the mounts": ["danger", plain("umount2", text("/mnt"), integer(0))],
  "changes swap or process accounting": ["danger", plain("swapoff", text("/swap"))],
  "changes the system clock or host name": ["warning", plain("sethostname", text("x"), integer(1))],
  "gains root privileges": ["danger", plain("setresuid", integer(-1), integer(0), integer(-1))],
  "changes its user or group IDs": ["warning", plain("setuid", integer(1000))],
  "changes its capabilities": ["warning", plain("capset", pointer(1n), pointer(2n))],
  "changes its root directory or namespaces": ["warning", plain("unshare", named("CLONE_NEWNS"))],
  "sets the set-user-ID or set-group-ID bit": [
    "danger",
    plain("chmod", text("x"), integer(0o4755, "octal")),
  ],
  "runs a program from memory": [
    "danger",
    call("execveat", [from("/memfd:x (deleted)", 3), text(""), array([]), NULL, named("")]),
  ],
  "makes memory writable and executable": ["warning", mprotect("PROT_WRITE|PROT_EXEC")],
  "connects to another machine": ["warning", plain("connect", fd(3), address("192.0.2.1"))],
  "accepts connections from other machines": ["warning", plain("bind", fd(3), address("0.0.0.0"))],
  "opens a file with keys or passwords": ["warning", open("/home/u/.ssh/id_rsa", "O_RDONLY")],
  "a device or a cache": ["info", open("/dev/null", "O_WRONLY")],
  "changes a file in the home directory": ["danger", open("/home/u/x", "O_WRONLY|O_CREAT")],
  "changes a hidden file in the home directory": ["danger", open("/home/u/.bashrc", "O_RDWR")],
  "changes a system file": ["danger", plain("unlink", text("/etc/passwd"))],
  "changes a file outside of the working directory": ["warning", open("/tmp/x", "O_CREAT")],
};

describe("each rule", () => {
  const reasons = new Set(RULES.map(({ reason }) => reason));

  test("has an example here", () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual([...reasons].sort());
  });

  for (const [reason, [level, event]] of Object.entries(EXAMPLES))
    test(`matches a call that ${reason}`, () => {
      expect(judge(event)).toBe(`${level}: ${reason}`);
    });
});

describe("no rule matches", () => {
  const harmless: Readonly<Record<string, SyscallEvent>> = {
    "a file that is read": open("/home/u/x", "O_RDONLY"),
    "a file in the working directory": open("out/x", "O_WRONLY|O_CREAT|O_TRUNC"),
    "a connection within this machine": plain("connect", fd(3), address("127.0.0.53")),
    "a connection within this machine over IPv6": plain("connect", fd(3), address("::1")),
    "memory that is only executed": mprotect("PROT_READ|PROT_EXEC"),
    "a program in a file": execve("/bin/true"),
    "permissions without the bit": plain("chmod", text("x"), integer(0o755, "octal")),
    "a call without files": plain("getpid"),
  };
  for (const [name, event] of Object.entries(harmless))
    test(name, () => {
      expect(judge(event)).toBe("info");
    });
});

test("a message to another machine matches when its address is in a struct", () => {
  const message = struct([["msg_name", address("192.0.2.1")]]);
  expect(judge(plain("sendmsg", fd(3), message))).toBe("warning: connects to another machine");
});

test("files in the home directory match even if the working directory is the home directory or /", () => {
  const event = open("/home/u/x", "O_WRONLY");
  for (const directory of ["/home/u", "/"])
    expect(judge(event, RULES, { ...PLACES, directory })).toStartWith("danger: ");
  expect(judge(open("/tmp/x", "O_WRONLY"), RULES, { ...PLACES, directory: "/" })).toBe("info");
});

test("an argument matches a number in octal or hexadecimal", () => {
  const own = parseRules("danger  chmod mode=04755,0x9ff : r");
  for (const [mode, expected] of [
    [0o4755, "danger: r"],
    [0x9ff, "danger: r"],
    [0o755, "info"],
  ] as const)
    expect(judge(plain("chmod", text("/x"), integer(mode, "octal")), own)).toBe(expected);
});

test("rules of the user come first, and the first that matches applies", () => {
  const own = parseRules(
    "info * changes in=/home/u/*.log : a log\nwarning %file,getpid : own # why",
  );
  expect(judge(open("/home/u/a.log", "O_WRONLY"), [...own, ...RULES])).toBe("info: a log");
  expect(judge(plain("getpid"), [...own, ...RULES])).toBe("warning: own");
});

test("paths are relative to the home directory, the working directory or the root", () => {
  const rules = parseRules("danger unlink in=~/*.a,./b,/c/* : r\ninfo unlink : other");
  for (const path of ["/home/u/x.a", "/home/u/project/b/c", "/c/d/e"])
    expect(judge(plain("unlink", text(path)), rules)).toBe("danger: r");
  for (const path of ["/home/u/y/x.a", "/home/u/b", "/c", "/home/u/project/bc"])
    expect(judge(plain("unlink", text(path)), rules)).toBe("info: other");
});

test("one file has to satisfy all conditions about files", () => {
  const rules = parseRules("danger rename in=/a outside=/a/b : r");
  expect(judge(plain("rename", text("/a/b/x"), text("/a/c")), rules)).toBe("danger: r");
  expect(judge(plain("rename", text("/a/b/x"), text("/c")), rules)).toBe("info");
});

test("the base directory of a relative path does not match", () => {
  const rules = parseRules("danger openat,fchmodat in=/a : r");
  const at = (name: string, path: string) => plain(name, from("/a", 3), text(path), integer(0));
  expect(judge(at("openat", "b"), rules)).toBe("danger: r");
  expect(judge(at("openat", "../b"), rules)).toBe("info");
  expect(judge(at("fchmodat", "/b"), rules)).toBe("info");
  expect(judge(at("openat", ""), rules)).toBe("danger: r");
});

test("an invalid rule is reported with its line and the reason", () => {
  const wrong: Readonly<Record<string, string>> = {
    "\ndangr open : x": "line 2: dangr: expected danger, warning or info",
    "danger opne : x": "line 1: opne: no such system call; did you mean open?",
    "danger open": "line 1: expected a reason after a colon",
    "danger : x": "line 1: expected a level and calls before the colon",
    "danger open sometimes : x": "line 1: sometimes: no such condition",
    "danger setuid uit=0 : x": "line 1: uit: no such argument; did you mean uid?",
    "danger chmod mode&x : x": "line 1: mode&x: no such condition",
  };
  for (const [text, message] of Object.entries(wrong)) {
    expect(() => parseRules(text)).toThrow(RuleError);
    expect(() => parseRules(text)).toThrow(message);
  }
});
