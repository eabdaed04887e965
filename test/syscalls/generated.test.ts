/**
 * Regenerates the tables from the installed headers and the running kernel's BTF, and compares. The
 * versions may differ in what they have; common parts must be equal.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { Btf } from "../../src/build/syscall-tables/btf.ts";
import { readSets } from "../../src/build/syscall-tables/flags.ts";
import {
  asmDirectory,
  type Headers,
  type Machine,
} from "../../src/build/syscall-tables/headers.ts";
import { readIoctls } from "../../src/build/syscall-tables/ioctls.ts";
import { headerBtf } from "../../src/build/syscall-tables/kernel-types.ts";
import { Layouts } from "../../src/build/syscall-tables/layouts.ts";
import { numbersText, readNumbers } from "../../src/build/syscall-tables/numbers.ts";
import { LAYOUTS } from "../../src/syscalls/generated/layouts.ts";
import { NUMBERS } from "../../src/syscalls/generated/numbers.ts";
import { type Abi, constantsOf, layoutOf, syscallName } from "../../src/syscalls/table.ts";
import { valuesOf } from "../abi/compiler.ts";
import { additions } from "./additions.ts";

const X64 = process.arch === "x64";
const VMLINUX = "/sys/kernel/btf/vmlinux";
/** The installed headers; the version is only for the generated comments. */
const headers: Headers = { uapi: "/usr/include", kernel: null, version: "" };

const hasMachine = (machine: Machine) =>
  existsSync(`${asmDirectory(headers, machine)}/asm/unistd.h`);

describe("numbers", () => {
  const here = (["x64", "x64Compat", "x32", "arm64"] as const).filter((abi) => {
    const machine = abi === "arm64" ? "arm64" : "x64";
    const file = { x64: "unistd_64.h", x64Compat: "unistd_32.h", x32: "unistd_x32.h" };
    return (
      hasMachine(machine) &&
      existsSync(`${asmDirectory(headers, machine)}/asm/${file[abi as never] ?? "unistd_64.h"}`)
    );
  });

  test.each(here)("of %s are those of the installed headers", (abi: Abi) => {
    const there = readNumbers(headers, abi);
    expect(there.size).toBeGreaterThan(300);
    const known = [...there].filter(([number]) => syscallName(abi, number) !== undefined);
    expect(known.map(([number]) => syscallName(abi, number))).toEqual(
      known.map(([, name]) => name),
    );
    additions(
      `${abi} numbers`,
      [...there]
        .filter(([number]) => syscallName(abi, number) === undefined)
        .map(([, name]) => name),
    );
  });

  test("survive writing and reading", () => {
    const names = ["read", "write", "poll", "lseek"];
    const table = new Map([0, 1, 7, 8].map((number, i) => [number, names[i]]));
    expect(numbersText(table)).toBe("read=0 write=1 poll=7 lseek=8");
    expect(NUMBERS.x64.trim().split(/\s+/).slice(0, 2)).toEqual(["read=0", "write=1"]);
  });
});

const committed = new Map(
  LAYOUTS.trim()
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const),
);

/** Returns the offsets of fields: "st_mode" → 24. Padding is excluded, since it changes. */
function offsets(line: string): Map<string, number> {
  const padding = /^_|pad|resv|reserved|spare|unused/;
  const fields = Array.from(line.matchAll(/(?<= )(\w+)@(\d+):/g), ([, name, at]) => ({ name, at }));
  return new Map(
    fields.filter(({ name }) => !padding.test(name)).map(({ name, at }) => [name, Number(at)]),
  );
}

