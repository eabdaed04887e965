/** Decodes calls over memory that consists of given bytes. */
import { SyscallView } from "../../../src/syscalls/decode/call.ts";
import { decodeArguments } from "../../../src/syscalls/decode/index.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import type { Value } from "../../../src/syscalls/value.ts";

/** Memory from BASE on; everything else is unreadable. */
export const BASE = 0x10000n;

export interface FixedCall {
  readonly name: string;
  readonly args: readonly (number | bigint)[];
  /** From BASE on. */
  readonly memory?: Uint8Array;
  readonly result?: number;
  readonly pathOf?: (fd: number) => string | undefined;
  readonly netlinkProtocol?: number;
  readonly genericFamily?: (id: number) => string | undefined;
  /** strace -v. */
  readonly verbose?: boolean;
}

export function fixedView(described: FixedCall): SyscallView {
  const { name, args, memory, result = 0, pathOf, netlinkProtocol, verbose = false } = described;
  const call = new SyscallView();
  call.abbreviated = !verbose;
  const bytes = Uint8Array.from(memory ?? []);
  const at = (address: number, length: number) => {
    const start = address - Number(BASE);
    return start < 0 || start + length > bytes.length
      ? null
      : bytes.subarray(start, start + length);
  };
  call.memory = {
    read(address, length) {
      const found = at(address, length);
      return found
        ? { bytes: found, view: new DataView(found.buffer, found.byteOffset, length) }
        : null;
    },
    readString(address, limit) {
      const found = at(address, bytes.length - (address - Number(BASE)));
      if (!found) return null;
      const end = found.indexOf(0);
      if (end < 0 && found.length <= limit) return null;
      const length = Math.min(end < 0 ? found.length : end, limit);
      return { bytes: found, length, cut: end < 0 || end > limit };
    },
  };
  call.name = name;
  call.detailsOf = pathOf ? (fd) => ({ path: pathOf(fd) }) : null;
  call.genericFamily = described.genericFamily ?? null;
  call.netlinkProtocol = netlinkProtocol === undefined ? null : () => netlinkProtocol;
  const registers = BigUint64Array.from({ length: 6 }, (_, i) =>
    BigInt.asUintN(64, BigInt(args[i] ?? 0)),
  );
  call.registers = { args: registers, result: BigInt(result), failed: result < 0 };
  return call;
}

/** Decodes all arguments of a finished call. */
export function decodeCall(described: FixedCall): Value[] {
  const call = fixedView(described);
  const values: (Value | null | undefined)[] = [];
  decodeArguments(call, "entry", values);
  decodeArguments(call, "exit", values);
  return values.filter((value): value is Value => value !== null && value !== undefined);
}

/** Returns an argument of a call as strace writes it. */
export function argumentText(described: FixedCall, index: number): string {
  return straceText(decodeCall(described)[index]);
}

/** Returns the arguments of a finished call as strace writes them. */
export function decodeTexts(described: FixedCall): string[] {
  return decodeCall(described).map((value) => straceText(value));
}
