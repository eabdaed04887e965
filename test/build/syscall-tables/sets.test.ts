import { describe, expect, test } from "bun:test";
import {
  ARGUMENT_SETS,
  CODES_BY_SIGNAL,
  FIELD_SETS,
  type NumberParts,
  OPTIONS_BY_LEVEL,
} from "../../../src/syscalls/argument-sets.ts";
import { IOCTLS, SETS } from "../../../src/syscalls/generated/flags.ts";
import {
  type Abi,
  argumentSet,
  argumentsOf,
  constantsOf,
  fieldSet,
  layoutOf,
  syscallNames,
} from "../../../src/syscalls/table.ts";

const ABIS: readonly Abi[] = ["x64", "x64Compat", "x32", "arm64", "arm64Compat"];
const SET_NAMES = SETS.trim()
  .split("\n")
  .map((line) => line.slice(1, line.indexOf(" ")));
const numberOf = (set: string, name: string, abi?: Abi) =>
  constantsOf(set, abi)?.constants.find((constant) => constant.name === name)?.value;

describe("a set", () => {
  test("has the constants with the values of the headers", () => {
    expect(numberOf("open", "O_CREAT")).toBe(0o100);
    expect(numberOf("open", "O_DIRECT")).toBe(0o40000);
    expect(numberOf("family", "AF_INET6")).toBe(10);
    expect(numberOf("socket_flags", "SOCK_CLOEXEC")).toBe(0o2000000);
    expect(numberOf("clone", "CLONE_INTO_CGROUP")).toBe(0x200000000);
    expect(numberOf("dirfd", "AT_FDCWD")).toBe(-100);
    expect(numberOf("prctl", "PR_SET_NO_NEW_PRIVS")).toBe(38);
    expect(numberOf("bpf", "BPF_PROG_LOAD")).toBe(5);
    expect(numberOf("ioctl", "TIOCGWINSZ")).toBe(0x5413);
    expect(numberOf("reboot_magic", "LINUX_REBOOT_MAGIC1")).toBe(0xfee1dead);
  });

  test("has the values of the machine", () => {
    expect(numberOf("open", "O_DIRECT", "arm64")).toBe(0o200000);
    expect(numberOf("prot", "PROT_MTE", "arm64")).toBe(0x20);
    expect(numberOf("prot", "PROT_MTE")).toBeUndefined();
    expect(numberOf("fcntl", "F_GETLK64", "x64Compat")).toBe(12);
    expect(numberOf("ioctl", "FS_IOC_GETFLAGS")).toBe(0x80086601);
    expect(numberOf("ioctl", "FS_IOC_GETFLAGS", "x64Compat")).toBe(0x80046601);
  });

  test("that does not exist is undefined", () => {
    expect(constantsOf("no_such_set")).toBeUndefined();
  });

  test.each(ABIS)("of %s has unique names and values", (abi) => {
    for (const name of SET_NAMES) {
      const { constants } = constantsOf(name, abi)!;
      const count = (key: "name" | "value") => new Set(constants.map((each) => each[key])).size;
      expect([name, count("name"), count("value")]).toEqual([
        ...[name, constants.length, constants.length],
      ]);
      expect(constants.every(({ value }) => Number.isSafeInteger(value))).toBe(true);
    }
  });

  test("has members, on one machine at least", () => {
    const empty = SET_NAMES.filter((name) =>
      ABIS.every((abi) => constantsOf(name, abi)!.constants.length === 0),
    );
    expect(empty).toEqual([]);
    expect(IOCTLS).not.toMatch(/ -$/m);
  });

  test("of bits has composite bits before their parts", () => {
    for (const name of SET_NAMES) {
      const { kind, constants } = constantsOf(name)!;
      if (kind !== "bits") continue;
      constants.forEach(({ name: part, value }, i) => {
        const whole = constants.slice(i + 1).find((later) => {
          const [a, b] = [BigInt(value), BigInt(later.value)];
          return a !== 0n && a !== b && (b & a) === a;
        });
        expect([name, part, whole]).toEqual([name, part, undefined]);
      });
    }
  });
});

describe("the sets of an argument or field", () => {
  const sets = [...ARGUMENT_SETS, ...FIELD_SETS];

  test("exist and have the expected kind", () => {
    const kinds = ({ value, bits = [] }: NumberParts) => [
      ...(value === undefined ? [] : [[value, "values"]]),
      ...bits.map((set) => [set, "bits"]),
    ];
    for (const [key, parts] of sets)
      for (const [set, kind] of kinds(parts))
        expect([key, set, constantsOf(set)?.kind]).toEqual([key, set, kind as "bits"]);
    for (const table of [OPTIONS_BY_LEVEL, CODES_BY_SIGNAL])
      for (const set of Object.values(table)) expect(constantsOf(set)?.kind).toBe("values");
  });

  test("have a mask with room for every value", () => {
    for (const [key, { value, mask }] of sets) {
      if (value === undefined || mask === undefined || value === "personality") continue;
      const inside = constantsOf(value)!.constants.every(
        (each) => (BigInt(each.value) & BigInt(mask)) === BigInt(each.value),
      );
      expect([key, inside]).toEqual([key, inside || value === "bpf"]);
    }
  });

  test("belong to existing arguments that are not pointers", () => {
    const numbers = new Set(
      ABIS.flatMap((abi) =>
        [...syscallNames(abi)].flatMap((call) =>
          argumentsOf(call, abi)!.flatMap(({ name, pointer }) =>
            pointer ? [] : [`${call} ${name}`],
          ),
        ),
      ),
    );
    expect([...ARGUMENT_SETS.keys()].filter((key) => !numbers.has(key))).toEqual([]);
  });

  test("belong to existing fields", () => {
    const absent = [...FIELD_SETS.keys()].filter((key) => {
      const [tag, name] = key.split(" ");
      return !hasField(tag, name);
    });
    expect(absent).toEqual([]);
  });

  test("are known for every argument named flags, unless the kernel defines none", () => {
    const none = new Set(
      ABIS.flatMap((abi) =>
        [...syscallNames(abi)].filter((call) =>
          argumentsOf(call, abi)!.some(
            ({ name, pointer }) => name === "flags" && !pointer && !argumentSet(call, name),
          ),
        ),
      ),
    );
    expect([...none].sort()).toEqual([
      ...["cacheflush", "cachestat", "copy_file_range", "fchroot", "futex_requeue", "futex_waitv"],
      ...["listns", "lsm_list_modules", "lsm_set_self_attr", "mseal", "pidfd_getfd", "pkey_alloc"],
      ...["process_madvise", "process_mrelease", "process_vm_readv", "process_vm_writev"],
      ...["putpmsg", "sched_getattr", "sched_setattr", "set_mempolicy_home_node"],
    ]);
  });

  test("can be combined", () => {
    expect(argumentSet("socket", "type")).toEqual({
      value: "socket",
      mask: 15,
      bits: ["socket_flags"],
    });
    expect(argumentSet("read", "count")).toBeUndefined();
    expect(fieldSet("open_how", "resolve")).toEqual({ bits: ["resolve"] });
  });
});

/** Whether the struct or an anonymous struct within it has the field. */
function hasField(tag: string, name: string): boolean {
  const fields = layoutOf(tag)?.fields ?? [];
  return fields.some(
    (field) => field.name === name || (field.name === "" && hasField(field.tag!, name)),
  );
}
