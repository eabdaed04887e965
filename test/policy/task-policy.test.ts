import { describe, expect, test } from "bun:test";
import type { Process } from "../../src/model/process.ts";
import { sectionOf } from "../../src/policy/sections.ts";
import type { Subject } from "../../src/policy/subjects.ts";
import { TaskFiles } from "../../src/policy/task-files.ts";
import { taskPolicy } from "../../src/policy/task-policy.ts";

interface Given {
  readonly scope?: string;
  readonly argv?: readonly string[];
  readonly isSecret?: boolean;
  readonly origin?: string | null;
}

/** Returns an access as a policy sees it. */
function subject(
  kind: "read" | "run" | "write" | "remove" | "list",
  rest: string,
  given: Given = {},
) {
  const { scope = "", argv = ["node"], isSecret = false, origin = "/x" } = given;
  const process = { execs: [{ time: 0, argv }] } as unknown as Process;
  const access = { kind, process, time: 1, volume: null, file: { origin }, path: rest };
  const names = [{ scope, rest }];
  const flags = { temporary: null, isSecret, isDirectory: false };
  return {
    ...{ access, section: sectionOf(kind), path: rest, names },
    ...flags,
  } as unknown as Subject;
}

describe("the policy of a task", () => {
  const policy = taskPolicy({
    inputs: ["src/[id].ts", "home:x"],
    outputs: ["packages/app/dist", "./gen/**/*.{js,d.ts}", "*.log", "!gen/cache/**"],
    otherOutputs: ["packages/lib/dist/**"],
  });
  const allows = (...args: Parameters<typeof subject>) => policy.allows(subject(...args));

  test("takes the names of inputs literally", () => {
    expect(allows("read", "src/[id].ts")).toBeTrue();
    expect(allows("read", "src/i.ts")).toBeFalse();
    expect(allows("read", "home:x")).toBeTrue();
    expect(allows("run", "src/[id].ts")).toBeTrue();
    expect(allows("run", "tools/x")).toBeFalse();
  });

  test("takes a name of outputs for what is below it, too", () => {
    expect(allows("write", "packages/app/dist/a/b.js")).toBeTrue();
    expect(allows("write", "packages/app/dist")).toBeTrue();
    expect(allows("write", "packages/app/dist2/a.js")).toBeFalse();
  });

  test("knows ** and braces, and that * does not match a slash", () => {
    expect(allows("write", "gen/a.js")).toBeTrue();
    expect(allows("write", "gen/.a/b/c.d.ts")).toBeTrue();
    expect(allows("write", "gen/a.css")).toBeFalse();
    expect(allows("write", "x.log")).toBeTrue();
    expect(allows("write", "logs/x.log")).toBeFalse();
  });

  test("lets what is excluded from outputs be written", () => {
    expect(allows("write", "gen/cache/a.css")).toBeTrue();
  });

  test("lets outputs be read and removed, those of other tasks only be read", () => {
    expect(allows("read", "packages/app/dist/a.js")).toBeTrue();
    expect(allows("remove", "packages/app/dist/a.js")).toBeTrue();
    expect(allows("read", "packages/lib/dist/a.js")).toBeTrue();
    expect(allows("write", "packages/lib/dist/a.js")).toBeFalse();
    expect(allows("remove", "packages/lib/src/a.js")).toBeFalse();
  });

  test("is not about packages, the runner's files and places for temporary files", () => {
    for (const path of ["node_modules/x/index.js", "a/node_modules/x", ".git/HEAD", "nx.json"])
      expect(allows("read", path)).toBeTrue();
    for (const path of ["node_modules/.cache/x", "a/.turbo/log", ".nx/cache/x"])
      expect(allows("write", path)).toBeTrue();
    expect(allows("write", "node_modules/x/index.js")).toBeFalse();
    expect(allows("write", "x", { scope: "tmp:" })).toBeTrue();
    expect(allows("write", "x", { scope: "home:" })).toBeFalse();
    expect(allows("read", "x", { scope: "home:" })).toBeTrue();
    expect(allows("list", "src")).toBeTrue();
  });

  test("is about secrets wherever they are", () => {
    expect(allows("read", ".ssh/id", { scope: "home:", isSecret: true })).toBeFalse();
  });

  test("lets a package manager look for packages, but not the task", () => {
    const path = "packages/lib/package.json";
    for (const argv of [
      ["npm", "run"],
      ["node", "/usr/bin/npm", "run"],
      ["node", "x/yarn-4.9.1.cjs"],
    ])
      expect(allows("read", path, { argv })).toBeTrue();
    expect(allows("read", path)).toBeFalse();
    const npmrc = { scope: "home:", isSecret: true };
    expect(allows("read", ".npmrc", { ...npmrc, argv: ["npm", "run"] })).toBeTrue();
    expect(allows("read", ".npmrc", npmrc)).toBeFalse();
    expect(allows("read", "packages/lib/src/a.js", { argv: ["npm", "run"] })).toBeFalse();
  });
});

test("files of a task are its inputs, its outputs, those that it changed, and those elsewhere", () => {
  const files = new TaskFiles(true);
  files.add([
    subject("read", "src/a.js"),
    subject("read", "state"),
    subject("write", "state"),
    subject("write", "dist/a*.js", { origin: null }),
    subject("read", "shared/x", { scope: "../" }),
  ]);
  expect(files.inputs.map(({ text }) => text)).toEqual(["src/a.js", "state"]);
  expect(files.outputs.map(({ text }) => text)).toEqual(["dist/a\\*.js", "state"]);
  expect(files.changed).toEqual(["state"]);
  expect([...files.outside]).toEqual(["../shared/x"]);
});
