/** Reads the system call numbers from asm/unistd_*.h of each machine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Abi } from "../../syscalls/table.ts";
import { asmDirectory, type Headers } from "./headers.ts";

const FILES: Readonly<Record<Abi, readonly [machine: "x64" | "arm64" | "arm64Compat", string[]]>> =
  {
    x64: ["x64", ["unistd_64.h"]],
    x64Compat: ["x64", ["unistd_32.h"]],
    x32: ["x64", ["unistd_x32.h"]],
    arm64: ["arm64", ["unistd_64.h"]],
    // The second has arm's private calls, with much higher numbers.
    arm64Compat: ["arm64Compat", ["unistd-eabi.h", "unistd.h"]],
  };

/** Base of __ARM_NR_*: arch/arm/include/uapi/asm/unistd.h. */
const ARM_PRIVATE = 0x0f0000;
const DEFINE =
  /^#define __(NR|ARM_NR)_([a-z_]\w*)\s+\(?(?:__(?:X32_SYSCALL_BIT|NR_SYSCALL_BASE|ARM_NR_BASE) ?\+ ?)?(\d+)\)?$/gm;

/** Returns the names by number; x32 numbers without bit 30. */
export function readNumbers(headers: Headers, abi: Abi): Map<number, string> {
  const [machine, files] = FILES[abi];
  const text = files
    .map((file) => readFileSync(join(asmDirectory(headers, machine), "asm", file), "utf8"))
    .join("\n");
  const found = Array.from(
    text.matchAll(DEFINE),
    ([, kind, name, number]) => [Number(number) + (kind === "NR" ? 0 : ARM_PRIVATE), name] as const,
  );
  return new Map(found.sort(([a], [b]) => a - b));
}

/** Returns "read=0 write=1 …", in numeric order. */
export function numbersText(numbers: ReadonlyMap<number, string>): string {
  return Array.from(numbers, ([number, name]) => `${name}=${number}`).join(" ");
}
