/** The GitHub action: its steps as the runner runs them, as root and as users with and without sudo. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { type JobResult, runAction, shellCommand } from "../github/composite-action.ts";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { ROOT } from "./support/programs.ts";

setDefaultTimeout(120_000);

const { version } = await Bun.file(join(ROOT, "package.json")).json();
const ARCHIVE = `trace-${version}-linux-${process.arch}.tar.xz`;
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const SUDOERS = `Defaults secure_path="/usr/sbin:/usr/bin:/sbin:/bin"
#65534 ALL=(ALL) NOPASSWD: ALL
`;

const directory = temporaryDirectory();
const releases = join(directory.path, "all releases");
const sudoers = join(directory.path, "sudoers");
const WITH_SUDO = [
  ...["unshare", "-m", "sh", "-c"],
  'mount --make-rprivate / && mount --bind "$0" /etc/sudoers && exec "$@"',
  ...[sudoers, ...NOBODY],
];
const USERS = { root: [], "a user with sudo": WITH_SUDO, "a user without sudo": NOBODY };
type User = keyof typeof USERS;
const ALL = Object.keys(USERS) as User[];

/** Writes a release whose executable starts ./trace, because to compress ./trace takes long. */
function writeRelease(path: string, checksumOf = ARCHIVE): void {
  const name = ARCHIVE.replace(".tar.xz", "");
  const root = join(directory.path, name);
  mkdirSync(root, { recursive: true });
  mkdirSync(path, { recursive: true });
  writeFileSync(join(root, "trace"), `#!/bin/sh\nexec "${TRACE}" "$@"\n`);
  chmodSync(join(root, "trace"), 0o755);
  for (const file of ["LICENSE", "THIRD-PARTY-NOTICES"]) writeFileSync(join(root, file), "");
  run(["tar", "-C", directory.path, "-cJf", join(path, ARCHIVE), name]);
  writeFileSync(join(path, "other"), "");
  const sums = run(["sha256sum", checksumOf, "other"], { cwd: path }).stdout.toString();
  writeFileSync(join(path, "SHA256SUMS"), sums.replace(`  ${checksumOf}\n`, `  ${ARCHIVE}\n`));
}

beforeAll(() => {
  chmodSync(directory.path, 0o755);
  writeFileSync(sudoers, SUDOERS);
  chmodSync(sudoers, 0o440);
  chownSync(sudoers, 0, 0);
  writeRelease(join(releases, `download/v${version}`));
  cpSync(join(releases, `download/v${version}`), join(releases, "latest/download"), {
    recursive: true,
  });
  writeRelease(join(releases, "download/v0.0.1"), "other");
});
afterAll(() => directory[Symbol.dispose]());

let jobs = 0;
const newJob = () => join(directory.path, `job ${jobs++}`);

interface Attempt extends JobResult {
  /** The runner's directory of the job. */
  readonly directory: string;
}

