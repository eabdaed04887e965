/** The library as a program sees it that imports it. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs in a process of its own, as it replaces bun:ffi for all. */
const PROGRAM = `
  import { expect, mock, test } from "bun:test";
  test("imported", async () => {
    const touched = [];
    const refuse = (name) => () => { touched.push(name); throw new Error(name); };
    mock.module("bun:ffi", () => ({
      FFIType: {},
      ...Object.fromEntries(["dlopen", "ptr", "toArrayBuffer"].map((name) => [name, refuse(name)])),
    }));
    const { ProcConnector, eventOf, ...library } = await import(process.env.LIBRARY);
    expect(touched).toEqual([]);
    expect(() => new ProcConnector()).toThrow();
    expect(touched).not.toEqual([]);
  });
`;

test("the library touches nothing before it is used", () => {
  const cwd = mkdtempSync(join(tmpdir(), "trace-index-"));
  try {
    writeFileSync(join(cwd, "program.test.ts"), PROGRAM);
    const { exitCode, stderr } = Bun.spawnSync([process.execPath, "test"], {
      cwd,
      env: { ...process.env, LIBRARY: join(import.meta.dir, "../src/index.ts") },
    });
    expect([exitCode, exitCode && stderr.toString()]).toEqual([0, 0]);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

test("the package's name leads to the library, with every kind of error", async () => {
  const library: Record<string, unknown> = await import("trace" as string);
  const errors = [
    "SystemError",
    "TruncatedError",
    "BufferTooSmallError",
    "InterruptedError",
    "ConnectionClosedError",
  ];
  for (const name of [
    ...errors,
    "OverrunError",
    "PermissionError",
    "UnsupportedError",
    "ProcConnector",
  ])
    expect(library[name]).toBeFunction();
  expect(library.PROC_EVENT_EXIT).toBe(0x80000000);
});
