/**
 * Runs random programs under `trace exec --summary=json` and compares with the model:
 * `bun test/truth/summary/run-random.ts [COUNT [SEED [BACKEND]]]`. A failure shrinks to fewer steps.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Random } from "../../random.ts";
import { ROOT } from "../../root/support/programs.ts";
import { randomProgram, START_FILES, START_LINKS } from "./programs.ts";

export interface Found {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly removed: readonly string[];
}

function prepare(directory: string): void {
  for (const file of START_FILES) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), `content of ${file}, foo\n`);
  }
  for (const [path, target] of Object.entries(START_LINKS))
    symlinkSync(target, join(directory, path));
}

/** What trace says of the files in a new directory in which a script runs. */
export function summaryOf(script: string, backend: string): Found {
  const base = mkdtempSync(join(tmpdir(), "trace-random-"));
  try {
    const directory = join(base, "w");
    mkdirSync(directory);
    prepare(directory);
    const output = join(base, "summary.json");
    const command = [join(ROOT, "trace"), "exec", "-q", "--backend", backend];
    const { stderr, exitCode } = Bun.spawnSync(
      [...command, `--summary=json:${output}`, "--", "sh", "-c", script],
      { cwd: directory, stdout: "ignore" },
    );
    const errors = stderr.toString();
    if (exitCode !== 0 || errors) throw new Error(`status ${exitCode}: ${errors}\n${script}`);
    const report = JSON.parse(readFileSync(output, "utf8"));
    const below = (list: { path: string }[]) =>
      list
        .map(({ path }) => path)
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1))
        .sort();
    return {
      inputs: below(report.inputs),
      outputs: below(report.outputs),
      removed: below(report.removed),
    };
  } finally {
    rmSync(base, { recursive: true });
  }
}

/** What differs, a line each; empty when all is equal. */
export function differences(found: Found, expected: Found): string[] {
  return (["inputs", "outputs", "removed"] as const).flatMap((key) => [
    ...expected[key].filter((path) => !found[key].includes(path)).map((path) => `- ${key} ${path}`),
    ...found[key].filter((path) => !expected[key].includes(path)).map((path) => `+ ${key} ${path}`),
  ]);
}

if (import.meta.main) {
  const [count = "20", seed = "1", backend = "bpf"] = process.argv.slice(2);
  let failed = 0;
  for (let i = 0; i < Number(count); i++) {
    const random = () => new Random(Number(seed) * 1_000_003 + i);
    for (let length = 1; length <= 5 + (i % 26); length++) {
      // The shortest program that fails is a prefix: the random choices are the same.
      if (length < 5 + (i % 26)) continue;
      const program = randomProgram(random(), length);
      const found = summaryOf(program.steps.join("\n"), backend);
      const wrong = differences(found, program.model.expected());
      if (!wrong.length) continue;
      failed++;
      let shown = { steps: program.steps, wrong };
      for (let shorter = 1; shorter < length; shorter++) {
        const part = randomProgram(random(), shorter);
        const less = differences(summaryOf(part.steps.join("\n"), backend), part.model.expected());
        if (!less.length) continue;
        shown = { steps: part.steps, wrong: less };
        break;
      }
      console.log(
        `program ${i}:\n  ${shown.steps.join("\n  ")}\n    ${shown.wrong.join("\n    ")}`,
      );
    }
  }
  console.log(`${Number(count) - failed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
