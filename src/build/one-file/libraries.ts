/**
 * The parts of glibc that the one-file executable contains: the dynamic linker, libc and libm. Two
 * places are changed, so that the executable does not depend on the machine that it runs on.
 */
import { readFileSync, realpathSync } from "node:fs";
import type { Elf } from "./elf.ts";

export interface Libraries {
  readonly loader: Uint8Array;
  readonly libc: Uint8Array;
  readonly libm: Uint8Array;
}

/** The dynamic linker would load the libraries that this file names into our process: ld.so(8). */
const PRELOAD_FILE = "/etc/ld.so.preload\0";

interface Machine {
  /** The dynamic linker's name beside libc. */
  readonly loader: string;
  /**
   * clone3(2) in libc, and what replaces it: a result of -ENOSYS. Filters of old container engines
   * answer clone3 with EPERM, which glibc takes for an error; at ENOSYS it uses clone(2).
   */
  readonly clone3: readonly number[];
  readonly noClone3: readonly number[];
  /** How often glibc calls it. */
  readonly clone3Count: number;
}

/** By e_machine: elf(5). */
const MACHINES: Readonly<Record<number, Machine>> = {
  62: {
    loader: "ld-linux-x86-64.so.2",
    clone3: [0xb8, 0xb3, 0x01, 0, 0, 0x0f, 0x05], // mov $435, %eax; syscall
    noClone3: [0x48, 0xc7, 0xc0, 0xda, 0xff, 0xff, 0xff], // mov $-38, %rax
    clone3Count: 1,
  },
  183: {
    loader: "ld-linux-aarch64.so.1",
    clone3: [0x68, 0x36, 0x80, 0xd2, 0x01, 0, 0, 0xd4], // mov x8, #435; svc #0
    noClone3: [0x68, 0x36, 0x80, 0xd2, 0xa0, 0x04, 0x80, 0x92], // mov x8, #435; mov x0, #-38
    clone3Count: 0, // glibc 2.36
  },
};

const MACHINE_OFFSET = 18;

/** Returns what an executable's machine needs. @throws Error for other machines */
function machineOf(elf: Elf): Machine {
  const number = elf.uint16(MACHINE_OFFSET);
  const machine = MACHINES[number];
  if (!machine) throw new Error(`machine ${number} is neither x86-64 nor arm64`);
  return machine;
}

/** The version from which libpthread and libdl are part of libc. */
const OLDEST_GLIBC = "GLIBC_2.34\0";

/** Replaces bytes wherever they are. Returns how often that is. */
function replace(bytes: Uint8Array, from: Uint8Array, to: readonly number[]): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let count = 0;
  for (let at = buffer.indexOf(from); at >= 0; at = buffer.indexOf(from, at + 1)) {
    bytes.set(to, at);
    count++;
  }
  return count;
}

/**
 * Reads the libraries for an executable.
 * @param directory of libc.so.6 and libm.so.6, and of the dynamic linker
 */
export function readLibraries(executable: Elf, directory: string): Libraries {
  const { loader: name, clone3, noClone3, clone3Count } = machineOf(executable);
  const read = (file: string) => new Uint8Array(readFileSync(realpathSync(`${directory}/${file}`)));
  const loader = read(name);
  const libc = read("libc.so.6");
  if (Buffer.from(libc).indexOf(OLDEST_GLIBC) < 0)
    throw new Error(`${directory}: this glibc is older than 2.34`);
  if (replace(loader, Buffer.from(PRELOAD_FILE), [0]) !== 1)
    throw new Error(`${directory}/${name}: not one ${PRELOAD_FILE}`);
  if (replace(libc, Uint8Array.from(clone3), noClone3) !== clone3Count)
    throw new Error(`${directory}/libc.so.6: another use of clone3 than expected`);
  return { loader, libc, libm: read("libm.so.6") };
}
