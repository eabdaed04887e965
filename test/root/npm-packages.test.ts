/** The npm packages, installed from their archives in an empty project, and the library in a clone. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packLibrary, packMachine } from "../../src/build/npm/packages.ts";
import { run, temporaryDirectory } from "./support/harness.ts";
import { ROOT } from "./support/programs.ts";

setDefaultTimeout(120_000);

const EXAMPLES = Array.from(
  readFileSync(join(ROOT, "docs/library.md"), "utf8").matchAll(/^```ts\n(.*?)^```$/gms),
  ([, code]) => code,
);
/** Stands in for the executable, because to compress that takes long: it prints its arguments. */
const EXECUTABLE = '#!/bin/sh\nprintf "<%s>" "$0" "$@"\nexit 7\n';
const STRICT = {
  compilerOptions: {
    ...{ module: "esnext", moduleResolution: "bundler" },
    ...{ target: "esnext", lib: ["esnext"], noEmit: true, skipLibCheck: false },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ noPropertyAccessFromIndexSignature: true, noImplicitReturns: true },
    ...{ types: ["bun"], typeRoots: [join(ROOT, "node_modules/@types")] },
  },
};

const directory = temporaryDirectory();
const project = join(directory.path, "a project");
const BUN = { BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0", BUN_INSTALL_CACHE_DIR: directory.path };
const env = {
  ...process.env,
  ...BUN,
  LC_ALL: "C",
  npm_config_cache: join(directory.path, "cache"),
};
const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
const inProject = (...command: string[]) => run(command, { cwd: project, env: { ...env, PATH } });

beforeAll(() => {
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const executable = join(directory.path, "trace");
  writeFileSync(executable, EXECUTABLE);
  chmodSync(executable, 0o755);
  const files = { trace: executable, "native.so": join(ROOT, "build/native.so") };
  const archives = [
    packLibrary(directory.path, join(directory.path, "work")),
    packMachine({ name: process.arch, files }, directory.path, join(directory.path, "work")),
  ];
  const { status, stderr } = inProject("npm", "install", "--offline", "--no-audit", ...archives);
  expect([status, stderr]).toEqual([0, ""]);
});
afterAll(() => directory[Symbol.dispose]());

describe("the examples of the documentation", () => {
  test("have no error for a strict compiler", () => {
    EXAMPLES.forEach((code, index) => {
      writeFileSync(join(project, `example${index}.ts`), code);
    });
    expect(EXAMPLES.length).toBe(2);
    const tsc = join(ROOT, "node_modules/.bin/tsc");
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(STRICT));
    expect(inProject(tsc, "-p", ".").stdout.toString()).toBe("");
  });

  test("trace system calls", () => {
    writeFileSync(join(project, "calls.ts"), EXAMPLES[0]);
    const { stdout, status } = inProject(process.execPath, "calls.ts");
    expect(stdout.toString()).toStartWith("note is written: fd 3, O_WRONLY|O_CREAT|O_TRUNC\n");
    expect(stdout.toString()).toEndWith("openat ENOENT\nexit status 1\n");
    expect(status).toBe(0);
  });

  test("receive process events", () => {
    const kill = 'setInterval(() => Bun.spawn(["sh", "-c", "kill -9 $$"]), 100);\n';
    const end = "console.log(event.tgid);\n  process.exit();\n}\n";
    writeFileSync(join(project, "events.ts"), kill + EXAMPLES[1].replace(/\}\n$/, end));
    const { stdout } = inProject("timeout", "20", process.execPath, "events.ts");
    expect(stdout.toString()).toMatch(/^\d+ ended by signal \w+, parent \d+\n\d+\n$/);
  });
});

test.each([
  ["npx", ["npx"]],
  ["bunx", [process.execPath, "x"]],
])("%s starts the executable of the machine's package", (_, command) => {
  const { stdout, status } = inProject(...command, "trace", "exec", "--", "a b", "");
  const executable = join(project, `node_modules/@trace-tool/trace-linux-${process.arch}/trace`);
  expect([stdout.toString(), status]).toEqual([`<${executable}><exec><--><a b><>`, 7]);
});

/** Makes a trace of the library that is imported by that name. @returns its error */
function traceError(library: string, cwd: string): string {
  const program = `
    const { traceSyscalls } = await import(process.argv.at(-1));
    try {
      for await (const call of traceSyscalls({ command: ["true"] })) call;
    } catch (error) {
      console.log(error.code, error.message);
    }`;
  return run([process.execPath, "-e", program, library], { cwd, env }).stdout.toString();
}

test("without the machine's package, the errors say what to install", () => {
  const alone = join(directory.path, "alone");
  const name = `@trace-tool/trace-linux-${process.arch}`;
  const advice = "install the optional dependencies of @trace-tool/trace";
  const library = join(alone, "node_modules/@trace-tool/trace");
  cpSync(join(project, "node_modules/@trace-tool/trace"), library, { recursive: true });
  expect(traceError("@trace-tool/trace", alone)).toBe(
    `NATIVE_LIBRARY the package ${name} is not installed; ${advice}\n`,
  );
  const { stderr, status } = run([join(library, "bin/trace"), "--version"]);
  expect([stderr, status]).toEqual([
    `trace: the package ${name} is not installed; ${advice}\n`,
    125,
  ]);
});

test("from a clone that is not built, the error says to run make", () => {
  const clone = join(directory.path, "clone");
  cpSync(join(ROOT, "src"), join(clone, "src"), { recursive: true });
  expect(traceError(join(clone, "src/index.ts"), clone)).toBe(
    `NATIVE_LIBRARY ${clone}/build/native.so does not exist; run make first\n`,
  );
});
