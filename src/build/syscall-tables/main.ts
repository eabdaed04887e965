/**
 * Writes the files in generated/. Run `make tables` as root, on x86-64 with a kernel that has tracefs
 * and BTF. The headers are usually newer than the kernel, so calls and constants of later kernels are
 * included; arguments and structs are those of the running kernel.
 */
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { tracefs } from "../../sources/bpf/tracepoint.ts";
import type { Abi } from "../../syscalls/table.ts";
import { prototypeLines, readSources } from "./arguments.ts";
import { Btf } from "./btf.ts";
import { callTypes } from "./call-types.ts";
import { deviceSets } from "./device-sets.ts";
import { differingLines, readSets, setLine } from "./flags.ts";
import { type Machine, unpackedHeaders } from "./headers.ts";
import { readIoctls } from "./ioctls.ts";
import { arm64Lines, layoutLines, scalarLines } from "./kernel-types.ts";
import { netlinkLayouts, netlinkSets } from "./netlink.ts";
import { numbersText, readNumbers } from "./numbers.ts";
import { SET_DEFINITIONS } from "./sets.ts";
import { templateConstant, wrapWords, writeGenerated } from "./write.ts";

const ABIS: readonly Abi[] = ["x64", "x64Compat", "x32", "arm64", "arm64Compat"];

const headers = unpackedHeaders(process.argv[2]);
const kernel = new Btf(readFileSync("/sys/kernel/btf/vmlinux"));
const HEADERS = `the kernel's headers, version ${headers.version}`;
const KERNEL = `the running kernel, version ${/^[\d.]+\d/.exec(release())}, on x86-64`;

const numbers = new Map(ABIS.map((abi) => [abi, readNumbers(headers, abi)]));
const namesOf = (...abis: Abi[]) => new Set(abis.flatMap((abi) => [...numbers.get(abi)!.values()]));

writeGenerated(
  "numbers.ts",
  "The names of system calls by their numbers",
  `asm/unistd*.h of ${HEADERS}`,
  `/** Names and numbers, in numeric order. */
export const NUMBERS = {
${ABIS.map((abi) => `  ${abi}: \`\n${wrapWords(numbersText(numbers.get(abi)!))}\`,\n`).join("")}};
`,
);

const prototypes = prototypeLines(
  namesOf("x64", "x32", "arm64"),
  namesOf("x64Compat", "arm64Compat"),
  readSources(headers, tracefs()),
).join("\n");
const scalars = Array.from(
  scalarLines(kernel, prototypes),
  ([name, text]) => `${name.replace(/ /g, "_")}=${text}`,
);
writeGenerated(
  "arguments.ts",
  "The arguments of system calls",
  `the tracepoint formats of ${KERNEL},\n` +
    `linux/syscalls.h and linux/compat.h of ${HEADERS},\nand build/syscall-tables/overrides.ts`,
  [
    templateConstant(
      "PROTOTYPES",
      '"compat:" applies to 32-bit programs, "arm64:" to arm64.',
      prototypes,
    ),
    templateConstant(
      "SCALARS",
      "Signedness and size in bytes; w is the size of a register.",
      wrapWords(scalars.join(" ")),
    ),
  ].join("\n"),
);

const layouts = layoutLines(kernel, headers, prototypes);
const onArm64 = arm64Lines(headers, layouts);
const text = (lines: ReadonlyMap<string, string>) =>
  Array.from(lines, ([tag, line]) => `${tag} ${line}`)
    .sort()
    .join("\n");
writeGenerated(
  "layouts.ts",
  "The layouts of structs",
  `BTF of ${KERNEL},\nand ${HEADERS}`,
  [
    templateConstant("LAYOUTS", "Format: build/syscall-tables/layouts.ts.", text(layouts)),
    templateConstant("ARM64_LAYOUTS", "Structs whose layout differs on arm64.", text(onArm64)),
  ].join("\n"),
);

const setsOf = (machine: Machine) => {
  const sets = readSets(headers, machine);
  return SET_DEFINITIONS.map(({ kind, name }) => setLine(kind, name, sets.get(name)!));
};
const ioctlsOf = (machine: Machine) =>
  Array.from(readIoctls(headers, machine), ([header, set]) => setLine("values", header, set));

const [sets, ioctls] = [setsOf("x64"), ioctlsOf("x64")];
writeGenerated(
  "flags.ts",
  "Named constants, by set",
  `${HEADERS},\nand build/syscall-tables/sets.ts`,
  [
    templateConstant("SETS", "Format: build/syscall-tables/flags.ts.", sets.join("\n")),
    templateConstant(
      "ARM64_SETS",
      "Sets that differ on arm64.",
      differingLines(setsOf("arm64"), sets).join("\n"),
    ),
    templateConstant(
      "COMPAT_SETS",
      "Sets that differ on i386.",
      differingLines(setsOf("x64Compat"), sets).join("\n"),
    ),
    templateConstant("IOCTLS", "The requests of ioctl(2), by header.", ioctls.join("\n")),
    templateConstant(
      "COMPAT_IOCTLS",
      "Headers whose requests differ on i386.",
      differingLines(ioctlsOf("x64Compat"), ioctls).join("\n"),
    ),
    templateConstant(
      "ARM64_IOCTLS",
      "Headers whose requests differ on arm64.",
      differingLines(ioctlsOf("arm64"), ioctls).join("\n"),
    ),
  ].join("\n"),
);

writeGenerated(
  "netlink.ts",
  "The constants and structs of netlink messages",
  `${HEADERS},\nand syscalls/decode/netlink/policies`,
  [
    templateConstant(
      "NETLINK_SETS",
      "Format: build/syscall-tables/flags.ts.",
      netlinkSets(headers).join("\n"),
    ),
    templateConstant(
      "NETLINK_LAYOUTS",
      "Format: build/syscall-tables/layouts.ts.",
      netlinkLayouts(headers).join("\n"),
    ),
  ].join("\n"),
);

writeGenerated(
  "devices.ts",
  "The constants that only requests of ioctl(2) use",
  `${HEADERS},\nand build/syscall-tables/device-sets.ts`,
  templateConstant(
    "DEVICE_SETS",
    "Format: build/syscall-tables/flags.ts.",
    deviceSets(headers).join("\n"),
  ),
);

// Based on the tables from before this run: after new calls appear, run it again.
const types = callTypes();
writeGenerated(
  "calls.ts",
  "The types of decoded calls",
  "the other tables and build/syscall-tables/shapes.ts",
  types.calls,
);
writeGenerated(
  "flag-names.ts",
  "The names in sets of constants, as types",
  "flags.ts",
  types.flagNames,
);
