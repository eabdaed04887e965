/** Unpacks socketcall(2), by which 32-bit programs on x86-64 may make the calls of sockets. */
import { SOCKET_CALLS, SOCKETCALL_NUMBER } from "../../syscalls/decode/compat.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import type { TraceeMemory } from "./tracee-memory.ts";

/** Returns the name of the call that a socketcall(2) makes; undefined for other calls. */
export function socketcallName({ abi, number, args }: SyscallStop): string | undefined {
  if (abi !== "x64Compat" || number !== SOCKETCALL_NUMBER) return undefined;
  return SOCKET_CALLS[Number(args[0])]?.name;
}

/**
 * Replaces the arguments of a socketcall(2) by those in memory.
 * @returns the name of the call that it makes; undefined for other calls, and if they cannot be read
 */
export function unpackSocketcall(stop: SyscallStop, memory: TraceeMemory): string | undefined {
  const name = socketcallName(stop);
  if (name === undefined) return undefined;
  const count = SOCKET_CALLS[Number(stop.args[0])]!.arguments;
  memory.pid = stop.tid;
  const args = memory.read(Number(stop.args[1]), count * 4);
  if (!args) return undefined;
  for (let index = 0; index < count; index++)
    stop.args[index] = BigInt(args.view.getUint32(index * 4, true));
  return name;
}
