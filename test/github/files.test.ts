/** The action and the workflows: valid by GitHub's own parser, pinned, and with few permissions. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser";
import { convertActionTemplate, parseAction } from "@actions/workflow-parser/actions/index";
import { parse } from "yaml";

const ROOT = join(import.meta.dir, "../..");
const WORKFLOWS = readdirSync(join(ROOT, ".github/workflows")).map((name) => {
  return `.github/workflows/${name}`;
});
const FILES = ["action.yml", ...WORKFLOWS];
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Returns what is wrong with a workflow. */
async function workflowErrors(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map((error) => error.message);
}

function actionErrors(name: string, content: string): string[] {
  const { context, value } = parseAction({ name, content }, new NoOperationTraceWriter());
  if (value) convertActionTemplate(context, value);
  return context.errors.getErrors().map((error) => error.message);
}

/** Returns all values of a key, wherever it is in the document. */
function valuesOf(key: string, node: unknown): unknown[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(key, value),
  ]);
}

test("the action is valid", () => {
  const content = read("action.yml");
  expect(actionErrors("action.yml", content)).toEqual([]);
  expect(actionErrors("action.yml", content.replace("using: composite", "using: x"))).not.toEqual(
    [],
  );
  const misspelt = content.replace("inputs.command", "inputs.command +");
  expect(actionErrors("action.yml", misspelt)).not.toEqual([]);
});

test.each(WORKFLOWS)("%s is valid", async (path) => {
  const content = read(path);
  expect(await workflowErrors(path, content)).toEqual([]);
  expect(await workflowErrors(path, content.replace("runs-on:", "runs-in:"))).not.toEqual([]);
});

test.each(FILES)("%s uses actions by the hash of a commit, with its version", (path) => {
  const uses = read(path).match(/^.*\buses: .*$/gm) ?? [];
  const ours = /uses: \.\/(?:\.github\/workflows\/[a-z]+\.yml)?$/;
  const pinned = /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
  expect(uses.filter((line) => !pinned.test(line) && !ours.test(line))).toEqual([]);
  expect(uses.length).toBe(valuesOf("uses", parse(read(path))).length);
});

test.each(FILES)("%s has no expression within a script", (path) => {
  const scripts = valuesOf("run", parse(read(path)));
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.filter((script) => String(script).includes("${{"))).toEqual([]);
});

describe.each(WORKFLOWS)("%s", (path) => {
  const workflow = parse(read(path));

  test("may only read by default", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
  });

  test("has a group of concurrent runs, and limits of time", () => {
    expect(workflow.concurrency).toMatchObject({ group: expect.any(String) });
    const jobs = Object.values(workflow.jobs) as Record<string, unknown>[];
    const without = jobs.filter((job) => !job.uses && !(Number(job["timeout-minutes"]) > 0));
    expect(without).toEqual([]);
  });

  test("leaves no credentials in the clone", () => {
    const steps = valuesOf("steps", workflow).flat() as Record<string, never>[];
    const clones = steps.filter(({ uses }) => String(uses).startsWith("actions/checkout@"));
    expect(clones.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });
});

describe("the documentation of CI", () => {
  const page = read("docs/ci.md");
  const action = parse(read("action.yml"));

  test.each(["Input", "Output"])("has the table of each %s of the action", (kind) => {
    const table = page.slice(page.indexOf(`| ${kind} |`)).split("\n\n")[0];
    const names = Array.from(table.matchAll(/^\| `([\w-]+)` \|/gm), ([, name]) => name);
    expect(names).toEqual(Object.keys(action[`${kind.toLowerCase()}s`]));
  });

  test("has valid workflows, whose steps use the action by its inputs and its version", async () => {
    const examples = Array.from(page.matchAll(/^```yaml\n(jobs:.*?)^```/gms), ([, text]) => text);
    expect(examples.length).toBe(2);
    for (const example of examples) {
      expect(await workflowErrors("ci.md", `on: push\n${example}`)).toEqual([]);
      const steps = valuesOf("steps", parse(example)).flat() as Record<string, never>[];
      const own = steps.filter(
        ({ uses }) => uses === `OWNER/trace@v${action.inputs.version.default}`,
      );
      expect(own.length).toBe(1);
      const inputs = Object.keys(own[0].with ?? {});
      expect(inputs.filter((name) => !Object.hasOwn(action.inputs, name))).toEqual([]);
    }
  });
});

test("the version of the repository is that of its lock file, and the one that the action installs", () => {
  const { version } = JSON.parse(read("package.json"));
  expect(parse(read("action.yml")).inputs.version.default).toBe(version);
  expect(JSON.parse(read("package-lock.json")).version).toBe(version);
});
