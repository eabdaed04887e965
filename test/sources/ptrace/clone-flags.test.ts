/** CLONE_UNTRACED taken from the arguments of a real tracee, and given back. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { CLONE_UNTRACED, CloneFlags } from "../../../src/sources/ptrace/clone-flags.ts";
import { SyscallInfo } from "../../../src/sources/ptrace/syscall-info.ts";
import type { SyscallStop } from "../../../src/sources/ptrace/syscall-stop.ts";
import { TraceeMemory } from "../../../src/sources/ptrace/tracee-memory.ts";
import { StoppedReader } from "./call-stops.ts";
import { stopOfAbi } from "./stops.ts";

const ARCH = process.arch === "arm64" ? "arm64" : "x64";
const UNTRACED = BigInt(CLONE_UNTRACED);
/** CLONE_FS, SIGCHLD, and a bit of the upper half: CLONE_INTO_CGROUP. */
const OTHERS = (1n << 33n) | 0x200n | 17n;
let reader: StoppedReader;
let flags: CloneFlags;
beforeEach(async () => {
  reader = await StoppedReader.start();
  flags = new CloneFlags();
});
afterEach(() => reader.close());

function call(name: string, argument: bigint): SyscallStop {
  const stop = stopOfAbi(ARCH, name, argument);
  stop.tid = reader.pid;
  return stop;
}

function firstArgument(): bigint {
  const info = new SyscallInfo();
  info.read(reader.pid, false);
  return info.args[0];
}

/** Memory of the tracee, as that of a struct clone_args. */
function structClone(value: bigint) {
  const info = new SyscallInfo();
  info.read(reader.pid, false);
  const address = Number(info.args[1]);
  const memory = new TraceeMemory();
  memory.pid = reader.pid;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  memory.write(address, bytes);
  return {
    address: BigInt(address),
    read: () => memory.read(address, 8)?.view.getBigUint64(0, true),
  };
}

test("a clone loses the flag until it has left", () => {
  flags.entered(call("clone", UNTRACED | OTHERS));
  expect(firstArgument()).toBe(OTHERS);
  flags.left(reader.pid);
  expect(firstArgument()).toBe(UNTRACED | OTHERS);
});

test("a clone3 loses the flag in memory until it has left", () => {
  const memory = structClone(UNTRACED | OTHERS);
  flags.entered(call("clone3", memory.address));
  expect(memory.read()).toBe(OTHERS);
  flags.left(reader.pid);
  expect(memory.read()).toBe(UNTRACED | OTHERS);
});

test("the flag is given back once", () => {
  const memory = structClone(UNTRACED);
  flags.entered(call("clone3", memory.address));
  flags.left(reader.pid);
  const later = structClone(5n);
  flags.left(reader.pid);
  expect(later.read()).toBe(5n);
});

test("a child gets the flag back as well", () => {
  const PARENT = 99999998;
  const memory = structClone(UNTRACED);
  const stop = call("clone3", memory.address);
  flags.entered(stop);
  const child = reader.pid;
  // The same change is due to both: here the thread takes the part of the child.
  flags.forked(child, PARENT);
  flags.forget(child);
  flags.left(child);
  expect(memory.read()).toBe(0n);
  flags.forked(PARENT, child);
  flags.left(child);
  expect(memory.read()).toBe(UNTRACED);
});

test("other flags, other calls and unreadable structs are left alone", () => {
  const before = firstArgument();
  flags.entered(call("clone", OTHERS));
  flags.entered(call("read", UNTRACED));
  flags.entered(call("clone3", 8n));
  flags.left(reader.pid);
  expect(firstArgument()).toBe(before);
});
