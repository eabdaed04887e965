/**
 * Runs real commands under trace and strace at once and compares all that both know of each event:
 * `make truth [ONLY=NAME]`. Prints recall and precision by command and by kind, and every event that
 * differs. Ends with status 1 where one does that is not explained.
 */
import { run, temporaryDirectory } from "../root/harness.ts";
import { underBoth } from "./both.ts";
import { byKind, type Comparison, compare, precision, recall, scoreOf, sum } from "./compare.ts";
import { corpus, type Explained, type Work } from "./corpus.ts";
import { explain, shown } from "./explain.ts";
import { said } from "./said.ts";
import { table } from "./table.ts";

interface Result {
  readonly name: string;
  readonly comparison: Comparison;
  readonly held: readonly Explained[];
  /** What trace said of itself, where it was not that it is complete. */
  readonly incomplete: string | null;
}

/** @throws Error where a command fails by itself */
function judge({ name, before, command, explained = [] }: Work): Result {
  using directory = temporaryDirectory();
  const cwd = directory.path;
  if (before) {
    const { status, stderr } = run(before, { cwd });
    if (status !== 0) throw new Error(`${name}: what it needs was not made: ${stderr}`);
  }
  const { strace, trace, stdout, verdict } = underBoth(command, { cwd });
  const happened = [...strace, ...said(stdout)];
  const { rest, held } = explain(compare(happened, trace), explained, cwd);
  const incomplete = verdict.endsWith(" events, complete") ? null : verdict;
  return { name, comparison: rest, held, incomplete };
}

function report(results: readonly Result[]): void {
  const scores = results.map(({ comparison }) => scoreOf(comparison));
  console.log(
    table("command", [
      ...results.map(({ name }, i) => [name, scores[i]] as const),
      ["all", sum(scores)],
    ]),
  );
  console.log(table("kind", [...byKind(results.map(({ comparison }) => comparison))]));
  for (const { name, comparison, held, incomplete } of results) {
    if (incomplete) console.log(`${name}: ${incomplete}`);
    for (const fact of comparison.missing) console.log(`${name}: strace only: ${shown(fact)}`);
    for (const fact of comparison.extra) console.log(`${name}: trace only: ${shown(fact)}`);
    for (const { strace, trace, why } of held) {
      console.log(`${name}: differs, since ${why}:`);
      if (strace !== undefined) console.log(`  strace: ${strace}`);
      if (trace !== undefined) console.log(`  trace:  ${trace}`);
    }
  }
}

if (process.getuid?.() !== 0) {
  const { exitCode } = Bun.spawnSync(
    ["sudo", "env", `PATH=${process.env.PATH}`, process.execPath, ...process.argv.slice(1)],
    { stdio: ["inherit", "inherit", "inherit"] },
  );
  process.exit(exitCode);
}
const [only = ""] = process.argv.slice(2);
const results = corpus()
  .filter(({ name }) => name.includes(only))
  .map((work) => {
    process.stderr.write(`${work.name}\n`);
    return judge(work);
  });
report(results);
const total = sum(results.map(({ comparison }) => scoreOf(comparison)));
const good = recall(total) === 1 && precision(total) === 1;
process.exit(good && results.every(({ incomplete }) => incomplete === null) ? 0 : 1);
