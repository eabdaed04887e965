/**
 * Random runs of the same programs do not differ, whatever their pids, temporary names and order; and
 * one difference that is planted in a run is the first line of `trace diff`.
 */
import { describe, expect, test } from "bun:test";
import type { FileDigest } from "../../../../src/events/file-digest.ts";
import type { Outcomes } from "../../../../src/model/outcomes.ts";
import { compareRuns } from "../../../../src/sinks/reports/diff/compare.ts";
import { differenceText } from "../../../../src/sinks/reports/diff/report.ts";
import { Random } from "../../../random.ts";
import { type Program, programsOf, randomProgram, runOf, type Step } from "./made-up-run.ts";

const RUNS = 5;

function lines(a: Outcomes, b: Outcomes): string[] {
  const naming = { maps: [], temporary: [] };
  return compareRuns([a, naming], [b, naming]).map(differenceText);
}

/** Returns the lines of a comparison, the seed with them. */
function linesOf(seed: number, a: Program, b: Program): unknown {
  const random = new Random(seed + 1e6);
  return { seed, lines: lines(runOf(a, random).run, runOf(b, random).run) };
}

test("runs that are equal do not differ", () => {
  for (let seed = 1; seed <= 4 * RUNS; seed++) {
    const program = randomProgram(new Random(seed));
    expect(linesOf(seed, program, program)).toEqual({ seed, lines: [] });
  }
});

/** Changes a run, and returns the line that says so. */
type Plant = (program: Program, random: Random) => string;

const insert = (program: Program, step: Step, random: Random) => {
  program.steps.splice(random.below(program.steps.length + 1), 0, step);
};

const SECRET = "/home/u/.x";
const plants: Readonly<Record<string, Plant>> = {
  read: (program, random) => {
    insert(program, { kind: "read", path: SECRET }, random);
    return `read only in B: ${SECRET}`;
  },
  "a read of what others read, too": (program, random) => {
    const path = "/in/99.h";
    insert(program, { kind: "read", path }, random);
    return `read only in B: ${path}`;
  },
  write: (program, random) => {
    insert(program, { kind: "write", path: "/w/out/odd.o" }, random);
    return "write only in B: /w/out/odd.o";
  },
  "a failed lookup": (program, random) => {
    insert(program, { kind: "missing", how: "lookup", path: SECRET }, random);
    return `lookup only in B: ${SECRET}: ENOENT`;
  },
  "a lookup": (program, random) => {
    insert(program, { kind: "lookup", path: SECRET }, random);
    return `lookup only in B: ${SECRET}`;
  },
  list: (program, random) => {
    insert(program, { kind: "list", path: "/home/u" }, random);
    return "list only in B: /home/u";
  },
  remove: (program, random) => {
    insert(program, { kind: "remove", path: SECRET }, random);
    return `remove only in B: ${SECRET}`;
  },
  connect: (program, random) => {
    insert(program, { kind: "connect", path: "192.0.2.9:80" }, random);
    return "connect only in B: 192.0.2.9:80";
  },
  execute: (program, random) => {
    const odd: Program = { argv: ["strip", "-s"], steps: [], status: 0 };
    insert(program, { kind: "spawn", program: odd }, random);
    return "run only in B: strip -s";
  },
  argument: (program) => {
    program.argv.splice(1, 1, "-y");
    return `arguments of ${program.argv[0]}: -x in A, -y in B`;
  },
  "a number in an argument": (program) => {
    const [level] = program.argv.splice(5, 1, "--level=7654321");
    return `arguments of ${program.argv[0]}: ${level} in A, --level=7654321 in B`;
  },
  "exit status": (program) => {
    program.status = 7;
    return `exit status of ${program.argv[0]}: 0 in A, 7 in B`;
  },
};

