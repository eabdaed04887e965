/** `trace exec --digest`: digests of inputs and outputs, and never a wrong one that is exact. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import eventsSchema from "../../docs/schema/events.schema.json";
import summarySchema from "../../docs/schema/summary.schema.json";
import type { FileDigest } from "../../src/events/file-digest.ts";
import { changeFiles } from "../digest/faults.ts";
import { type Json, JsonSchema } from "../json-schema.ts";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";
import { mounted } from "./support/mounts.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

const BACKENDS = ["bpf", "ptrace"] as const;

const sha256 = (content: string | Uint8Array) =>
  new Bun.CryptoHasher("sha256").update(content).digest("hex");

type Known = Pick<FileDigest, "state" | "sha256">;

/** Records a script. @returns the digests by role and name, and the messages */
function digestsOf(
  cwd: string,
  script: string,
  { args = [], under = [] }: { args?: readonly string[]; under?: readonly string[] } = {},
) {
  const options = ["--digest", "all", "--format", "ndjson", "--header", "-o", "-", ...args];
  const command = [...under, TRACE, "exec", ...options, "--", "sh", "-c", script];
  const { stdout, stderr } = run(command, { cwd });
  const lines = stdout.toString().split("\n").filter(Boolean);
  const digests: Record<string, Known> = {};
  for (const line of lines) {
    const { digest } = JSON.parse(line) as { digest?: FileDigest };
    if (!digest) continue;
    const { role, path, state, sha256: hash } = digest;
    digests[`${role} ${path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path}`] = {
      state,
      sha256: hash,
    };
  }
  return { digests, stderr };
}

const exact = (content: string | Uint8Array): Known => ({
  state: "exact",
  sha256: sha256(content),
});

/** Files that are written now could have been changed after the open: their times are too young. */
const settle = () => Bun.sleepSync(60);

test.each(BACKENDS)("inputs, outputs and programs have their digests: %s", (backend) => {
  using directory = temporaryDirectory();
  const { path } = directory;
  const big = Buffer.alloc(9_000_000, 7);
  writeFileSync(join(path, "a"), "hello\n");
  writeFileSync(join(path, "big"), big);
  writeFileSync(join(path, "renamed"), "renamed\n");
  writeFileSync(join(path, "it's\n\x1b[1m"), "odd\n");
  writeFileSync(join(path, "prog"), "#!/bin/sh\n:\n");
  chmodSync(join(path, "prog"), 0o755);
  const program = readFileSync("/bin/true");
  writeFileSync(join(path, "true"), program, { mode: 0o755 });
  settle();
  const script =
    "./true; cat a big renamed it*>out; echo t >tmp; mv tmp moved; rm -f renamed; ln -s a link; ln out hard;" +
    "echo x >gone; cat gone >/dev/null; rm gone; mkfifo fifo; ./prog; mkdir d; : >d/empty; cat /proc/self/comm >/dev/null";
  const { digests, stderr } = digestsOf(path, script, {
    args: ["--backend", backend, "--digest-roots", "/proc,."],
  });
  const out = Buffer.concat([
    Buffer.from("hello\n"),
    big,
    Buffer.from("renamed\n"),
    Buffer.from("odd\n"),
  ]);
  const { "input renamed": renamed, ...others } = digests;
  expect(others).toEqual({
    "input a": exact("hello\n"),
    "input big": exact(big),
    "input it's\n\x1b[1m": exact("odd\n"),
    "input prog": { state: "unproven", sha256: sha256("#!/bin/sh\n:\n") },
    "program true": exact(program),
    "output out": exact(out),
    "output hard": exact(out),
    "output moved": exact("t\n"),
    "output d/empty": exact(""),
  });
  // By eBPF it may be gone before it was read, or only its name may be.
  if (backend === "ptrace") expect(renamed).toEqual(exact("renamed\n"));
  expect([null, sha256("renamed\n")]).toContain(renamed.sha256);
  expect(stderr.includes("INCOMPLETE: 1 files without a digest")).toBe(renamed.sha256 === null);
});

test.each(BACKENDS)("an input that changes right after its open is never wrong: %s", (backend) => {
  using directory = temporaryDirectory();
  const { path } = directory;
  for (let i = 0; i < 100; i++) writeFileSync(join(path, `f${i}`), `old ${i}\n`);
  settle();
  const script = "for i in $(seq 0 99); do read x <f$i; echo new >f$i; done";
  const { digests } = digestsOf(path, script, { args: ["--backend", backend] });
  for (let i = 0; i < 100; i++) {
    const input = digests[`input f${i}`];
    const isRight = input.state === "changed" || input.sha256 === sha256(`old ${i}\n`);
    expect([i, input, isRight]).toEqual([i, input, true]);
    if (backend === "ptrace") expect(input).toEqual(exact(`old ${i}\n`));
    expect(digests[`output f${i}`]).toEqual(exact("new\n"));
  }
});

