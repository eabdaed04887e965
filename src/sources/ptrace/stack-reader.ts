/** Reads the call stacks of tracees: strace's -k. proc_pid_maps(5). */
import { readFileSync } from "node:fs";
import type { SyscallFrame } from "../../events/syscall-event.ts";
import type { StackUnwinder } from "../../ffi/libunwind.ts";

interface Mapping {
  readonly start: bigint;
  readonly end: bigint;
  readonly offset: bigint;
  readonly path: string;
}

/** Parses a maps file. Mappings without a file are left out. */
export function parseMappings(text: string): Mapping[] {
  return text.split("\n").flatMap((line) => {
    const parts = /^([0-9a-f]+)-([0-9a-f]+) \S+ ([0-9a-f]+) \S+ \d+ +(\S.*)$/.exec(line);
    if (!parts) return [];
    const [start, end, offset] = parts.slice(1, 4).map((hex) => BigInt(`0x${hex}`));
    return [{ start, end, offset, path: parts[4] }];
  });
}

export class StackReader {
  private readonly unwinder: StackUnwinder;

  constructor(unwinder: StackUnwinder) {
    this.unwinder = unwinder;
  }

  /** Returns the frames of a stopped thread; none if its memory map cannot be read. */
  read(tid: number): SyscallFrame[] {
    const mappings = parseMappings(mapsOf(tid));
    if (mappings.length === 0) return [];
    return this.unwinder.frames(tid).map(({ address, name, offset }) => {
      const mapping = mappings.find(({ start, end }) => address >= start && address < end);
      return {
        path: mapping?.path ?? "",
        position: mapping ? address - mapping.start + mapping.offset : address,
        name,
        offset,
      };
    });
  }
}

function mapsOf(tid: number): string {
  try {
    return readFileSync(`/proc/${tid}/maps`, "latin1");
  } catch {
    return "";
  }
}
