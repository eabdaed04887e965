/** The library's public interface, as programs import it. */
import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
    const { ProcConnector } = await import(process.env.LIBRARY);
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

const ERRORS = [
  "BufferTooSmallError",
  "CommandError",
  "ConnectionClosedError",
  "ExpressionError",
  "InterruptedError",
  "NativeLibraryError",
  "OverrunError",
  "PermissionError",
  "RuleError",
  "SystemError",
  "TruncatedError",
  "UnsupportedError",
  "UserError",
];

/** By package name, which the compiler does not resolve. */
async function importLibrary(): Promise<Record<string, unknown>> {
  return import("@trace-tool/trace" as string);
}

test("the package's name resolves to the library, which exports these names only", async () => {
  const others = ["ProcConnector", "TraceError", "bytesOf", "constants", "parseUser"];
  const library = await importLibrary();
  expect(Object.keys(library).sort()).toEqual([...ERRORS, ...others, "traceSyscalls"].sort());
  expect(library.ProcConnector).toBeFunction();
});

test("all exported errors are TraceErrors", async () => {
  const library = await importLibrary();
  const { TraceError } = library as { TraceError: new () => Error };
  for (const name of ERRORS) {
    const error = library[name] as { readonly name: string; readonly prototype: unknown };
    expect([error.name, error.prototype]).toEqual([name, expect.any(TraceError)]);
  }
});

test("the kernel's constants are the bits of an event mask", async () => {
  const { constants } = await importLibrary();
  expect(constants).toMatchObject({ PROC_EVENT_EXIT: 0x80000000, PROC_EVENT_FORK: 1 });
  const { PROC_EVENT_ALL, ...events } = constants as Record<string, number>;
  expect(Object.values(events).reduce((mask, bit) => (mask | bit) >>> 0, 0)).toBe(PROC_EVENT_ALL);
});

test("the exported types are these", () => {
  const source = readFileSync(join(import.meta.dir, "../src/index.ts"), "utf8");
  expect(source).not.toContain("export *");
  const types = Array.from(source.matchAll(/export (type )?\{([^}]*)\}/g), ([, onlyTypes, list]) =>
    list
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && (onlyTypes || name.startsWith("type ")))
      .map((name) => name.replace("type ", "")),
  );
  const ofArguments =
    "Address CloneArguments Decoded EpollEvent Fd Flags Integer Limits Message Named OpenHow Pointer " +
    "PollFd Signal SignalAction SignalSet SocketAddress Stat Statfs Statx Text Timer Timespec Timeval " +
    "Usage Vector WaitStatus";
  const others =
    "Category ConnectorOptions Loss ProcEvent ProcEventView Remedy Severity Syscall SyscallTrace TraceOptions User";
  expect(types.flat().sort()).toEqual(`${ofArguments} ${others}`.split(" ").sort());
});
