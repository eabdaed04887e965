/** `trace watch --on-event`: a command for each event, which must neither loop nor hold up the watching. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run, runTrace, temporaryDirectory, until } from "./support/harness.ts";
import { besideWatch, type WatchOptions } from "./support/watch.ts";

setDefaultTimeout(120_000);

const NOBODY = 65534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

/** A directory to watch and one beside it, both of a user. */
function workspace(uid = 0) {
  const directory = temporaryDirectory();
  const [watched, beside] = ["watched", "beside"].map((name) => join(directory.path, name));
  for (const path of [watched, beside]) {
    mkdirSync(path);
    chownSync(path, uid, uid);
  }
  chmodSync(directory.path, 0o755);
  return { watched, beside, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

const linesIn = (path: string) =>
  existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];

/** Watches for new files with a command. */
function watchNew(
  { watched }: { readonly watched: string },
  command: string,
  work: () => unknown,
  options: WatchOptions & { readonly args?: readonly string[] } = {},
) {
  const args = ["--types", "CREATE", "--format", "csv", "--columns", "path"];
  const { args: more = [] } = options;
  return besideWatch([...args, ...more, "--on-event", command, watched], work, options);
}

test("each event gets a command with the event as JSON", async () => {
  using at = workspace();
  const seen = join(at.beside, "seen");
  const { stdout, stderr, status } = await watchNew(at, `cat >>${seen}`, async () => {
    for (const name of ["a", "b\\n", 'c"'])
      run(["sh", "-c", 'echo x >"$0"', join(at.watched, name)]);
    await until(() => linesIn(seen).length === 3);
  });
  const events = linesIn(seen).map((line) => JSON.parse(line));
  expect(events.map(({ type }) => type)).toEqual(["CREATE", "CREATE", "CREATE"]);
  expect(events.map(({ path }) => path).sort()).toEqual(
    ["a", "b\\n", 'c"'].map((name) => join(at.watched, name)),
  );
  expect(events[0]).toMatchObject({ comm: "sh", user: "root", mode: "0644" });
  expect(stdout.split("\n").length).toBe(5);
  expect(stderr).toContain("trace: --on-event: 3 commands, of which 0 failed\n");
  expect([status, stderr]).toEqual([0, expect.stringContaining("3 events, complete\n")]);
});

test.each([[[]], [["--no-ebpf"]]])(
  "what a command changes runs no command, nor what it leaves behind: %j",
  async (args) => {
    using at = workspace();
    const script = `cd ${at.watched}; : >own$$; (setsid sh -c 'sleep 0.4; : >late'$$ &)`;
    const { stdout, stderr } = await watchNew(
      at,
      script,
      async () => {
        run(["touch", join(at.watched, "a")]);
        await until(() => run(["ls", at.watched]).stdout.toString().includes("late"));
        await Bun.sleep(600);
      },
      { args },
    );
    const names = stdout.match(/[^/"]+(?="\n)/g) ?? [];
    expect(names.map((name) => name.replace(/\d+/, ""))).toEqual(["a", "own", "late"]);
    expect(stderr).toContain("--on-event: 1 commands, of which 0 failed");
  },
);

test("an ordinary user's command does not loop, and what it may have hidden is counted", async () => {
  using at = workspace(NOBODY);
  const { stderr } = await watchNew(
    at,
    `: >${at.watched}/own$$`,
    async () => {
      run(["touch", join(at.watched, "a")]);
      await until(() => run(["ls", at.watched]).stdout.toString().includes("own"));
      await Bun.sleep(600);
    },
    { under: AS_NOBODY },
  );
  expect(stderr).toContain("--on-event: 1 commands, of which 0 failed");
  expect(stderr).toContain("INCOMPLETE: 1 events without a command (a command may");
});

test("slow commands do not hold up the watching; what waits is bounded and counted", async () => {
  using at = workspace();
  const { stdout, stderr } = await watchNew(
    at,
    "exec sleep 100",
    () =>
      run(["sh", "-c", 'i=0; while [ $i -lt 1200 ]; do : >"$0/$i"; i=$((i+1)); done', at.watched]),
    { signal: "SIGTERM" },
  );
  expect(stdout.split("\n").length).toBe(1202);
  expect(stderr).toContain("--on-event: 4 commands, of which 4 failed");
  expect(stderr).toContain("INCOMPLETE: 1196 events without a command (more than 1000 waited");
  expect(run(["pgrep", "-f", "^sleep 100$", "-P", String(process.pid)]).stdout.toString()).toBe("");
});

test("no more commands start in a second than are allowed", async () => {
  using at = workspace();
  const seen = join(at.beside, "seen");
  await watchNew(
    at,
    `date +%s%N >>${seen}`,
    async () => {
      run(["sh", "-c", 'for i in 1 2 3 4 5 6 7; do : >"$0/$i"; done', at.watched]);
      await until(() => linesIn(seen).length === 7);
    },
    { args: ["--on-event-rate", "2"] },
  );
  // Two at once, the others half a second apart.
  const times = linesIn(seen).map(Number);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(2e9);
});

test("under sudo the command has the rights of the user who invoked it", async () => {
  using at = workspace(NOBODY);
  const seen = join(at.beside, "seen");
  const env = { ...process.env, SUDO_UID: `${NOBODY}`, SUDO_USER: "nobody" };
  await watchNew(
    at,
    `id -u >>${seen}`,
    async () => {
      run(["touch", join(at.watched, "a")]);
      await until(() => linesIn(seen).length === 1);
    },
    { env },
  );
  expect(linesIn(seen)).toEqual([String(NOBODY)]);
});

test("a command that fails is reported once, and the rate is checked", async () => {
  using at = workspace();
  const { stderr } = await watchNew(at, "exit 7", async () => {
    for (const name of ["a", "b"]) run(["touch", join(at.watched, name)]);
    await Bun.sleep(500);
  });
  expect(stderr.match(/the command of --on-event failed with status 7/g)).toHaveLength(1);
  expect(stderr).toContain("--on-event: 2 commands, of which 2 failed");
  for (const args of [
    ["--on-event-rate", "0"],
    ["--on-event", " "],
  ])
    expect(runTrace(["watch", ...args, at.watched]).status).toBe(2);
});