test.each(BACKENDS)("files that change at any moment have no wrong digest: %s", async (backend) => {
  const { states, wrong } = await changeFiles(backend, 150, 1, 30_000);
  expect(wrong).toEqual([]);
  if (backend === "ptrace") expect(states["input exact"]).toBeGreaterThan(100);
  // Those that are changed through a mapping all the time.
  expect(states["input changed"]).toBeGreaterThanOrEqual(10);
});

test("an output that is still open for writing has no digest, and is counted", () => {
  using directory = temporaryDirectory();
  const { path } = directory;
  const script = "sleep 60 >log 2>&1 & echo $! >pid; echo x >a; sleep 0.1";
  const { digests, stderr } = digestsOf(path, script, { args: ["--backend", "bpf"] });
  process.kill(Number(readFileSync(join(path, "pid"), "utf8")), "SIGKILL");
  expect(digests).toEqual({
    "output log": { state: "changed", sha256: null },
    "output pid": expect.objectContaining({ state: "exact" }),
    "output a": exact("x\n"),
  });
  expect(stderr).toContain("1 files without a digest (changed before they were read)");
});

test("the caller of sudo gets no digests of what only root can read", () => {
  using directory = temporaryDirectory();
  const { path } = directory;
  const uid = 65534;
  chownSync(path, uid, uid);
  chmodSync(path, 0o755);
  writeFileSync(join(path, "secret"), "secret\n", { mode: 0o600 });
  writeFileSync(join(path, "public"), "public\n", { mode: 0o644 });
  settle();
  // The command has the descriptor from root.
  const command = [TRACE, "exec", "--digest", "all", "--user", "65534:65534", "--backend", "bpf"];
  const more = ["--format", "ndjson", "--header", "-o", "-", "--"];
  const script = 'cat public >/dev/null; cat "/proc/self/fd/0" >/dev/null; exit 0';
  const shell = `exec "$@" <secret`;
  const { stdout } = run(["sh", "-c", shell, "sh", ...command, ...more, "sh", "-c", script], {
    cwd: path,
  });
  const digests = stdout
    .toString()
    .split("\n")
    .filter((line) => line.startsWith('{"digest"'))
    .map((line) => (JSON.parse(line) as { digest: FileDigest }).digest);
  const text = JSON.stringify(digests);
  expect(text).toContain(sha256("public\n"));
  expect(text).not.toContain(sha256("secret\n"));
});

test("record files and summaries have the digests, as the schemas say", () => {
  using directory = temporaryDirectory();
  const { path: cwd } = directory;
  writeFileSync(join(cwd, "caf\u00e9"), "1\n");
  writeFileSync(join(cwd, "b"), "2\n");
  settle();
  const options = ["--digest", "all", "--summary=json:s.json", "-o", "run.trace", "-q"];
  runTrace(["exec", ...options, "--", "sh", "-c", "cat caf* b >c"], { cwd });
  type Summary = Record<"inputs" | "outputs", { path: string; digest?: FileDigest }[]>;
  const shown = (text: string) => {
    const summary = JSON.parse(text) as Summary;
    expect(new JsonSchema(summarySchema, true).errors(summary as unknown as Json)).toEqual([]);
    return [...summary.inputs, ...summary.outputs].flatMap(({ path, digest }) =>
      digest ? [[path.split("/").at(-1), digest.state, digest.sha256]] : [],
    );
  };
  const expected = [
    ["b", "exact", sha256("2\n")],
    ["caf\u00e9", "exact", sha256("1\n")],
    ["c", "exact", sha256("1\n2\n")],
  ];
  expect(shown(readFileSync(join(cwd, "s.json"), "utf8"))).toEqual(expected);
  const summary = (...args: string[]) => runTrace(["summary", ...args], { cwd }).stdout.toString();
  expect(shown(summary("--format", "json", "run.trace"))).toEqual(expected);
  expect(summary("run.trace")).toContain(`sha256:${sha256("2\n").slice(0, 16)}`);

  const again = runTrace(["show", "run.trace", "-o", "copy.trace", "--exclude", "b"], { cwd });
  expect(again.status).toBe(0);
  expect(shown(summary("--format", "json", "copy.trace"))).toEqual([expected[1], expected[2]]);
  const ndjson = runTrace(
    ["show", "run.trace", "--format", "ndjson", "--header", "--escape", "-o", "run.ndjson"],
    { cwd },
  );
  expect(ndjson.status).toBe(0);
  const schema = new JsonSchema(eventsSchema, true);
  const lines = readFileSync(join(cwd, "run.ndjson"), "utf8").split("\n").filter(Boolean);
  const digests = lines.filter((line) => line.startsWith('{"digest"'));
  expect(digests.length).toBeGreaterThanOrEqual(3);
  for (const line of digests) expect(schema.errors(JSON.parse(line))).toEqual([]);
});

