/** Opens by io_uring: names, flags, modes, results and owners, case by case. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { difference, line, type Row, recordProgram, run, truthOf } from "./support/harness.ts";
import { program } from "./support/programs.ts";

setDefaultTimeout(120_000);

const CASES = truthOf(run([program("uring")]).stdout);

function uringRows(rows: Row[]): Row[] {
  return rows.filter((row) => row.kind === "Uring");
}

/** Expects that one process made all requests, the one that ran the case. */
function expectOneOwner(rows: Row[]): void {
  expect(new Set(rows.map((row) => row.pid)).size).toBe(1);
  expect(new Set(rows.map((row) => row.comm.toString()))).toEqual(new Set(["uring"]));
  expect(new Set(rows.map((row) => row.abi))).toEqual(new Set(["io_uring"]));
}

type Backend = "bpf" | "ptrace";

/** Runs and records each case once. */
const recorded = new Map<string, ReturnType<typeof recordProgram>>();
function recordCase(name: string, backend: Backend = "bpf"): ReturnType<typeof recordProgram> {
  const status = name === "in-flight-killed" ? 137 : 0;
  const key = `${name} ${backend}`;
  const args = ["--backend", backend];
  const known = recorded.get(key) ?? recordProgram("uring", [name], { status, args });
  recorded.set(key, known);
  return known;
}

/** A polling thread takes requests without a system call. */
const POLLED = "sqpoll";
/** By ptrace, these completions cannot be told apart. */
const AMBIGUOUS = "same-user-data";

describe.each(["bpf", "ptrace"] as const)("io_uring by %s", (backend) => {
  const cases = CASES.filter((name) => backend === "bpf" || name !== POLLED);
  for (const name of cases) {
    if (backend === "bpf" || name !== AMBIGUOUS)
      test(`every open of the case ${name} is recorded as the program knows it`, () => {
        const { truth, rows } = recordCase(name, backend);
        const own = uringRows(rows);
        expect(difference(truth, own.map(line))).toBe("");
        expectOneOwner(own);
      });

    test(`missing results of the case ${name} are counted, and every recorded one happened`, () => {
      const { truth, rows, stderr } = recordCase(name, backend);
      const lines = difference(truth, uringRows(rows).map(line)).split("\n");
      const missing = lines.filter((text) => text.startsWith("-")).length;
      expect(lines.filter((text) => text.startsWith("+"))).toEqual([]);
      const counted = stderr.match(
        /INCOMPLETE: (\d+) io_uring requests without a known outcome\b/m,
      );
      if (missing) expect(Number(counted?.[1])).toBe(missing);
      else expect(counted).toBeNull();
    });
  }

  test("the recording is complete if every request is completed", () => {
    for (const name of ["openat", "linked", POLLED, "overflow", "many"])
      if (cases.includes(name))
        expect(recordCase(name, backend).stderr).toMatch(
          /^trace: \d+ events, complete( \(by ptrace\))?$/m,
        );
  });

  test("a success without a completion has no return value and a note", () => {
    const rows = uringRows(recordCase("skip-success", backend).rows);
    const unknown = rows.filter((row) => row.return === null);
    expect(unknown.length).toBe(2);
    for (const row of unknown) expect(row.note).toContain("cqe-skip");
    expect(rows.filter((row) => row.return !== null && row.return < 0).length).toBe(1);
  });

  test("a direct descriptor has a note, so that its slot is not taken for an fd", () => {
    const rows = uringRows(recordCase("direct-alloc", backend).rows);
    const opened = rows.filter((row) => row.return !== null && row.return >= 0);
    expect(opened.map((row) => row.return).sort()).toEqual([0, 1, 2, 3]);
    for (const row of opened) expect(row.note).toContain("direct");
  });

  test("relative names have the directory fd that they start from", () => {
    const rows = uringRows(recordCase("relative", backend).rows);
    const dfds = rows.map((row) => `${row.filename} ${row.dfd}`);
    expect(dfds).toContain("there 999");
    expect(dfds).toContain("/dev/null 999");
    expect(dfds.filter((text) => text.endsWith(" -100"))).toEqual([]);
  });

  test("requests in flight when the process ends are known not to have returned an fd", () => {
    for (const name of ["in-flight", "in-flight-killed"]) {
      const rows = uringRows(recordCase(name, backend).rows);
      expect(rows.map((row) => row.filename.toString())).toEqual(["fifo"]);
      expect(rows[0].return ?? -1).toBeLessThan(0);
    }
  });
});

describe("a polling thread of io_uring", () => {
  test("opens by the polling thread are attributed to the owner, with a note", () => {
    const { rows } = recordCase("sqpoll");
    const [plain] = rows.filter((row) => row.kind !== "Uring");
    for (const row of uringRows(rows)) {
      expect(row.pid).toBe(plain.pid);
      expect(row.cgid).toBe(plain.cgid);
      expect(row.note).toContain("sqpoll");
    }
  });

  test("by ptrace, its ring is counted as not traced", () => {
    const { rows, stderr } = recordCase(POLLED, "ptrace");
    expect(uringRows(rows)).toEqual([]);
    expect(stderr).toContain("INCOMPLETE: 1 io_uring rings with a polling thread not traced (");
  });
});
