/** Reads the arguments of a file call: its numbers, and what they point to in the tracee's memory. */
import type { FileCall } from "../../events/file-calls.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { PATH_MAX } from "../../kernel/limits.ts";
import { syscallNumber } from "../../syscalls/table.ts";
import { socketcallName, unpackSocketcall } from "./socketcall.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import type { Tracee } from "./tracee.ts";
import { TraceeMemory } from "./tracee-memory.ts";

const OPEN_HOW_SIZE = 24;
const OPEN_HOW_RESOLVE = 16;
const SOCKADDR_BYTES = 128;
const CLONE_VM = 0x100n;
const CLONE_VFORK = 0x4000n;
/** These resolve in the tree of dfd: openat2(2). */
const RESOLVE_BENEATH_OR_IN_ROOT = 0x18n;
export const CREAT_FLAGS = 0o1101;
/** The calls of socketcall(2) that are recorded. */
const RECORDED_SOCKETCALLS = new Set<string | undefined>([
  ...["bind", "connect", "sendto", "sendmsg", "sendmmsg"],
]);
/** Of struct msghdr: msg_name and msg_namelen; and the size of struct mmsghdr. */
const MESSAGE = { nameLength: 8, size: 64 } as const;
const MESSAGE_32BIT = { nameLength: 4, size: 32 } as const;
const MESSAGE_HEAD = 16;
/** UIO_MAXIOV. */
const MAX_MESSAGES = 1024;
const u32 = (value: bigint) => Number(BigInt.asUintN(32, value));
const EMPTY = new Uint8Array(0);

export class CallArguments {
  private readonly memory = new TraceeMemory();

  /** Selects the thread whose memory is read. */
  selectThread(tid: number): void {
    this.memory.pid = tid;
  }

  /** Returns the open or lookup flags of a call; 0 for none. */
  lookupFlags(stop: SyscallStop, call: FileCall): number {
    if (call.name === "creat") return CREAT_FLAGS;
    if (call.roles.includes("how"))
      return Number(howField(this.readHow(stop, call), 0) & 0xffffffffn);
    return Number(BigInt.asUintN(32, this.argument(stop, call, "flags") ?? 0n));
  }

  /** Whether the name leads where it would without a struct open_how. */
  isResolvable(stop: SyscallStop, call: FileCall): boolean {
    if (!call.roles.includes("how")) return true;
    const how = this.readHow(stop, call);
    return how !== null && (howField(how, OPEN_HOW_RESOLVE) & RESOLVE_BENEATH_OR_IN_ROOT) === 0n;
  }

  /** Reads a struct open_how. Borrowed: valid until the next read. */
  readHow(stop: SyscallStop, call: FileCall): Uint8Array | null {
    const how = this.argument(stop, call, "how");
    if (how === null || stop.openHow) return stop.openHow;
    return this.memory.read(Number(how), OPEN_HOW_SIZE)?.bytes.subarray(0, OPEN_HOW_SIZE) ?? null;
  }

  /** @param role of the argument, as in FileCall; null for a call without it */
  argument(stop: SyscallStop, call: FileCall, role: string): bigint | null {
    const roles = stop.abi.endsWith("Compat") ? call.compatRoles : call.roles;
    const index = roles.indexOf(role);
    return index < 0 ? null : stop.args[index];
  }

  /** Returns a copy of the string of an argument; empty for NULL, null if it cannot be read. */
  readString(stop: SyscallStop, call: FileCall, role: string): Uint8Array | null {
    const address = this.argument(stop, call, role);
    if (address === null || address === 0n) return address === null ? null : EMPTY;
    const string = this.memory.readString(Number(address), PATH_MAX - 1);
    return string ? string.bytes.slice(0, string.length) : null;
  }

  /** Returns the fd of the directory in which a name starts: AT_FDCWD if the call has none. */
  directoryFd(stop: SyscallStop, call: FileCall, role: "dfd" | "dfd2"): number {
    const argument = this.argument(stop, call, role);
    return argument === null ? AT_FDCWD : Number(BigInt.asIntN(32, argument));
  }

  /** Replaces i386's socketcall(2) by the recorded call that it makes, with its arguments in memory. */
  unpackSocketcall(stop: SyscallStop): void {
    if (!RECORDED_SOCKETCALLS.has(socketcallName(stop))) return;
    const name = unpackSocketcall(stop, this.memory);
    if (name !== undefined) stop.number = syscallNumber(stop.abi, name)!;
  }

  /** Returns a copy of a struct sockaddr; null if it cannot be read. */
  readAddress(stop: SyscallStop, call: FileCall): Uint8Array | null {
    const address = this.argument(stop, call, "address");
    if (address === null) return this.destinations(stop, call)[0] ?? null;
    return this.addressAt(address, this.argument(stop, call, "length") ?? 0n);
  }

  private addressAt(address: bigint, size: bigint): Uint8Array | null {
    const length = Math.min(u32(size), SOCKADDR_BYTES);
    const memory = this.memory.read(Number(address), length);
    return memory ? memory.bytes.slice(0, length) : null;
  }

  /**
   * Returns copies of the addresses that a call sends to; null for each that cannot be read. Without
   * an address, a message is for the peer of a connected socket.
   * @param sent the number of messages that were sent; by default all
   */
  destinations(stop: SyscallStop, call: FileCall, sent = MAX_MESSAGES): (Uint8Array | null)[] {
    const address = this.argument(stop, call, "destination");
    if (address !== null) {
      const length = this.argument(stop, call, "length") ?? 0n;
      return address && BigInt.asUintN(32, length) ? [this.addressAt(address, length)] : [];
    }
    const messages =
      this.argument(stop, call, "message") ?? this.argument(stop, call, "messages") ?? 0n;
    const total = Math.min(sent, u32(this.argument(stop, call, "count") ?? 1n));
    const found: (Uint8Array | null)[] = [];
    for (let index = 0; messages && index < total; index++) {
      const destination = this.messageDestination(stop, messages, index);
      if (destination !== undefined) found.push(destination);
    }
    return found;
  }

  /** Returns undefined if a message has no address, null if it cannot be read. */
  private messageDestination(
    { abi, failed }: SyscallStop,
    messages: bigint,
    index: number,
  ): Uint8Array | null | undefined {
    const is64Bit = abi === "x64" || abi === "arm64";
    const { nameLength, size } = is64Bit ? MESSAGE : MESSAGE_32BIT;
    const head = this.memory.read(Number(messages) + index * size, MESSAGE_HEAD);
    if (!head) return failed ? undefined : null;
    const { view } = head;
    const address = is64Bit ? view.getBigUint64(0, true) : BigInt(view.getUint32(0, true));
    const length = view.getUint32(nameLength, true);
    return address && length ? this.addressAt(address, BigInt(length)) : undefined;
  }

  /** Returns the kernel's clone flags, which do not include the exit signal: clone(2). */
  cloneFlags({ tid, syscall: stop }: Tracee, name: string | undefined): bigint {
    if (!stop || name === undefined || name === "fork") return 0n;
    if (name === "vfork") return CLONE_VFORK | CLONE_VM;
    if (name === "clone") return stop.args[0] & 0xffffff00n;
    this.memory.pid = tid;
    return this.memory.read(Number(stop.args[0]), 8)?.view.getBigUint64(0, true) ?? 0n;
  }
}

/** @param how a struct open_how; null: all of its fields are 0 */
export function howField(how: Uint8Array | null, offset: number): bigint {
  return how ? new DataView(how.buffer, how.byteOffset).getBigUint64(offset, true) : 0n;
}
