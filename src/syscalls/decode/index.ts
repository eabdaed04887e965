/** Which decoder a system call has: one written by hand, or what the table of arguments tells. */
import { type Abi, argumentsOf } from "../table.ts";
import type { Value } from "../value.ts";
import type { Argument, Call, When } from "./call.ts";
import { FILE_DECODERS } from "./file.ts";
import { generic } from "./generic.ts";
import { NETWORK_DECODERS } from "./network.ts";
import { TASK_DECODERS } from "./tasks.ts";

const BY_HAND: Readonly<Record<string, readonly Argument[]>> = {
  ...FILE_DECODERS,
  ...TASK_DECODERS,
  ...NETWORK_DECODERS,
};

const decoders = new Map<string, readonly Argument[]>();

function decoderOf(name: string, abi: Abi): readonly Argument[] {
  const key = `${abi} ${name}`;
  let decoder = decoders.get(key);
  if (!decoder) {
    decoder =
      BY_HAND[name] ?? argumentsOf(name, abi)?.map((each) => generic(name, each, abi)) ?? [];
    decoders.set(key, decoder);
  }
  return decoder;
}

/** The names of a call's arguments, for JSON and for programs. */
export function argumentNames(name: string, abi: Abi): readonly string[] {
  return argumentsOf(name, abi)?.map((argument) => argument.name) ?? [];
}

/**
 * Decodes the arguments that can be decoded now. What is decoded already is left as it is.
 * @param into an array that the same call's values were put into before; index by argument
 */
export function decodeArguments(call: Call, now: When, into: (Value | null | undefined)[]): void {
  const decoder = decoderOf(call.name, call.abi);
  for (let index = 0; index < decoder.length; index++) {
    const argument = decoder[index];
    if (argument.when === now) into[index] = argument.decode(call, index);
    else if (now === "entry") into[index] = undefined;
  }
}

/** How many arguments can be shown at the entry: up to the first that the call has yet to write. */
export function knownAtEntry(name: string, abi: Abi): number {
  const decoder = decoderOf(name, abi);
  const first = decoder.findIndex(({ when }) => when === "exit");
  return first < 0 ? decoder.length : first;
}

/** A call whose number nobody knows. */
export function unknownCall(number: number): string {
  return `syscall_0x${number.toString(16)}`;
}
