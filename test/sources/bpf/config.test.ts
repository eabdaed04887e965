/** The configuration of the eBPF programs, as written to struct config. */
import { describe, expect, test } from "bun:test";
import type { EventKind } from "../../../src/events/event-kinds.ts";
import * as abi from "../../../src/events/event-record.ts";
import { type BpfOptions, syscallKinds, writeConfig } from "../../../src/sources/bpf/config.ts";

const { CONFIG } = abi;

function configOf(options: Partial<BpfOptions>): DataView {
  const config = new DataView(new ArrayBuffer(abi.CONFIG_SIZE));
  writeConfig(config, {
    bufferSize: 1 << 20,
    kinds: new Set(),
    want: 0,
    processes: "all",
    ...options,
  });
  return config;
}

const u32 = (config: DataView, field: number) => config.getUint32(field, true);
const u64 = (config: DataView, field: number) => config.getBigUint64(field, true);

test("the reader is woken when a quarter of the ring buffer is full", () => {
  expect(u64(configOf({ bufferSize: 1 << 16 }), CONFIG.wakeup_bytes)).toBe(1n << 14n);
});

describe("processes", () => {
  test.each<[BpfOptions["processes"], number, number]>([
    ["all", abi.PROCESSES_ALL, 0],
    [[1, 2], abi.PROCESSES_LISTED, 0],
    ["forked", abi.PROCESSES_TREE, 0],
    ["forked-and-descendants", abi.PROCESSES_TREE, 1],
  ])("are selected by %j", (processes, mode, follow) => {
    const config = configOf({ processes });
    expect([u32(config, CONFIG.processes), u32(config, CONFIG.follow)]).toEqual([mode, follow]);
  });

  test("are not limited to a cgroup, a user or a name by default", () => {
    const config = configOf({});
    const flags = [CONFIG.in_cgroup, CONFIG.by_uid, CONFIG.by_comm].map((at) => u32(config, at));
    expect(flags).toEqual([0, 0, 0]);
  });

  test("are limited to user 0 and fd 0 as to any other", () => {
    const config = configOf({ uid: 0, cgroup: 0 });
    expect([u32(config, CONFIG.by_uid), u32(config, CONFIG.in_cgroup)]).toEqual([1, 1]);
    expect(u32(configOf({ uid: 1000 }), CONFIG.uid)).toBe(1000);
  });

  test("are matched by the first 15 bytes of a name, terminated by NUL", () => {
    const config = configOf({ comm: "sixteen-letters-" });
    expect(u32(config, CONFIG.by_comm)).toBe(1);
    const comm = new Uint8Array(config.buffer, CONFIG.comm, 16);
    expect(Buffer.from(comm).toString("latin1")).toBe("sixteen-letters\0");
  });
});

describe("a formula", () => {
  const termsOf = (formula?: BpfOptions["formula"]) => {
    const config = configOf({ formula });
    return Array.from({ length: u32(config, CONFIG.formula_terms) }, (_, i) => ({
      mask: u64(config, CONFIG.formula + i * 16),
      value: u64(config, CONFIG.formula + i * 16 + 8),
    }));
  };

  test("that is missing has no terms, which records every open", () => {
    expect(termsOf()).toEqual([]);
  });

  test("that matches nothing has a term that no flags satisfy", () => {
    const terms = termsOf([]);
    expect(terms.length).toBe(1);
    expect(terms.filter(({ mask, value }) => (value & ~mask) === 0n)).toEqual([]);
  });

  test("is written term by term", () => {
    const formula = [
      { mask: 3n, value: 1n },
      { mask: 0xffff_ffff_ffff_ffffn, value: 0n },
    ];
    expect(termsOf(formula)).toEqual(formula);
  });
});

describe("kinds", () => {
  const kindsOf = (kinds: EventKind[], syscalls?: boolean) =>
    [
      ...syscallKinds({
        kinds: new Set(kinds),
        syscalls,
        bufferSize: 0,
        want: 0,
        processes: "all",
      }),
    ].sort();

  test("of processes are requested one by one", () => {
    const events = (kinds: EventKind[]) => u32(configOf({ kinds: new Set(kinds) }), CONFIG.events);
    expect(events(["open"])).toBe(0);
    expect(events(["exec", "exit"])).toBe(abi.WANT_EXEC | abi.WANT_EXIT);
    expect(events(["fork", "interp"])).toBe(abi.WANT_FORK | abi.WANT_INTERP);
  });

  test("of calls include unlink for rmdir, because unlinkat removes directories too", () => {
    expect(kindsOf(["open"])).toEqual(["open"]);
    expect(kindsOf(["rmdir"])).toEqual(["rmdir", "unlink"]);
  });

  test("of calls are none without system calls", () => {
    expect(kindsOf(["open", "exec"], false)).toEqual([]);
    const entries = (syscalls: boolean) =>
      u64(configOf({ kinds: new Set(["open"]), syscalls }), CONFIG.args_or);
    expect(entries(true)).not.toBe(0n);
    expect(entries(false)).toBe(0n);
  });
});