test("files of a build under load have the digests that they have afterwards", () => {
  using directory = temporaryDirectory();
  const { path: cwd } = directory;
  run(["mkdir", "storage"], { cwd });
  // The thread that reads is never one of the working directory.
  const trap = 'require("node:fs").writeFileSync("obeyed", "")';
  for (const name of ["ts", "js"]) writeFileSync(join(cwd, `storage/digest-worker.${name}`), trap);
  for (let i = 0; i < 8; i++)
    writeFileSync(join(cwd, `m${i}.c`), `int f${i}(void) { return ${i}; }\n`);
  writeFileSync(join(cwd, "data"), Buffer.alloc(5_000_000, "data"));
  const sources = Array.from({ length: 8 }, (_, i) => `m${i}`);
  const rule = "%.o: %.c data\n\tcc -c -o $@ $<; cksum data >$*.sum\n";
  writeFileSync(join(cwd, "Makefile"), `all: ${sources.map((s) => `${s}.o`).join(" ")}\n${rule}`);
  settle();
  const load = Bun.spawn(["sh", "-c", "while :; do :; done"]);
  const { digests, stderr } = digestsOf(cwd, "make -s -j4", { args: ["--backend", "bpf"] });
  load.kill("SIGKILL");
  const names = ["Makefile", "data", ...sources.map((s) => `${s}.c`)].map((s) => `input ${s}`);
  const made = sources.flatMap((s) => [`output ${s}.o`, `output ${s}.sum`]);
  expect(Object.keys(digests).sort()).toEqual([...names, ...made].sort());
  for (const [key, digest] of Object.entries(digests)) {
    const content = readFileSync(join(cwd, key.split(" ")[1]));
    expect([key, digest]).toEqual([key, exact(content)]);
  }
  expect(stderr).toEndWith(" events, complete\n");
  expect(existsSync(join(cwd, "obeyed"))).toBe(false);
});

test("only files within the roots have digests", () => {
  using directory = temporaryDirectory();
  const { path } = directory;
  run(["sh", "-c", "mkdir src other; echo a >src/a; echo b >other/b; echo c >c"], { cwd: path });
  settle();
  const args = ["--digest-roots", "src,./c"];
  const { digests } = digestsOf(path, "cat src/a other/b c >/dev/null", { args });
  expect(Object.keys(digests)).toEqual(["input src/a", "input c"]);
  const { status, stderr } = runTrace(
    ["exec", "--digest", "all", "--digest-roots", "nowhere", "-o", "x.trace", "true"],
    { cwd: path },
  );
  expect([status, stderr.includes("--digest-roots nowhere: no such")]).toEqual([2, true]);
  expect(existsSync(join(path, "x.trace"))).toBe(false);
});

test("no file on FUSE is read while a call stands still: its server could, too", async () => {
  using directory = temporaryDirectory();
  const at = join(directory.path, "fuse");
  mkdirSync(at);
  const server = Bun.spawn([program("fusefs"), at], { stdout: "pipe" });
  await server.stdout.getReader().read();
  try {
    writeFileSync(join(at, "a"), "");
    const args = ["--backend", "ptrace"];
    const { digests } = digestsOf(directory.path, "cat fuse/a", { args });
    expect(digests).toEqual({ "input fuse/a": { state: "unread", sha256: null } });
  } finally {
    run(["umount", at]);
    await server.exited;
  }
});

test.each(["tmpfs", "subvolume", "overlay"] as const)("digests on %s", (type) => {
  using fs = mounted(type);
  writeFileSync(join(fs.path, "a"), "a\n");
  settle();
  const { digests } = digestsOf(fs.path, "cat a >b");
  const state = type === "overlay" ? "unproven" : "exact";
  expect(digests).toEqual({
    "input a": { state, sha256: sha256("a\n") },
    "output b": { state, sha256: sha256("a\n") },
  });
});
