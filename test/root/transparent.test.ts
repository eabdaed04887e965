/** The command gets the same state with trace as without. */
import { describe, expect, test } from "bun:test";
import { difference, type Run, run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

/** Replaces what differs between processes. */
const OWN = /^(pid|ppid)\t/;

function stateOf({ stdout }: Run): string[] {
  return stdout.toString().split("\n").slice(0, -1);
}

/** The session, the process group and the autogroup have new numbers each time; ours are known. */
const SESSION = /^(pgrp\t|sid\t|\/proc\/self\/autogroup\t\/autogroup-)\d+/;
const OURS = stateOf(run([program("state")])).filter((text) => SESSION.test(text));

/**
 * Returns what `state` prints when a shell executes it, with or without trace. `prepare` is shell
 * code that ends with the word before the command.
 */
function stateAfter(prepare: string, trace: readonly string[], shell = "sh"): string[] {
  using directory = temporaryDirectory();
  const script = `${prepare} "$@"`;
  const command = [...trace, program("state"), "one", "--two", "three 3"];
  const result = run([shell, "-c", script, shell, ...command], {
    cwd: "/",
    env: { ...process.env, HOME: directory.path, ODD: "\u00e9 = 'x'\n", EMPTY: "" },
  });
  if (result.status !== 0) throw new Error(`${prepare}: status ${result.status}: ${result.stderr}`);
  return stateOf(result)
    .filter((text) => !OWN.test(text))
    .map((text) => text.replaceAll(/(pipe|socket):\[\d+\]/g, "$1"))
    .map((text) => text.replaceAll(directory.path, "HOME"))
    .map((text) => (OURS.includes(text) ? text : text.replace(SESSION, "$1another")));
}

const TRACED = [TRACE, "exec", "-q", "-o", "/dev/null", "--"];
const BY_PTRACE = {
  "trace syscalls": [TRACE, "syscalls", "-o", "/dev/null", "--"],
  "trace syscalls -e": [TRACE, "syscalls", "-e", "openat", "-o", "/dev/null", "--"],
  "trace exec --backend ptrace": [
    TRACE,
    "exec",
    "-q",
    "--backend",
    "ptrace",
    "-o",
    "/dev/null",
    "--",
  ],
};

const PREPARED = {
  "nothing special": "exec",
  "an inherited fd": "exec 9</etc/passwd; exec",
  "many inherited fds": "exec 3</etc/passwd 4>/dev/null 5<>/dev/zero 8</ 9<&0; exec",
  "an fd that has been read from": "exec 9</etc/passwd; read line <&9; exec",
  "closed stdin": "exec <&-; exec",
  "closed stdin and stderr": "exec <&- 2>&-; exec",
  "a lowered soft limit of files": "ulimit -S -n 100; exec",
  "a lowered hard limit of files": "ulimit -n 200; exec",
  "a lowered hard and soft limit of files": "ulimit -H -n 300; ulimit -S -n 50; exec",
  "a limit of the stack": "ulimit -S -s 1000; exec",
  "limits of core and file size": "ulimit -c 0; ulimit -f 1000000; exec",
  "ignored SIGPIPE": "trap '' PIPE; exec",
  "ignored SIGINT and SIGQUIT": "trap '' INT QUIT; exec",
  "ignored SIGHUP, SIGTERM and SIGCHLD": "trap '' HUP TERM CHLD; exec",
  "ignored SIGXFSZ and SIGUSR1": "trap '' XFSZ USR1; exec",
  "ignored real-time signals": "exec env --ignore-signal=RTMIN --ignore-signal=RTMAX",
  "blocked signals": "exec env --block-signal=USR1 --block-signal=CHLD --block-signal=INT",
  "default signals": "exec env --default-signal",
  "a umask": "umask 0027; exec",
  "another directory": "cd /usr/share; exec",
  niceness: "exec nice -n 5",
  "a scheduling class of input and output": "exec ionice -c 3",
  "one CPU": "exec taskset -c 0",
  "another personality": "exec setarch -R",
  "a batch scheduler": "exec chrt -b 0",
  "an OOM score": "echo 500 >/proc/self/oom_score_adj; exec",
  "no new privileges": "exec setpriv --no-new-privs",
  "fewer environment variables": "exec env -i ONE=1 PATH=/usr/bin:/bin",
  "a session of its own": "exec setsid -w",
  "a subshell in a pipe": "true | exec",
};

describe("the command gets the same as without trace", () => {
  for (const [what, prepare] of Object.entries(PREPARED))
    test(`with ${what}`, () => {
      const without = stateAfter(prepare, []);
      expect(without.length).toBeGreaterThan(50);
      expect(difference(without, stateAfter(prepare, TRACED))).toBe("");
    });

  test("with a shell that forks it, where trace is only a child", () => {
    const without = stateAfter("trap '' PIPE; :; ", []);
    expect(difference(without, stateAfter("trap '' PIPE; :; ", TRACED))).toBe("");
  });

  test("with --no-follow", () => {
    const trace = [TRACE, "exec", "-q", "--no-follow", "-o", "/dev/null", "--"];
    expect(difference(stateAfter("exec", []), stateAfter("exec", trace))).toBe("");
  });

  test("with --cgroups, except for the cgroup", () => {
    const trace = [TRACE, "exec", "-q", "--cgroups", "-o", "/dev/null", "--"];
    const other = (lines: string[]) =>
      lines.filter((text) => !text.startsWith("/proc/self/cgroup\t0:"));
    expect(difference(other(stateAfter("exec", [])), other(stateAfter("exec", trace)))).toBe("");
  });

  test("with a terminal", () => {
    const tty = (command: string[]) => {
      const quoted = command.map((word) => `'${word}'`).join(" ");
      const { stdout } = run(["script", "-qec", quoted, "/dev/null"], { stdin: "" });
      return stdout
        .toString()
        .split("\r\n")
        .filter((text) => /tty|foreground|fd /.test(text))
        .map((text) => text.replace(/^(foreground pgrp)\t\d+/, "$1\tsome"));
    };
    const without = tty([program("state")]);
    expect(without).toContain("controlling tty\t1");
    expect(difference(without, tty([...TRACED, program("state")]))).toBe("");
  });
});

/** The seccomp filter, which avoids most ptrace stops, is visible in /proc/PID/status. */
const unfiltered = (lines: string[]) =>
  lines.filter((text) => !/^\/proc\/self\/status\tSeccomp(_filters)?:/.test(text));

describe.each(Object.entries(BY_PTRACE))("under %s the command gets the same", (_, trace) => {
  test.each(Object.entries(PREPARED))("with %s", (_what, prepare) => {
    expect(
      difference(unfiltered(stateAfter(prepare, [])), unfiltered(stateAfter(prepare, trace))),
    ).toBe("");
  });
});

test("standard input reaches the command and its output comes back unchanged", () => {
  using directory = temporaryDirectory();
  const input = Buffer.alloc(300_000, "every byte \x00\x01\xff\n", "latin1");
  const { status, stdout } = run([TRACE, "exec", "-q", "--", "cat"], {
    cwd: directory.path,
    stdin: input,
  });
  expect(status).toBe(0);
  expect(stdout.equals(input)).toBe(true);
});
