/** The library's system calls in a program that imports it, as root and as another user. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, temporaryDirectory } from "./support/harness.ts";
import { program, ROOT } from "./support/programs.ts";

setDefaultTimeout(120_000);

const HEAD = `
import { readFileSync } from "node:fs";
import { bytesOf, CommandError, SystemError, traceSyscalls } from "${ROOT}/src/index.ts";
const print = (value: unknown) => console.log("RESULT " + JSON.stringify(value));
const isRunning = (pid: number) => {
  try {
    return !/State:\\tZ/.test(readFileSync(\`/proc/\${pid}/status\`, "utf8"));
  } catch {
    return false;
  }
};
`;
const OTHER_USER = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const USERS = [
  ["root", []],
  ["another user", OTHER_USER],
] as const;

/** Runs a program that imports the library in a directory of its own. @returns what it prints */
function resultOf(body: string, user: readonly string[] = []): unknown {
  using directory = temporaryDirectory();
  const { path } = directory;
  chmodSync(path, 0o777);
  writeFileSync(join(path, "program.ts"), HEAD + body);
  const command = [...user, "timeout", "20", process.execPath, "program.ts"];
  const { stdout, stderr, status } = run(command, {
    cwd: path,
    env: { ...process.env, HOME: path, LC_ALL: "C" },
  });
  const line = stdout.toString().match(/^RESULT (.*)$/m)?.[1];
  if (line === undefined || status !== 0) throw new Error(`${status}: ${stdout}${stderr}`);
  return JSON.parse(line);
}

describe.each(USERS)("as %s", (_, user) => {
  test("calls have their arguments, and the trace has the command's status", () => {
    const body = `
      const opens: unknown[] = [];
      const trace = traceSyscalls({ command: ["sh", "-c", "echo hi >new; exit 3"] });
      for await (const call of trace)
        if (call.name === "openat" && call.args.flags.has("O_WRONLY")) {
          const { args, number, abi, category, mode, reason, errno, cut, resultPath } = call;
          const own = call.pid === trace.pid && call.tid === trace.pid;
          const recent = Math.abs(Date.now() - call.time) < 60_000 && call.duration! >= 0;
          opens.push([args.filename, args.dfd, args.mode, number, abi, category, mode, reason, errno, cut,
            resultPath, own, recent]);
        }
      print([process.cwd(), opens, trace.status]);`;
    const [directory, opens, status] = resultOf(body, user) as [string, unknown[][], number];
    expect(status).toBe(3);
    const number = process.arch === "arm64" ? 56 : 257;
    expect(opens).toEqual([
      [
        ...["new", { fd: -100, path: directory }, 0o666, number, process.arch, "file", "danger"],
        ...["changes a file in the home directory", null, [], join(directory, "new"), true, true],
      ],
    ]);
  });

  test("children are followed, unless follow is false", () => {
    const body = `
      const counts: number[] = [];
      for (const follow of [true, false]) {
        const pids = new Set<number>();
        const command = ["sh", "-c", "/bin/true; /bin/true; :"];
        for await (const call of traceSyscalls({ command, follow })) pids.add(call.pid);
        counts.push(pids.size);
      }
      print(counts);`;
    expect(resultOf(body, user)).toEqual([3, 1]);
  });

  test("calls can be filtered, and a failed call has its error", () => {
    const body = `
      const seen: unknown[] = [];
      const command = ["cat", "/absent"];
      for await (const { name, result, errno } of traceSyscalls({ command, calls: "openat;status=failed" }))
        seen.push([name, result, errno]);
      print(seen.at(-1));`;
    expect(resultOf(body, user)).toEqual(["openat", -2, "ENOENT"]);
  });

  test("while the command sleeps the program continues, with children of its own", () => {
    const body = `
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      const own: Promise<number>[] = [];
      for await (const call of traceSyscalls({ command: ["sh", "-c", "sleep 0.3; sleep 0.3"] }))
        if (own.length < 20) own.push(Bun.spawn(["sh", "-c", "exit 7"]).exited);
      clearInterval(timer);
      print([turns > 10, own.length, ...new Set(await Promise.all(own))]);`;
    expect(resultOf(body, user)).toEqual([true, 20, 7]);
  });

  test("children of the program end as its own, also when the command stops and continues", () => {
    const script =
      "for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 0.02; kill -CONT $$) & kill -STOP $$; done; wait";
    const body = `
      const own: Promise<number>[] = [];
      for await (const call of traceSyscalls({ command: ["sh", "-c", ${JSON.stringify(script)}] }))
        if (own.length < 200) own.push(Bun.spawn(["/bin/sh", "-c", "exit 7"]).exited);
      print([own.length, ...new Set(await Promise.all(own))]);`;
    expect(resultOf(body, user)).toEqual([200, 7]);
  });

  test("leaving the loop ends the command and what it started", () => {
    const body = `
      const pids = new Set<number>();
      const command = ["sh", "-c", "sleep 1000 & sleep 1000"];
      for await (const call of traceSyscalls({ command })) {
        pids.add(call.pid);
        if (pids.size === 3) break;
      }
      print([...pids].map(isRunning));`;
    expect(resultOf(body, user)).toEqual([false, false, false]);
  });

  test("a process that was attached to continues", () => {
    const body = `
      const there = Bun.spawn(["sh", "-c", "while :; do read x </dev/null; done"]);
      for await (const { name } of traceSyscalls({ pids: [there.pid] })) if (name === "openat") break;
      const tracer = (await Bun.file(\`/proc/\${there.pid}/status\`).text()).match(/TracerPid:\\t(.*)/)![1];
      print([tracer, there.exitCode]);
      there.kill();
      await there.exited;`;
    expect(resultOf(body, user)).toEqual(["0", null]);
  });

  test("errors have types", () => {
    const body = `
      const errors: unknown[] = [];
      const attempt = async (options: Parameters<typeof traceSyscalls>[0]) => {
        try {
          for await (const call of traceSyscalls(options)) call;
        } catch (error) {
          errors.push([(error as Error).constructor.name, (error as Error).message]);
        }
      };
      await attempt({ command: ["/absent"] });
      await attempt({ command: ["no-such-command"] });
      await attempt({ pids: [2] });
      await attempt({ command: ["true"], calls: "opnat" });
      await attempt({ command: ["true"], rules: "dangr open : x" });
      await attempt({});
      print(errors);`;
    const errors = resultOf(body, user) as [string, string][];
    expect(errors.map(([name]) => name)).toEqual([
      ...[
        "CommandError",
        "CommandError",
        "SystemError",
        "ExpressionError",
        "RuleError",
        "TypeError",
      ],
    ]);
    expect(errors[2][1]).toContain("PTRACE_SEIZE, 2): EPERM");
  });
});

