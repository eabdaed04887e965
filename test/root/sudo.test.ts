/** `trace lock` and `trace check` by sudo itself, from the accounts of two users. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, TRACE } from "./support/harness.ts";

setDefaultTimeout(60_000);

const scratch = mkdtempSync(join(tmpdir(), "trace-sudo-"));
chmodSync(scratch, 0o755);
afterAll(() => rmSync(scratch, { recursive: true }));

interface User {
  readonly name: string;
  readonly id: number;
  readonly home: string;
  readonly checkout: string;
}

/** A user with a home and a checkout, who has an account only in the namespace of `as`. */
function user(name: string, id: number): User {
  const home = join(scratch, "homes", name);
  const checkout = join(scratch, "checkouts", `of-${name}`);
  mkdirSync(join(home, ".cache/tool"), { recursive: true });
  mkdirSync(join(checkout, "src"), { recursive: true });
  for (const file of [".toolrc", ".otherrc"]) writeFileSync(join(home, file), "x\n");
  writeFileSync(join(checkout, "src/a.txt"), "a\n");
  for (const path of [home, join(home, ".cache"), join(home, ".cache/tool"), checkout])
    chownSync(path, id, id);
  return { name, id, home, checkout };
}

const ann = user("trace-ann", 54321);
const bob = user("trace-bob", 54322);

const accounts = [ann, bob].map(({ name, id, home }) => `${name}:*:${id}:${id}::${home}:/bin/sh\n`);
writeFileSync(join(scratch, "passwd"), readFileSync("/etc/passwd", "utf8") + accounts.join(""));
const groups = [ann, bob].map(({ name, id }) => `${name}:*:${id}:\n`);
writeFileSync(join(scratch, "group"), readFileSync("/etc/group", "utf8") + groups.join(""));
writeFileSync(
  join(scratch, "sudoers"),
  `root ALL=(ALL) ALL\n${ann.name},${bob.name} ALL=(root) NOPASSWD: ALL\n`,
  { mode: 0o440 },
);

const NAMESPACE = `
mount --make-rprivate /
for file in passwd group sudoers; do mount --bind "$1/$file" "/etc/$file"; done
cd "$2"; id=$3; shift 3
exec setpriv --reuid="$id" --regid="$id" --init-groups sudo -n "$@"`;

/** Runs `sudo trace ARGS` from a user's account, in the user's checkout. */
function asUser({ id, checkout, home }: User, ...args: readonly string[]) {
  const words = ["unshare", "-m", "sh", "-ec", NAMESPACE, "sh", scratch, checkout, `${id}`];
  return run([...words, TRACE, ...args], { env: { PATH: process.env.PATH, HOME: home } });
}

const SCRIPT =
  "cat src/a.txt ~/.toolrc >out.txt; echo x >~/.cache/tool/state; ls ~/.cache >/dev/null; " +
  "mktemp >/dev/null; cat ~/.absent missing 2>/dev/null || id -un";

test("a lock of one user's checkout holds in another's, by either backend", () => {
  const made = asUser(ann, "lock", "-q", "--", "sh", "-c", SCRIPT);
  expect([made.status, made.stdout.toString(), made.stderr]).toEqual([0, `${ann.name}\n`, ""]);
  const lock = join(ann.checkout, "trace.lock");
  expect(readFileSync(lock, "utf8")).not.toContain(ann.name);
  const { uid, gid } = statSync(lock);
  expect([uid, gid, statSync(join(ann.checkout, "out.txt")).uid]).toEqual([ann.id, ann.id, ann.id]);

  copyFileSync(lock, join(bob.checkout, "trace.lock"));
  for (const backend of ["bpf", "ptrace"]) {
    const options = ["check", "--backend", backend, "--"];
    const checked = asUser(bob, ...options, "sh", "-c", SCRIPT);
    expect(checked.stderr).toEndWith("trace: no violations of trace.lock\n");
    expect([checked.status, checked.stdout.toString()]).toEqual([0, `${bob.name}\n`]);
  }
  const other = asUser(bob, "check", "-q", "--", "sh", "-c", `${SCRIPT}; cat ~/.otherrc`);
  expect(other.stderr).toContain("read    home:.otherrc");
  expect(other.status).toBe(4);
});

test("a record belongs to the user, whom the lock that is made of it does not name", () => {
  const recorded = asUser(ann, "exec", "-q", "-o", "run.trace", "--", "sh", "-c", SCRIPT);
  expect([recorded.status, recorded.stderr]).toEqual([0, ""]);
  const record = join(ann.checkout, "run.trace");
  expect(statSync(record).uid).toBe(ann.id);
  copyFileSync(record, join(bob.checkout, "run.trace"));
  const made = asUser(bob, "lock", "-q", "-o", "of-record.lock", "run.trace");
  expect([made.status, made.stderr]).toEqual([0, ""]);
  const lock = join(bob.checkout, "of-record.lock");
  expect(statSync(lock).uid).toBe(bob.id);
  expect(readFileSync(lock, "utf8")).toBe(readFileSync(join(ann.checkout, "trace.lock"), "utf8"));
});
