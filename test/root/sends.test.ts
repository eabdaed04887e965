/** Messages that are sent to an address: what was contacted without a connection, by both backends. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  difference,
  recordProgram,
  runTrace,
  temporaryDirectory,
  truthOf,
} from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(60_000);

describe.each(["bpf", "ptrace"] as const)("by %s", (backend) => {
  test.each(["calls", "uring"])("messages with an address are recorded: %s", (how) => {
    const args = ["--backend", backend, "--events", "connect"];
    const { truth, rows, stderr } = recordProgram("sends", [how], { args });
    const sent = rows.filter(({ kind }) => kind !== "connect");
    const recorded = sent.map((row) => `${row.filename}\t${row.return}\t${row.op || row.kind}`);
    expect(difference(truth, recorded)).toBe("");
    expect(stderr).toMatch(/^trace: \d+ events?, complete( \(by ptrace\))?$/m);
    const paths = sent.filter(({ path }) => path?.length).map(({ path }) => `${path}`);
    expect(paths).toEqual(how === "calls" ? [expect.stringMatching(/^\/.*\/socket$/)] : []);
  });

  test("a lock has the addresses of messages", () => {
    using directory = temporaryDirectory();
    const options = { cwd: directory.path };
    const args = ["lock", "-q", "--backend", backend, "--", program("sends"), "calls"];
    const { stdout, status, stderr } = runTrace(args, options);
    expect([status, stderr]).toEqual([0, ""]);
    const sent = truthOf(stdout).map((line) => line.split("\t")[0]);
    const lock = readFileSync(join(directory.path, "trace.lock"), "utf8");
    const hosts = lock.split("[hosts]\n")[1].trim().split("\n");
    expect(hosts.sort()).toEqual([...new Set([...sent, "listen:127.0.0.1:0"])].sort());
  });
});
