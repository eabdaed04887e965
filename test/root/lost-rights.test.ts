/** Programs whose files give rights, with and without them: what a tracer says they lost. */
import { expect, test } from "bun:test";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { keepsRights, LostRights } from "../../src/sources/ptrace/lost-rights.ts";
import { run, temporaryDirectory } from "./support/harness.ts";
import { program } from "./support/programs.ts";

const NOBODY = 65534;
/** Makes the kernel ignore the rights of files, as it does for a traced program. */
const WITHOUT_RIGHTS = ["setpriv", "--no-new-privs"];

/** Runs a copy of a program with this mode and owner. @returns what is said of it */
async function said(options: {
  readonly mode: string;
  readonly owner?: string;
  readonly capability?: boolean;
  readonly before?: readonly string[];
  readonly directory?: string;
}): Promise<string | null> {
  using temporary = temporaryDirectory();
  const directory = options.directory ?? temporary.path;
  const copy = join(directory, `sleeper-${process.pid}`);
  copyFileSync(program("lifecycle"), copy);
  run(["chown", options.owner ?? `${NOBODY}:${NOBODY}`, copy]);
  run(["chmod", options.mode, copy]);
  // VFS_CAP_REVISION_2 with CAP_NET_RAW.
  const value = "0x0100000200200000000000000000000000000000";
  if (options.capability) setCapability(copy, value);
  const child = Bun.spawn([...(options.before ?? []), copy, "sleep"]);
  try {
    const executed = () =>
      run(["readlink", `/proc/${child.pid}/exe`])
        .stdout.toString()
        .trim();
    for (let tries = 0; tries < 200 && executed() !== copy; tries++) await Bun.sleep(10);
    expect(executed()).toBe(copy);
    const program = new LostRights().program(child.pid);
    return program === null ? null : program.replace(copy, "it");
  } finally {
    child.kill("SIGKILL");
    await child.exited;
    run(["rm", "-f", copy]);
  }
}

function setCapability(path: string, value: string): void {
  const code = `import os; os.setxattr(${JSON.stringify(path)}, "security.capability", bytes.fromhex("${value.slice(2)}"))`;
  expect(run(["python3", "-c", code]).status).toBe(0);
}

test.each([
  ["a set-user-ID program", "4755", "it"],
  ["a set-group-ID program", "2755", "it"],
  ["a program with both", "6755", "it"],
  ["a set-group-ID file that the group may not execute, which sets no group", "2745", null],
  ["an ordinary program", "0755", null],
])("%s without its rights", async (_, mode, expected) => {
  expect(await said({ mode, before: WITHOUT_RIGHTS })).toBe(expected);
});

test.each(["4755", "2755", "6755"])("a program of mode %s keeps its rights", async (mode) => {
  expect(await said({ mode })).toBeNull();
});

test("a set-user-ID program of the user who runs it loses nothing", async () => {
  expect(await said({ mode: "4755", owner: "0:0", before: WITHOUT_RIGHTS })).toBeNull();
});

test("a program with file capabilities", async () => {
  expect(await said({ mode: "0755", capability: true })).toBe("it");
});

test("a program of a mount without set-user-ID loses nothing", async () => {
  using mount = temporaryDirectory();
  expect(run(["mount", "-t", "tmpfs", "-o", "nosuid", "none", mount.path]).status).toBe(0);
  try {
    const directory = mount.path;
    expect(await said({ mode: "4755", before: WITHOUT_RIGHTS, directory })).toBeNull();
    expect(await said({ mode: "0755", capability: true, directory })).toBeNull();
  } finally {
    run(["umount", mount.path]);
  }
});

test("nothing is said of a process that has ended", () => {
  expect(new LostRights().program(99999999)).toBeNull();
});

test("a tracer with CAP_SYS_PTRACE takes no rights away", () => {
  expect(keepsRights()).toBe(true);
  const code = `import { keepsRights } from "${join(import.meta.dir, "../../src/sources/ptrace/lost-rights.ts")}"; console.log(keepsRights())`;
  const without = ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"];
  const { stdout } = run([...without, process.execPath, "-e", code]);
  expect(stdout.toString()).toBe("false\n");
});
