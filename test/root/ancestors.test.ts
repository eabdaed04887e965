/** The column ancestors: which processes led to an event, on both backends and in every command. */
import { describe, expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MAX_CHAIN } from "../../src/events/process-chain.ts";
import { COLUMNS, chain, type Row, rowsIn } from "./support/chains.ts";
import { run, runTrace, TRACE, temporaryDirectory, until } from "./support/harness.ts";

/** Runs a script, which the file `script` has, and returns the rows of trace exec. */
function recorded(backend: string, script: string, args: readonly string[], command: string[]) {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  writeFileSync(join(cwd, "script"), script);
  const options = ["--backend", backend, "--format", "ndjson", "--columns", COLUMNS, "-o", "rows"];
  const { status, stderr } = runTrace(["exec", ...options, ...args, "--", ...command], { cwd });
  expect(stderr).toMatch(/, complete( \(by ptrace.*)?\n$/);
  expect(status).toBe(0);
  return rowsIn(readFileSync(join(cwd, "rows"), "utf8"));
}

/** The chain of the row that opened, removed or executed a file. */
const chainOf = (rows: readonly Row[], name: string) =>
  chain(rows.findLast(({ fname, path }) => fname === name || path?.endsWith(`/${name}`)));

for (const backend of ["bpf", "ptrace"])
  describe(backend, () => {
    const record = (script: string, args: string[] = [], command = ["sh", "-c", "sh script; :"]) =>
      recorded(backend, script, args, command);

    test("a chain leads from the process over its scripts to the command, and on to who ran trace", () => {
      const rows = record("touch a\n(: >b; :)\nrm a\n", ["--events", "open,unlink"]);
      const script = "sh script ← sh -c sh script; :";
      expect(chainOf(rows, "a")).toBe(`rm a ← ${script}`);
      expect(chainOf(rows, "b")).toBe(`sh script ← ${script}`);
      // Process events are not reported unless they are asked for.
      expect(new Set(rows.map(({ event }) => event))).toEqual(new Set(["open", "unlink"]));
      for (const { pid, ancestors } of rows) {
        expect(ancestors?.[0].pid).toBe(pid);
        expect(ancestors?.map((each) => each.pid)).toContain(process.pid);
      }
    });

    test("the events of processes have the chain of their process, as it is then", () => {
      const rows = record("sleep 0\n:\n", ["--events", "fork,exec,exit"]);
      expect(rows.map((row) => `${row.event}: ${chain(row)}`)).toEqual([
        "exec: sh -c sh script; :",
        "fork: sh -c sh script; :",
        "exec: sh script ← sh -c sh script; :",
        "fork: sh script ← sh -c sh script; :",
        "exec: sleep 0 ← sh script ← sh -c sh script; :",
        "exit: sleep 0 ← sh script ← sh -c sh script; :",
        "exit: sh script ← sh -c sh script; :",
        "exit: sh -c sh script; :",
      ]);
    });

    test("a daemon keeps the processes that led to it, though they have ended and init adopted it", () => {
      const script = "(setsid sh -c 'sleep 0.3; : >late; :' &)\n";
      const rows = record(script, [], ["sh", "-c", "sh script; sleep 1; :"]);
      const daemon =
        "sh -c sleep 0.3; : >late; : ← sh script ← sh script ← sh -c sh script; sleep 1; :";
      expect(chainOf(rows, "late")).toBe(daemon);
    });

    test("a process that executes several programs is in the chain once, as the last of them", () => {
      const rows = record("exec env A=1 sh -c 'exec touch x'\n");
      expect(chainOf(rows, "x")).toBe("touch x ← sh -c sh script; :");
    });

    test("a deep chain is cut and says so", () => {
      const script = 'if [ "$1" -gt 0 ]; then sh script $(($1 - 1)); :; else : >deep; fi\n';
      const rows = record(script, [], ["sh", "script", "40"]);
      const deep = rows.find(({ fname }) => fname === "deep");
      expect(deep?.ancestors?.map(({ argv }) => argv.join(" "))).toEqual([
        ...Array.from({ length: MAX_CHAIN }, (_, i) => `sh script ${i}`),
        "",
      ]);
      expect(deep?.ancestors?.at(-1)).toEqual({ pid: 0, comm: "…", argv: [] });
    });

    test("hostile names and long arguments are data", () => {
      const script = `exec -a $'\\xff\\e[1m \\xe2\\x86\\x90 cron\\n"' sh -c ': >h; :' ${"x".repeat(1000)}\n`;
      const rows = record(script, [], ["bash", "-c", "bash script; :"]);
      const hostile = rows.find(({ fname }) => fname === "h");
      const [name, ...words] = hostile!.ancestors![0].argv;
      expect(name).toBe('\udcff\x1b[1m ← cron\n"');
      expect(words.at(-1)).toMatch(/^x{200,250}…$/);
    });

    test("a pid that is used again has the chain of its new process", () => {
      using directory = temporaryDirectory();
      const cwd = directory.path;
      writeFileSync(
        join(cwd, "script"),
        `sh -c ': >first; :'
        pid=$(awk '{print $1}' pid)
        echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid
        env sh -c 'echo $$ >again; : >second; :'
        cmp -s pid again`,
      );
      writeFileSync(join(cwd, "first"), "");
      const script = "sh -c 'echo $$ >pid; : >first; :'; sh script";
      const args = `--backend ${backend} --format ndjson --columns ${COLUMNS} -o rows`;
      const trace = `mount -t proc proc /proc && exec ${TRACE} exec ${args} -- sh -c "$0"`;
      let rows: Row[] = [];
      // Another process may take the pid first.
      for (let tries = 0; tries < 20; tries++) {
        const { status } = run(["unshare", "-mpf", "sh", "-c", trace, script], { cwd });
        rows = rowsIn(readFileSync(join(cwd, "rows"), "utf8"));
        if (status === 0) break;
      }
      const [first, second] = ["pid", "again"].map(
        (name) => rows.find(({ fname }) => fname === name)!,
      );
      expect(first.pid).toBe(second.pid);
      expect(chain(first)).toStartWith(
        "sh -c echo $$ >pid; : >first; : ← sh -c sh -c 'echo $$ >pid",
      );
      expect(chain(second)).toStartWith(
        "sh -c echo $$ >again; : >second; : ← sh script ← sh -c sh -c 'echo $$ >pid",
      );
    });

    test("a record file gives the same chains", () => {
      using directory = temporaryDirectory();
      const cwd = directory.path;
      writeFileSync(join(cwd, "script"), "touch a; rm a\n");
      const command = ["--", "sh", "-c", "sh script; :"];
      runTrace(["exec", "--backend", backend, "-o", "run.trace", ...command], { cwd });
      const args = ["show", "run.trace", "--format", "ndjson", "--columns", COLUMNS];
      const rows = rowsIn(runTrace([...args, "--events", "unlink"], { cwd }).stdout.toString());
      expect(chainOf(rows, "a")).toBe("rm a ← sh script ← sh -c sh script; :");
      expect(rows[0].ancestors?.map(({ pid }) => pid)).toContain(process.pid);
    });
  });

test("filters of trace all do not hide the parents of what they select", async () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  run(["cp", "/bin/touch", join(cwd, "trace-touch")]);
  writeFileSync(join(cwd, "script"), "./trace-touch a; :\n");
  const file = join(cwd, "rows");
  const args = ["all", "--comm", "trace-touch", "--format", "json", "--columns", COLUMNS];
  const trace = Bun.spawn([TRACE, ...args, "-o", file], { stderr: "pipe", cwd });
  await until(() => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0);
  for (let i = 0; i < 20; i++) run(["sh", "-c", "sh script; :"], { cwd });
  trace.kill("SIGINT");
  await trace.exited;
  const rows: Row[] = JSON.parse(readFileSync(file, "utf8"));
  const chains = rows.filter(({ fname }) => fname === "a").map(chain);
  expect(chains).toEqual(Array(20).fill("./trace-touch a ← sh script ← sh -c sh script; :"));
  expect(new Set(rows.map(({ event }) => event))).toEqual(new Set(["open"]));
});

