/** The library's public interface, as programs import it. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs in its own process, because it replaces bun:ffi for all modules. */
const PROGRAM = `
  import { expect, mock, test } from "bun:test";
  test("imported", async () => {
    const calls = [];
    const refuse = (name) => () => { calls.push(name); throw new Error(name); };
    mock.module("bun:ffi", () => ({
      FFIType: {},
      ...Object.fromEntries(["dlopen", "ptr", "toArrayBuffer"].map((name) => [name, refuse(name)])),
    }));
    const { ProcConnector, eventOf, ...library } = await import(process.env.LIBRARY);
    expect(calls).toEqual([]);
    expect(() => new ProcConnector()).toThrow();
    expect(calls).not.toEqual([]);
  });
`;

test("importing the library has no side effects", () => {
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

test("the package's name resolves to the library, which exports all errors", async () => {
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
