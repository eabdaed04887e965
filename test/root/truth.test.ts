/**
 * Real programs: trace must record exactly the opens that strace sees, of the same run, since
 * strace runs within trace. Only strace's own opens are left out.
 */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { difference, type Row, record, show, temporaryDirectory } from "./harness.ts";
import { program } from "./programs.ts";
import { readStrace, STRACE, type StraceCall } from "./strace.ts";

/** A name that is longer than any that the kernel takes is cut where each tracer likes. */
const LONGEST = 4095;

function row({ tid, kind, flags, mode, filename, return: result }: Row): string {
  return [tid, kind, flags, mode, show(filename.subarray(0, LONGEST)), result ?? "?"].join("\t");
}

function call({ tid, call: kind, flags, mode, name, result }: StraceCall): string {
  return [tid, kind, flags, mode, show(name.subarray(0, LONGEST)), result].join("\t");
}

/** Runs a command under both at once and compares everything that both know. */
function expectSameAsStrace(command: string[], cwd: string, minimum: number): void {
  using directory = temporaryDirectory();
  const output = join(directory.path, "strace");
  const { rows, stderr } = record([...STRACE, "-o", output, ...command], { cwd });
  const calls = readStrace(output).filter(({ result }) => result !== null);
  const traced = new Set(calls.map(({ tid }) => tid));
  const recorded = rows.filter(({ tid, kind }) => traced.has(tid) && kind !== "Uring");
  expect(difference(calls.map(call), recorded.map(row))).toBe("");
  expect(calls.length).toBeGreaterThanOrEqual(minimum);
  expect(stderr).toMatch(/^trace: \d+ events, complete$/m);
}

test("cc: the same opens as strace saw", () => {
  using directory = temporaryDirectory();
  const source = '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { puts("hello"); }\n';
  writeFileSync(join(directory.path, "hello.c"), source);
  expectSameAsStrace(["cc", "-O1", "-o", "hello", "hello.c"], directory.path, 200);
});

test("git: the same opens as strace saw", () => {
  using directory = temporaryDirectory();
  const script = `
    set -e
    git init -q .
    for i in 1 2 3 4 5; do echo "file $i" >"file$i"; done
    git add .
    git -c user.name=t -c user.email=t@example.org commit -q -m first
    echo more >>file1
    git status --short
    git diff
    git log --oneline`;
  expectSameAsStrace(["sh", "-c", script], directory.path, 100);
});

test("a shell script with pipes and subshells: the same opens as strace saw", () => {
  using directory = temporaryDirectory();
  const script = `
    set -e
    (cd /etc && ls | sort | head -n 5) >listing
    cat listing listing | while read name; do (echo "$name" >"seen-$name"); done
    find . -type f | xargs cat >all &
    (sleep 0.05; cat /etc/passwd 2>/dev/null | wc -l) >count
    wait
    cat absent 2>/dev/null || : >'odd "name", with
a newline'
    exec sh -c 'echo last >last'`;
  expectSameAsStrace(["sh", "-c", script], directory.path, 80);
});

test("python3 with many modules and threads: the same opens as strace saw", () => {
  using directory = temporaryDirectory();
  const script = `
import json, csv, sqlite3, http.client, email, subprocess, tempfile, threading, decimal
with tempfile.NamedTemporaryFile(dir='.') as f: f.write(b'x')
def work(i):
    for n in range(20):
        try: open(f'thread{i}-{n}').close()
        except FileNotFoundError: pass
threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
subprocess.run(['cat', '/etc/hostname'], stdout=subprocess.DEVNULL)`;
  expectSameAsStrace(["python3", "-B", "-c", script], directory.path, 200);
});

for (const [name, ...args] of [
  ["open32"],
  ["int80"],
  ["names"],
  ["nonresident", "200"],
  ["interrupted"],
  ["tree", "fork", "50"],
  ["tree", "vfork", "50"],
  ["tree", "thread", "50"],
  ["tree", "daemon", "10"],
])
  test(`${[name, ...args].join(" ")}: the same opens as strace saw`, () => {
    using directory = temporaryDirectory();
    expectSameAsStrace([program(name), ...args], directory.path, 2);
  });
