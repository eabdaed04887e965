/** Which decoder a system call has: one written by hand, or what the table of arguments tells. */
import { argumentsOf, type ArgumentType } from "../table.ts";
import type { Value } from "../value.ts";
import * as usual from "./arguments.ts";
import type { Argument, Call, When } from "./call.ts";
import { FILE_DECODERS } from "./file.ts";
import { NETWORK_DECODERS } from "./network.ts";
import { PROCESS_DECODERS } from "./process.ts";

const BY_HAND: Readonly<Record<string, readonly Argument[]>> = {
  ...FILE_DECODERS,
  ...PROCESS_DECODERS,
  ...NETWORK_DECODERS,
};

/** What an argument's type and name alone tell. */
function generic({ name, type }: ArgumentType): Argument {
  if (/^(fd|fildes|.*_fd)$/.test(name)) return usual.fd;
  if (/^(dfd|dirfd|.*dfd)$/.test(name)) return usual.dirfd;
  if (/^const char \*$/.test(type)) return usual.path;
  if (type.includes("*")) return usual.address;
  if (/mode_t/.test(type)) return usual.mode;
  if (/\b(loff_t|long)\b/.test(type) && !/unsigned/.test(type)) return usual.long;
  if (/size_t|unsigned long|u64/.test(type)) return usual.ulong;
  return /unsigned|u32|uid_t|gid_t/.test(type) ? usual.uint : usual.int;
}

const decoders = new Map<string, readonly Argument[]>();

function decoderOf(name: string): readonly Argument[] {
  let decoder = decoders.get(name);
  if (!decoder) {
    decoder = BY_HAND[name] ?? argumentsOf(name).map(generic);
    decoders.set(name, decoder);
  }
  return decoder;
}

/** The names of a call's arguments, for JSON and for programs. */
export function argumentNames(name: string): readonly string[] {
  return argumentsOf(name).map((argument) => argument.name);
}

/**
 * Decodes the arguments that can be decoded now. What is decoded already is left as it is.
 * @param into an array that the same call's values were put into before; index by argument
 */
export function decodeArguments(call: Call, now: When, into: (Value | null | undefined)[]): void {
  const decoder = decoderOf(call.name);
  for (let index = 0; index < decoder.length; index++) {
    const argument = decoder[index];
    if (argument.when === now) into[index] = argument.decode(call, index);
    else if (now === "entry") into[index] = undefined;
  }
}

/** How many arguments can be shown at the entry: up to the first that the call has yet to write. */
export function knownAtEntry(name: string): number {
  const decoder = decoderOf(name);
  const first = decoder.findIndex(({ when }) => when === "exit");
  return first < 0 ? decoder.length : first;
}

/** A call whose number nobody knows. */
export function unknownCall(number: number): string {
  return `syscall_0x${number.toString(16)}`;
}

