/** Paths of 10,000 random operations on a tree, compared with a model of the expected events. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../random.ts";
import { type FileSystem, mounted } from "./support/mounts.ts";
import { program } from "./support/programs.ts";
import { type Operation, TreeModel } from "./support/tree-model.ts";
import { lineOf, type ReportedEvent, types, watching } from "./support/watch-source.ts";

// Ten thousand processes take minutes on a busy machine.
setDefaultTimeout(600_000);

const STEPS = 10_000;
const SEED = Number(process.env.SEED || 1);
const POLL_MS = 1;

type Watch = Pick<ReturnType<typeof watching>, "drained" | "finished">;

/** Creates a tree with a watched part and returns operations on it. */
function createTree(top: string): Operation[] {
  for (const name of ["in", "out"]) mkdirSync(join(top, name));
  const model = new TreeModel(new Random(SEED), top);
  return Array.from({ length: STEPS }, () => model.next());
}

function inputOf(operations: readonly Operation[]): Buffer {
  return Buffer.from(operations.map(({ line }) => `${line}\n`).join(""));
}

/** Groups lines by process, sorted: the kernel merges events of one process. */
function byPid(pairs: readonly (readonly [pid: number, line: string])[]): Map<number, string[]> {
  const all = new Map<number, string[]>();
  for (const [pid, line] of pairs) all.set(pid, [...(all.get(pid) ?? []), line]);
  for (const lines of all.values()) lines.sort();
  return all;
}

/** Returns the operations whose events differ. */
function differences(
  operations: readonly Operation[],
  pids: readonly number[],
  reported: readonly ReportedEvent[],
): string[] {
  const expected = byPid(
    operations.flatMap(({ events }, i) => events.map((line) => [pids[i], line] as const)),
  );
  const found = byPid(reported.map((each) => [each.pid, lineOf(each)] as const));
  const others = [...found.keys()].filter((pid) => !pids.includes(pid));
  if (others.length) return others.map((pid) => `by ${pid}: ${found.get(pid)}`);
  return operations.flatMap(({ line }, i) => {
    const [want, have] = [expected, found].map((all) => (all.get(pids[i]) ?? []).join("\n  "));
    return want === have ? [] : [`${i} ${line}\nwant\n  ${want}\nhave\n  ${have}`];
  });
}

function pidsOf(output: string): number[] {
  return output.trimEnd().split("\n").map(Number);
}

/** Performs all operations while reading the events. */
async function live(operations: readonly Operation[], { drained, finished }: Watch) {
  const command = [program("treeops")];
  const child = Bun.spawn(command, { stdin: inputOf(operations), stdout: "pipe" });
  const output = new Response(child.stdout).text();
  const reported: ReportedEvent[] = [];
  while (child.exitCode === null) {
    reported.push(...drained());
    await Bun.sleep(POLL_MS);
  }
  const pids = pidsOf(await output);
  reported.push(...drained(), ...finished());
  return { pids, reported };
}

/** Performs all operations, then reads all events. */
function lagging(operations: readonly Operation[], { drained, finished }: Watch) {
  const child = Bun.spawnSync([program("treeops")], { stdin: inputOf(operations) });
  expect(child.stderr.toString()).toBe("");
  const reported = [...drained(), ...finished()];
  return { pids: pidsOf(child.stdout.toString()), reported };
}

describe("ten thousand operations on a tree are reported with their paths", () => {
  for (const type of ["ext4", "tmpfs"] satisfies FileSystem[])
    for (const [how, run] of Object.entries({ live, lagging }))
      test(`${how}, on ${type}`, async () => {
        using fs = mounted(type);
        const operations = createTree(fs.path);
        using watch = watching([join(fs.path, "in")], { types });
        const { pids, reported } = await run(operations, watch);
        expect(pids.length).toBe(STEPS);
        expect(differences(operations, pids, reported).slice(0, 2)).toEqual([]);
        expect(watch.source.losses()).toEqual([]);
      });
});