describe.if(X64 && existsSync(VMLINUX))("layouts", () => {
  let layouts: Layouts;
  let shared: string[];
  beforeAll(() => {
    layouts = new Layouts(new Btf(readFileSync(VMLINUX)));
    for (const tag of committed.keys()) if (!tag.includes(".")) layouts.add(tag);
    shared = [...committed.keys()].filter((tag) => layouts.lines.has(tag));
  });

  test("have every field at the offset that the running kernel has, if it has the field", () => {
    expect(shared.length).toBeGreaterThan(100);
    for (const tag of shared) {
      const theirs = offsets(layouts.lines.get(tag)!);
      const both = [...offsets(committed.get(tag)!)].filter(([name]) => theirs.has(name));
      const same = both.map(([name]) => [name, theirs.get(name)]);
      expect({ tag, ...Object.fromEntries(both) }).toEqual({ tag, ...Object.fromEntries(same) });
    }
    const grown = (tag: string) =>
      offsets(layouts.lines.get(tag)!).size > offsets(committed.get(tag)!).size;
    additions("structs that grew", shared.filter(grown));
  });

  test("equal those of the running kernel, except for a few that grew", () => {
    const same = shared.filter((tag) => layouts.lines.get(tag) === committed.get(tag));
    expect(same.length / shared.length).toBeGreaterThan(0.8);
  });
});

describe("layouts of headers", () => {
  test("equal what the C compiler says of the same structs", () => {
    const headers = ["sys/uio.h", "netinet/in.h", "linux/sched.h", "linux/types.h"].concat([
      ...["linux/io_uring.h", "linux/stat.h", "linux/aio_abi.h", "sys/epoll.h"],
    ]);
    const tags = ["iovec", "sockaddr_in", "clone_args", "io_uring_params", "statx", "iocb"];
    const ours = tags.flatMap((tag) => {
      const { fields } = layoutOf(tag, process.arch === "arm64" ? "arm64" : "x64")!;
      const named = fields.filter(({ name }) => /^[a-z]/.test(name)).slice(0, 6);
      return named.map(({ name, offset }) => [`offsetof(struct ${tag}, ${name})`, offset] as const);
    });
    const size = layoutOf("epoll_event", process.arch === "arm64" ? "arm64" : "x64")!.size;
    const expected = Object.fromEntries([...ours, ["sizeof(struct epoll_event)", size]]);
    expect(valuesOf(headers, Object.keys(expected))).toEqual(expected);
  });

  test("are compiled for any machine", () => {
    const machine = X64 ? "x64" : "arm64";
    const btf = headerBtf(headers, machine, ["stat", "no_such_struct", "iovec"]);
    const layouts = new Layouts(btf);
    expect(layouts.add("stat")).toBe(true);
    expect(layouts.add("no_such_struct")).toBe(false);
    expect(layouts.lines.get("stat")!.split(" ")[0]).toBe(X64 ? "144" : "128");
  });
});

describe("constants", () => {
  const machines = (["x64", "x64Compat", "arm64"] as const).filter((machine) =>
    hasMachine(machine),
  );

  test.each(machines)("of %s have the values of the installed headers", (machine) => {
    const sets = [...readSets(headers, machine)];
    const requests = [...readIoctls(headers, machine)].flatMap(([, set]) => set);
    const shared = [...sets, ["ioctl", requests] as const].map(([name, set]) => {
      const ours = new Map(constantsOf(name, machine)!.constants.map((each) => [each.name, each]));
      const both = set.filter((constant) => ours.has(constant.name));
      const found = both.map((constant) => [constant.name, ours.get(constant.name)!.value]);
      expect([name, ...found]).toEqual([
        name,
        ...both.map((each) => [each.name, Number(each.value)]),
      ]);
      const more = set.filter((constant) => !ours.has(constant.name)).map((each) => each.name);
      additions(`${machine} constants of ${name}`, more);
      return both.length;
    });
    expect(shared.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(2500);
  });
});

describe("BTF", () => {
  test("that is truncated or invalid is rejected", () => {
    expect(() => new Btf(new Uint8Array(0))).toThrow();
    expect(() => new Btf(new Uint8Array(64))).toThrow("wrong magic");
  });
});