test("--cgroups follows the parents of processes that enter the cgroup", () => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  writeFileSync(join(cwd, "script"), "touch a; rm a\n");
  const options = ["--cgroups", "--events", "unlink", "--format", "ndjson", "--columns", COLUMNS];
  const args = ["exec", ...options, "-o", "rows", "--", "sh", "-c", "sh script; :"];
  expect(runTrace(args, { cwd }).status).toBe(0);
  const rows = rowsIn(readFileSync(join(cwd, "rows"), "utf8"));
  expect(rows.map(chain)).toEqual(["rm a ← sh script ← sh -c sh script; :"]);
});

test.each([[], ["--no-ebpf"]])("trace procs shows chains %p", (...more: string[]) => {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  writeFileSync(join(cwd, "script"), "sleep 0.1; :\n");
  const options = ["--format", "ndjson", "--columns", "pid,event,ancestors", "-o", "rows"];
  runTrace(["procs", ...options, ...more, "--", "sh", "-c", "sh script; :"], { cwd });
  const rows = rowsIn(readFileSync(join(cwd, "rows"), "utf8"));
  const execs = rows.filter(({ event }) => event === "exec").map(chain);
  expect(execs).toEqual([
    "sh -c sh script; :",
    "sh script ← sh -c sh script; :",
    "sleep 0.1 ← sh script ← sh -c sh script; :",
  ]);
});
