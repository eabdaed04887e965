/** The tools and libraries that an executable is built with, on this machine for each machine. */
import { run } from "../run.ts";
import { fetchBun } from "./bun-runtime.ts";
import type { Machine } from "./machines.ts";
import { fetchSysroot, libraryDirectory } from "./sysroot.ts";

export interface Toolchain {
  /** Arguments of make. */
  readonly variables: readonly string[];
  /** The compiler, with its arguments. */
  readonly compiler: readonly string[];
  /** The directory with packages of another machine; null: the libraries are this machine's. */
  readonly sysroot: string | null;
}

/** @param directory where what is downloaded is kept */
export function toolchainFor(machine: Machine, directory: string): Toolchain {
  const { triplet, debian, bunTarget } = machine;
  const bun = fetchBun(machine, directory);
  const isNative = run(["dpkg", "--print-architecture"]).trim() === debian;
  const sysroot = isNative ? null : fetchSysroot(machine, directory);
  // Debian's gcc for another machine cannot be installed beside gcc-multilib, which tests need.
  const compiler = sysroot
    ? `clang --target=${triplet} -B${libraryDirectory(sysroot, machine)}/`
    : `${triplet}-gcc`;
  const variables = [
    `CC=${compiler}`,
    `OBJCOPY=${triplet}-objcopy`,
    `READELF=${triplet}-readelf`,
    `BUN_TARGET=--target=${bunTarget} --compile-executable-path=${bun}`,
    ...(sysroot ? [`BPF_INCLUDE=/usr/${triplet}/include`] : []),
  ];
  return { variables, compiler: compiler.split(" "), sysroot };
}