/** Returns a copy in which one of the programs is changed, and the line that says so. */
function planted(program: Program, plant: Plant, random: Random): [Program, string] {
  const copy = structuredClone(program);
  const isChanged = ({ argv }: Program) => argv.length > 5;
  return [copy, plant(random.pick(programsOf(copy).filter(isChanged)), random)];
}

describe.each(Object.keys(plants))("%s", (name) => {
  test("in one run only is the first line", () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = new Random(seed);
      const program = randomProgram(random);
      const [other, line] = planted(program, plants[name], random);
      expect(linesOf(seed, program, other)).toMatchObject({ seed, lines: [line] });
      // The other way around, but for numbers, arguments and ends, which have both sides in one line.
      if (!line.includes(" only in B")) continue;
      const inA = line.replace(" only in B", " only in A");
      expect(linesOf(seed, other, program)).toMatchObject({ seed, lines: [inA] });
    }
  });
});

test("an outcome that is another one is the first line", () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = new Random(seed);
    const program = randomProgram(random);
    const [present, missing] = [structuredClone(program), structuredClone(program)];
    const index = random.below(programsOf(program).length);
    const at = random.below(programsOf(program)[index].steps.length + 1);
    const add = (to: Program, step: Step) => programsOf(to)[index].steps.splice(at, 0, step);
    add(present, { kind: "read", path: SECRET });
    add(missing, { kind: "missing", how: "read", path: SECRET });
    const expected = { seed, lines: [`read ${SECRET}: 3 in A, ENOENT in B`] };
    expect(linesOf(seed, present, missing)).toEqual(expected);
  }
});

test("a program that was not executed is the first line", () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = new Random(seed);
    const program = randomProgram(random);
    const [other] = planted(program, () => "", random);
    const spawning = programsOf(other).filter(({ steps }) =>
      steps.some(({ kind }) => kind === "spawn"),
    );
    if (spawning.length === 0) continue;
    const { steps } = random.pick(spawning);
    const [removed] = steps.splice(
      steps.findIndex(({ kind }) => kind === "spawn"),
      1,
    );
    const { argv } = removed.kind === "spawn" ? removed.program : { argv: [] };
    const { lines: found } = linesOf(seed, program, other) as { lines: string[] };
    expect({ seed, line: found[0] }).toEqual({ seed, line: `run only in A: ${argv.join(" ")}` });
  }
});

test("a file whose content changed is the first line", () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = new Random(seed);
    const program = randomProgram(random);
    insert(random.pick(programsOf(program)), { kind: "read", path: SECRET }, random);
    const runs = [runOf(program, random).run, runOf(program, random).run] as const;
    for (const [index, run] of runs.entries()) {
      const stamp = { dev: "8:1", ino: "1", size: 5, mtime: "1.0", ctime: "1.0" };
      const digest = (path: string, sha256: string): FileDigest => {
        return { role: "input", path, state: "exact", sha256, stamp };
      };
      run.digests.addAll([digest(SECRET, String(index).repeat(64)), digest("/in/1.h", "a")]);
    }
    const line = `content of ${SECRET}: sha256 000000000000… in A, 111111111111… in B`;
    expect({ seed, lines: lines(...runs) }).toEqual({ seed, lines: [line] });
  }
});

test("a call that was left out is reported, unless the same processes did the same again", () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = new Random(seed);
    const program = randomProgram(random);
    const whole = runOf(program, random);
    const unique = whole.calls.flatMap((each, index) =>
      whole.calls.indexOf(each) === whole.calls.lastIndexOf(each) ? [index] : [],
    );
    for (let times = 0; times < 4; times++) {
      const omitted = random.pick(unique);
      // The same order: another one may be what differs.
      const order = new Random(seed);
      const part = runOf(randomProgram(order), order, omitted);
      const [first = ""] = lines(whole.run, part.run);
      const call = whole.calls[omitted];
      expect({ seed, call, part: part.calls.length, isReported: first !== "" }).toEqual({
        ...{ seed, call, part: whole.calls.length, isReported: true },
      });
    }
  }
});