interface Circumstances {
  /** The runner's directory of the job; a new one if it is not given. */
  readonly path?: string;
  /** Further variables of the environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

function attempt(
  inputs: Record<string, string>,
  user: User = "root",
  { path = newJob(), variables = {} }: Circumstances = {},
): Attempt {
  const url = { releases: releases };
  const common = { PATH: process.env.PATH!, HOME: "/home/of the job", PYTHONPATH: "kept\nby sudo" };
  const env = { ...common, ...variables };
  const job = {
    action: ROOT,
    directory: path,
    inputs: { ...url, ...inputs },
    as: USERS[user],
    env,
  };
  return { ...runAction(job), directory: path };
}

describe.each(ALL)("as %s", (user) => {
  test("the command is recorded in the environment of the step", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    const command = 'echo "$HOME|$PYTHONPATH|$PATH|${SUDO_UID-}" >"a note"\nid -u >uid';
    const { log, outputs, page, path, succeeded, used, ...job } = attempt({ command }, user);
    const verdict = user === "a user without sudo" ? ", complete (by ptrace)" : ", complete\n";
    expect([succeeded, log]).toEqual([true, expect.stringContaining(verdict)]);
    const { PATH, uid } = { PATH: path, uid: user === "root" ? "0\n" : "65534\n" };
    const read = (name: string) => readFileSync(join(job.directory, "workspace", name), "utf8");
    expect(read("a note")).toBe(`/home/of the job|kept\nby sudo|${PATH}|\n`);
    expect(read("uid")).toBe(uid);
    expect(outputs).toMatchObject({ verdict: "complete", status: "0" });
    expect(JSON.parse(readFileSync(outputs.summary, "utf8")).outputs).toContainEqual(
      expect.objectContaining({ path: join(job.directory, "workspace/a note") }),
    );
    expect(page).toContain("<summary><b>Outputs</b>: 2 files");
    expect(readFileSync(outputs.report, "utf8")).toStartWith("<!doctype html>");
    const files = `${outputs.record}\n${outputs.summary}\n${outputs.report}\n\n`;
    const inputs = { name: "trace", path: files, "if-no-files-found": "error" };
    expect(used).toEqual([
      { uses: expect.stringMatching(/^actions\/upload-artifact@[0-9a-f]{40}$/), inputs },
    ]);
  });
});

test("a command that fails has its status, its record and its summary", () => {
  const command = "cat <absent || (exit 5) | true\necho unreached";
  const { log, outputs, page, succeeded, used } = attempt({ command });
  expect([succeeded, outputs.status, outputs.verdict]).toEqual([false, "5", "complete"]);
  expect([log.includes("unreached"), used.length]).toEqual([false, 1]);
  expect(page).toContain("absent");
});

test("hostile names are neither markup nor commands of the runner", () => {
  const command = [
    "touch -- '<img src=x>' '**bold**' '`code`' '[a](b)' $'a\\n::error::b' '##[error]c'",
    "touch -- $'::set-output name=x::y' '$(touch pwned)' '<details>' '<!--' 'www.b.c'",
    "mkdir ./'::warning::' && cat ./'::warning::'/* || true",
  ].join("\n");
  const { log, page, outputs, ...job } = attempt({ command });
  const ours = log.replace(/^cat: .*$/gm, "");
  expect(ours).not.toMatch(/^\s*::|##\[/m);
  expect(page).not.toMatch(/^\s*::|##\[/m);
  expect(page).toContain("Outputs</b>: 12 files");
  const html = micromark(page, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
  });
  expect(html).not.toMatch(/<(?:img|strong|em|a)\b/);
  expect(html.match(/<\/details>/g)?.length).toBe(html.match(/<details/g)?.length);
  expect(existsSync(join(job.directory, "workspace/pwned"))).toBe(false);
  expect(outputs.verdict).toBe("complete");
});

test("the inputs are data, whatever they contain", () => {
  const hostile = '"; touch pwned; $(touch pwned) `touch pwned`';
  for (const input of ["events", "version", "require-complete", "report", "summary", "releases"]) {
    const { directory: path, succeeded } = attempt({ command: "true", [input]: hostile });
    expect([input, succeeded]).toEqual([input, false]);
    expect(existsSync(join(path, "workspace/pwned"))).toBe(false);
  }
});

test("an incomplete record is said, and fails if completeness is required", () => {
  const command = "sleep 1 >/dev/null 2>&1 &";
  expect(attempt({ command })).toMatchObject({
    succeeded: true,
    outputs: { verdict: "incomplete", status: "0" },
    page: expect.stringContaining("[!WARNING]"),
  });
  expect(attempt({ command, "require-complete": "true" })).toMatchObject({
    succeeded: false,
    outputs: { verdict: "incomplete", status: "3" },
    used: { length: 1 },
  });
});

test("events can be selected, and the artifact and the page left out", () => {
  const inputs = { command: "true >note", events: "exec", artifact: "", summary: "false" };
  const { outputs, page, used } = attempt({ ...inputs, report: "false" });
  expect([page, used, outputs.report]).toEqual(["", [], ""]);
  const shown = run([TRACE, "show", "--columns", "event", "--format", "csv", outputs.record]);
  expect(new Set(shown.stdout.toString().trim().split("\n").slice(1))).toEqual(new Set(["exec"]));
});

test.each([
  ["a wrong checksum", { version: "0.0.1" }, `${ARCHIVE}: the checksum is not that`],
  ["a version that does not exist", { version: "v9.9.9" }, "cannot get "],
  ["a version that is a path", { version: "../x" }, "neither a version nor latest"],
])("with %s, nothing is run", (_, inputs, message) => {
  const { log, outputs, page, succeeded, used } = attempt({ command: "echo ran", ...inputs });
  expect([succeeded, log]).toEqual([false, expect.stringContaining(message)]);
  expect([log.includes("ran\n"), page, used]).toEqual([false, "", []]);
  expect(new Set(Object.values(outputs))).toEqual(new Set([""]));
});

describe("a lock file", () => {
  const lock = "the trace.lock";
  const job = (path: string, command: string, variables = {}) =>
    attempt({ command, lock, summary: "false" }, "root", { path, variables });

  test("that is new has what the command did, and later runs are judged by it", () => {
    const path = newJob();
    const first = job(path, "echo 1 >one");
    expect([first.succeeded, first.log]).toEqual([true, expect.stringContaining("is new; commit")]);
    expect(readFileSync(first.outputs.lock, "utf8")).toMatch(
      /\[reads\]\n.*tmp:trace-command\.\?{6}\n.*\[writes\]\none\n/s,
    );
    const second = job(path, "echo 1 >one");
    expect(second).toMatchObject({ succeeded: true, outputs: { lock: "", status: "0" } });
    const third = job(path, "echo 1 >one; echo 2 >'two::error::'");
    expect(third).toMatchObject({
      succeeded: false,
      outputs: { status: "4", verdict: "complete" },
    });
    expect([third.log, third.page]).toEqual([
      expect.stringMatching(/^::error /m),
      expect.stringContaining("two"),
    ]);
  });

  test("of the base branch is the one that a pull request is judged by", () => {
    const path = newJob();
    const workspace = join(path, "workspace");
    const origin = join(path, "origin");
    mkdirSync(origin, { recursive: true });
    const git = (cwd: string, script: string) => {
      const { status, stderr } = run(["sh", "-ec", script], { cwd });
      expect([status, stderr.toString()]).toEqual([0, expect.anything()]);
    };
    writeFileSync(join(origin, "the trace.lock"), "format 1\n\n[reads]\nsystem:*\n");
    const commit = "git -c user.name=a -c user.email=a@b commit -qm a";
    git(origin, `git init -q -b main && git add . && ${commit}`);
    git(path, "git clone -q origin workspace");
    const own = "format 1\n\n[writes]\n*\n";
    writeFileSync(join(workspace, "the trace.lock"), own);
    const pull = { GITHUB_BASE_REF: "main" };
    const judged = job(path, "echo 1 >one", pull);
    expect([judged.succeeded, judged.outputs.status]).toEqual([false, "4"]);
    expect(readFileSync(join(workspace, "the trace.lock"), "utf8")).toBe(own);
    const without = job(path, "true", { GITHUB_BASE_REF: "absent" });
    expect(without).toMatchObject({ succeeded: false, outputs: { status: "2" } });
    expect(without.log).toContain("absent has no the trace.lock");
  });
});

describe("the release is that of the repository of the action", () => {
  const server = join(directory.path, "server");
  const copy = join(directory.path, "_actions/own/name/v1/sub");
  const release = (repository: string) => {
    const path = join(directory.path, "server", repository);
    mkdirSync(path, { recursive: true });
    symlinkSync(releases, join(path, "releases"));
    return path;
  };

  test.each([
    ["as the runner tells it", "told/name", { repository: "told/name", action: ROOT }],
    ["from the path of the action", "own/name", { action: copy }],
    ["which is that of the workflow for a local action", "owner/workflow", { action: ROOT }],
  ])("%s", (_, repository, job) => {
    cpSync(join(ROOT, "action.yml"), join(copy, "action.yml"));
    for (const path of [".github/action", "src/install.sh"])
      cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    const served = release(repository);
    const path = newJob();
    const settings = { directory: path, inputs: {}, server, env: { PATH: process.env.PATH! } };
    expect(runAction({ ...settings, ...job }).log).toContain(`trace ${version}`);
    rmSync(served, { recursive: true });
  });
});

test("without a command, the shell of later steps can be traced", () => {
  const {
    directory: path,
    path: PATH,
    succeeded,
  } = attempt({ version: "latest" }, "a user with sudo");
  expect(succeeded).toBe(true);
  const page = join(path, "page");
  const script = join(path, "script");
  writeFileSync(page, "before\n");
  chownSync(page, 65534, 65534);
  writeFileSync(script, "echo hi >note; exit 4");
  const traced = shellCommand("traced bash -e {0}", script);
  const { status } = run([...WITH_SUDO, "env", `PATH=${PATH}`, ...traced], {
    cwd: join(path, "workspace"),
    env: { PATH: process.env.PATH, GITHUB_STEP_SUMMARY: page },
  });
  expect(status).toBe(4);
  expect(readFileSync(page, "utf8")).toMatch(/^before\n### .*Outputs<\/b>: 1 file/s);
});
