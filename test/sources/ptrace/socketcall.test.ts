/** Calls of socketcall(2), whose arguments are in this process's memory. */
import { describe, expect, test } from "bun:test";
import { allocate } from "../../../src/ffi/memory.ts";
import { socketcallName, unpackSocketcall } from "../../../src/sources/ptrace/socketcall.ts";
import { SyscallStop } from "../../../src/sources/ptrace/syscall-stop.ts";
import { TraceeMemory } from "../../../src/sources/ptrace/tracee-memory.ts";
import { syscallNumber } from "../../../src/syscalls/table.ts";

const SYS_CONNECT = 3n;
const SYS_SENDTO = 11n;
const NOWHERE = 8n;

function socketcall(call: bigint, address: bigint): SyscallStop {
  const stop = new SyscallStop();
  stop.tid = process.pid;
  stop.abi = "x64Compat";
  stop.number = syscallNumber("x64Compat", "socketcall")!;
  stop.args.set([call, address]);
  return stop;
}

/** Writes 32-bit numbers. @returns their address */
function words(...values: number[]): bigint {
  const memory = allocate(values.length * 4);
  for (const [index, value] of values.entries()) memory.view.setUint32(index * 4, value, true);
  return BigInt(memory.address);
}

describe("a socketcall", () => {
  test("has the name and the arguments of the call that it makes", () => {
    const stop = socketcall(SYS_CONNECT, words(7, 0xfffffff0, 16));
    expect(unpackSocketcall(stop, new TraceeMemory())).toBe("connect");
    expect([...stop.args.subarray(0, 3)]).toEqual([7n, 0xfffffff0n, 16n]);
    const six = socketcall(SYS_SENDTO, words(1, 2, 3, 4, 5, 6));
    expect(unpackSocketcall(six, new TraceeMemory())).toBe("sendto");
    expect([...six.args]).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
  });

  test("remains one if its arguments cannot be read", () => {
    const stop = socketcall(SYS_CONNECT, NOWHERE);
    expect(unpackSocketcall(stop, new TraceeMemory())).toBeUndefined();
    expect([...stop.args.subarray(0, 2)]).toEqual([SYS_CONNECT, NOWHERE]);
  });

  test("of an unknown call has no name", () => {
    expect(socketcallName(socketcall(99n, 0n))).toBeUndefined();
  });
});

test("a call of another ABI with the number of socketcall is none", () => {
  const stop = socketcall(SYS_CONNECT, words(7, 0, 16));
  stop.abi = "x64";
  expect(unpackSocketcall(stop, new TraceeMemory())).toBeUndefined();
  expect(stop.args[0]).toBe(SYS_CONNECT);
});
