/** Injections into system calls, compared with strace's. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { constants } from "node:os";
import { run, runTrace, TRACE } from "./support/harness.ts";

setDefaultTimeout(60_000);

const SCRIPT = "cd /tmp; cd /etc; cd /usr; umask 7; exit 4";

interface Traced {
  readonly lines: string[];
  /** 128 + N after signal N. */
  readonly status: number;
}

/** Runs a script under a tracer. @returns its lines, without what differs from run to run */
function traced(command: readonly string[], script = SCRIPT): Traced {
  const { stderr, status, signal } = run([...command, "sh", "-c", `exec 2>/dev/null; ${script}`]);
  const lines = stderr.trimEnd().split("\n");
  return {
    lines: lines.map((line) => line.replace(/ += /, " = ").replace(/0x7f[0-9a-f]+/g, "ADDRESS")),
    status: status ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0),
  };
}

const TRACED = "trace=chdir,umask";
const strace = (injection: string) => traced(["strace", "-e", TRACED, "-e", injection]);
const trace = (injection: string) => traced([TRACE, "syscalls", "-e", `${TRACED};${injection}`]);

test.each([
  "inject=chdir:error=EIO:when=2",
  "inject=chdir:error=3000",
  "inject=chdir,umask:retval=7:when=1+2",
  "inject=chdir:retval=-1",
  "inject=%file:retval=1:syscall=gettid",
  "fault=!umask:when=2..3",
  "inject=chdir:signal=WINCH:when=2",
  "inject=chdir:signal=CHLD",
  "inject=chdir:signal=KILL:when=3",
  "inject=umask:error=EPERM:signal=TERM",
  "inject=chdir:delay_enter=20ms:when=2+",
  "inject=chdir:delay_exit=1ms:retval=0",
  "inject=chdir:poke_enter=@arg1=2f7500",
  "inject=chdir:poke_exit=@arg1=2f00:retval=3",
  "inject=openat:error=EIO",
])("%s is reported as by strace", (injection) => {
  const expected = strace(injection);
  const isMessage = (line: string) => /^\S*strace: |^trace: /.test(line);
  const got = trace(injection);
  expect(expected.lines.filter((line) => !isMessage(line))).toEqual(
    got.lines.filter((line) => !isMessage(line)),
  );
  expect(got.status).toBe(expected.status);
});

test("an injected result is not executed", () => {
  const { stdout } = run(
    [TRACE, "syscalls", "-o", "/dev/null", "-e", "inject=chdir:retval=0"].concat([
      "--",
      "sh",
      "-c",
      "cd /usr; /bin/pwd",
    ]),
  );
  expect(stdout.toString()).not.toBe("/usr\n");
});

test("a delayed thread does not hold up another one, and ends when it is killed", () => {
  const script = "(cd /usr) & a=$!; umask 22; kill -9 $a; wait $a; echo $?";
  const before = performance.now();
  const args = ["syscalls", "-o", "/dev/null", "-e", "inject=chdir:delay_enter=30s"];
  const { stdout } = run([TRACE, ...args, "--", "sh", "-c", `${script} 2>/dev/null`]);
  expect(stdout.toString()).toContain("137");
  expect(performance.now() - before).toBeLessThan(10_000);
});

test("data shows what was injected", () => {
  const args = ["syscalls", "--format", "ndjson", "-o", "-", "--columns", "name,result,injected"];
  const { stdout } = run(
    [TRACE, ...args, "-e", "umask;inject=umask:retval=3:delay_exit=1"].concat([
      "--",
      "sh",
      "-c",
      "umask 7",
    ]),
  );
  const rows = stdout
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows.filter(({ name }) => name === "umask")).toContainEqual({
    ...{ name: "umask", result: 3, injected: ["retval", "delay"] },
  });
});

test("memory is read where process_vm_readv(2) is refused", () => {
  const refused = "inject=process_vm_readv:error=EPERM";
  const outer = ["syscalls", "--no-follow", "-o", "/dev/null", "-e", refused, "--"];
  const inner = [TRACE, "syscalls", "-e", "trace=execve", "--", "/bin/true"];
  const { status, stderr } = runTrace([...outer, ...inner]);
  expect(status).toBe(0);
  expect(stderr).toStartWith('execve("/bin/true", ["/bin/true"], 0x');
});
