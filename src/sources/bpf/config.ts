/**
 * Passes the options of a recording to the eBPF programs: struct config of bpf/interface.h, and the
 * sizes and contents of maps.
 */

import type { EventKind } from "../../events/event-kinds.ts";
import * as abi from "../../events/event-record.ts";
import { CALL_NAMES, IO_URING_CALL_NAME, writeFileCalls } from "../../events/file-calls.ts";
import { uringOpBits } from "../../events/io-uring-ops.ts";
import type { BpfObject } from "../../ffi/libbpf.ts";
import { libc } from "../../ffi/libc.ts";
import { ARCH } from "../../ffi/machine.ts";
import { native } from "../../ffi/native.ts";
import { openFlags } from "../../kernel/fcntl.ts";

/** Selects the events to record. All conditions must hold. */
export interface BpfOptions {
  /** Size of the ring buffer in bytes: a power of two, at least a page. */
  readonly bufferSize: number;
  readonly kinds: ReadonlySet<EventKind>;
  /** If false, system calls are not traced, so failed execs and forks are not reported. */
  readonly syscalls?: boolean;
  /** WANT_* bits: the requested optional parts of an event. */
  readonly want: number;
  /** Which processes: those forked within `traceForks`, a list of pids, or all. */
  readonly processes: "forked" | "forked-and-descendants" | readonly number[] | "all";
  /** An open fd of a cgroup v2 directory: only tasks in it or below. */
  readonly cgroup?: number;
  readonly uid?: number;
  /** Max 15 bytes. */
  readonly comm?: string;
  /** Whether exec, fork and exit are recorded of other processes too, with NOTE_UNSELECTED. */
  readonly unselected?: boolean;
  /** A disjunction over the open flags of at most FORMULA_TERMS terms; undefined records every open. */
  readonly formula?: readonly { readonly mask: bigint; readonly value: bigint }[];
}

/** Returns the kinds that are recorded from system calls and io_uring requests. */
export function syscallKinds({ kinds, syscalls = true }: BpfOptions): ReadonlySet<EventKind> {
  if (!syscalls) return new Set();
  // unlinkat(2) removes files and directories.
  return kinds.has("rmdir") ? new Set([...kinds, "unlink"]) : kinds;
}

/** Configures an object that is not loaded yet. */
export function configure(object: BpfObject, options: BpfOptions): void {
  writeConfig(object.map(".rodata.config").initialValue(abi.CONFIG_SIZE), options);
  object.map("ring").setMaxEntries(options.bufferSize);
  if (options.want & abi.WANT_ARGV)
    object.map("exec_records").setMaxEntries(native().libbpf_num_possible_cpus());
}

/** Adds the listed processes and the cgroup to the maps of a loaded object. */
export function fillMaps(object: BpfObject, { processes, cgroup }: BpfOptions): void {
  if (typeof processes !== "string")
    for (const pid of processes) object.map("processes").set(pid, abi.MEMBER_RECORDED);
  if (cgroup !== undefined) object.map("cgroups").set(0, cgroup);
}

/** Writes struct config, whose memory is zero. */
export function writeConfig(config: DataView, options: BpfOptions): void {
  const { CONFIG } = abi;
  config.setBigUint64(CONFIG.wakeup_bytes, BigInt(options.bufferSize >> 2), true);
  config.setBigUint64(CONFIG.largefile, BigInt(openFlags(ARCH).O_LARGEFILE), true);
  config.setUint32(CONFIG.page_kib, libc.getpagesize() >> 10, true);
  config.setUint32(CONFIG.want, options.want, true);
  writeFormula(config, options);
  writeProcesses(config, options);
  writeKinds(config, options);
}

function writeFormula(config: DataView, { formula }: BpfOptions): void {
  const { CONFIG } = abi;
  // No terms means every open, so a formula that matches nothing is a term that is never true.
  const terms = formula?.length === 0 ? [{ mask: 0n, value: 1n }] : (formula ?? []);
  for (const [index, term] of terms.entries()) {
    config.setBigUint64(CONFIG.formula + index * 16, term.mask, true);
    config.setBigUint64(CONFIG.formula + index * 16 + 8, term.value, true);
  }
  config.setUint32(CONFIG.formula_terms, terms.length, true);
}

/** Writes the fields that select processes. */
function writeProcesses(config: DataView, options: BpfOptions): void {
  const { CONFIG } = abi;
  const u32 = (field: number, value: number) => config.setUint32(field, value, true);
  const { processes, cgroup, uid, comm } = options;
  if (processes === "forked" || processes === "forked-and-descendants") {
    u32(CONFIG.processes, abi.PROCESSES_TREE);
    u32(CONFIG.follow, processes === "forked" ? 0 : 1);
  } else if (processes !== "all") u32(CONFIG.processes, abi.PROCESSES_LISTED);
  u32(CONFIG.in_cgroup, cgroup === undefined ? 0 : 1);
  if (uid !== undefined) {
    u32(CONFIG.by_uid, 1);
    u32(CONFIG.uid, uid);
  }
  if (comm !== undefined) {
    u32(CONFIG.by_comm, 1);
    const bytes = new TextEncoder().encode(comm).subarray(0, 15);
    for (const [index, byte] of bytes.entries()) config.setUint8(CONFIG.comm + index, byte);
  }
}

/** Writes the fields that select kinds of events. */
function writeKinds(config: DataView, options: BpfOptions): void {
  const { CONFIG } = abi;
  const { kinds } = options;
  const calls = syscallKinds(options);
  writeFileCalls(config, ARCH, calls);
  config.setUint32(CONFIG.addresses, calls.has("connect") || calls.has("bind") ? 1 : 0, true);
  config.setBigUint64(CONFIG.uring_ops, uringOpBits(calls), true);
  config.setUint32(CONFIG.uring_call, CALL_NAMES.indexOf(IO_URING_CALL_NAME), true);
  const events =
    (kinds.has("exec") ? abi.WANT_EXEC : 0) |
    (kinds.has("interp") ? abi.WANT_INTERP : 0) |
    (kinds.has("fork") ? abi.WANT_FORK : 0) |
    (kinds.has("exit") ? abi.WANT_EXIT : 0) |
    (options.unselected ? abi.WANT_UNSELECTED : 0);
  config.setUint32(CONFIG.events, events, true);
}