test("processes that begin and end in unusual ways end as without tracing", () => {
  const lives = ["fork", "vfork", "threads", "exec from a thread", "exit from a thread", "killed"];
  lives.push("the first thread ends first", "killed with threads", "killed at birth", "a fault");
  lives.push("restarted", "daemon", "a bad exec");
  const body = `
    const statuses: unknown[] = [];
    for (const what of ${JSON.stringify(lives)}) {
      const command = ["${program("lifecycle")}", what];
      const { exitCode } = Bun.spawnSync(["sh", "-c", '"$@"; exit $?', "sh", ...command]);
      const trace = traceSyscalls({ command });
      for await (const { name } of trace) name;
      statuses.push([what, exitCode, trace.status]);
    }
    print(statuses);`;
  const statuses = resultOf(body) as [string, number, number][];
  expect(statuses.map(([what, , traced]) => [what, traced])).toEqual(
    statuses.map(([what, native]) => [what, native]),
  );
  expect(new Set(statuses.map(([, native]) => native)).size).toBeGreaterThan(2);
});

test("only one trace may be active; closing it allows another", () => {
  const body = `
    const first = traceSyscalls({ command: ["sleep", "1000"] });
    let refused = "";
    try { traceSyscalls({ command: ["true"] }); } catch (error) { refused = (error as Error).message; }
    first.close();
    let calls = 0;
    for await (const call of traceSyscalls({ command: ["true"] })) calls++;
    print([refused, isRunning(first.pid!), calls > 10]);`;
  expect(resultOf(body)).toEqual(["another trace is under way: close it first", false, true]);
});

test("a name that is not UTF-8 gives its bytes back", () => {
  const body = `
    const names: unknown[] = [];
    const command = ["sh", "-c", "cat \\"$(printf 'a\\\\377\\\\303\\\\266')\\""];
    for await (const call of traceSyscalls({ command, calls: "openat" }))
      if (call.name === "openat" && typeof call.args.filename === "string")
        names.push([call.args.filename, [...bytesOf(call.args.filename)]]);
    print(names.at(-1));`;
  expect(resultOf(body)).toEqual(["a\udcffö", [0x61, 0xff, 0xc3, 0xb6]]);
});

test("custom rules take precedence", () => {
  const body = `
    const modes: unknown[] = [];
    const rules = "danger openat in=./secret : not for you";
    for await (const call of traceSyscalls({ command: ["cat", "secret"], rules, calls: "openat" }))
      modes.push([call.mode, call.reason]);
    print(modes.at(-1));`;
  expect(resultOf(body)).toEqual(["danger", "not for you"]);
});
