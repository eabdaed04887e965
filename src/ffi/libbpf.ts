/** libbpf's objects, programs and maps: libbpf.h, bpf.h, bpf(2). */
import {
  BPF_PERF_EVENT,
  BPF_PROG_INFO_RECURSION_MISSES,
  BPF_PROG_INFO_SIZE,
  TEST_RUN_OPTS_CTX_IN,
  TEST_RUN_OPTS_CTX_SIZE_IN,
  TEST_RUN_OPTS_SIZE,
} from "../kernel/bpf.ts";
import { lastErrno, SystemError } from "./errno.ts";
import { close } from "./fd.ts";
import { allocate, cString, foreign, type Memory, readCString } from "./memory.ts";
import { native } from "./native.ts";

const LOG_SIZE = 1 << 16;

/** Throws for a negative result: libbpf 1.x returns -errno. */
function checkBpf(result: number, call: string, subject: string): number {
  if (result < 0) throw new SystemError(call, subject, -result);
  return result;
}

/** The kernel rejected the programs. */
export class BpfLoadError extends SystemError {
  override readonly name = "BpfLoadError";
  /** libbpf's warnings with the verifier's log, many lines. */
  readonly log: string;

  constructor(errno: number, log: string) {
    super("bpf", "load", errno);
    this.log = log;
  }
}

/** Size in user space of a per-CPU value, for each possible CPU. */
const PER_CPU_VALUE_SIZE = 8;

export class BpfMap {
  private readonly handle: number;
  readonly name: string;
  private scratch?: Memory;

  constructor(handle: number, name: string) {
    this.handle = handle;
    this.name = name;
  }

  /** Valid after the object is loaded. */
  get fd(): number {
    return checkBpf(native().bpf_map__fd(this.handle), "bpf_map__fd", this.name);
  }

  /** Sets the map's capacity. Only valid before the load. */
  setMaxEntries(entries: number): void {
    checkBpf(
      native().bpf_map__set_max_entries(this.handle, entries),
      "bpf_map__set_max_entries",
      this.name,
    );
  }

  /** Returns the memory of a data section. Writes to it count until the load. */
  initialValue(size: number): DataView {
    const address = native().bpf_map__initial_value(this.handle, allocate(8).address);
    if (!address) throw new SystemError("bpf_map__initial_value", this.name, lastErrno());
    return foreign(address as number, size).view;
  }

  /** Sets the u32 value of a u32 key. */
  set(key: number, value: number): void {
    const memory = allocate(16);
    memory.view.setUint32(0, key, true);
    memory.view.setUint32(8, value, true);
    checkBpf(
      native().bpf_map_update_elem(this.fd, memory.address, memory.address + 8, 0),
      "bpf_map_update_elem",
      this.name,
    );
  }

  /** Returns at most `max` of a hash map's u32 keys: the map can change faster than it is read. */
  keys(max = Infinity): number[] {
    this.scratch ??= allocate(16);
    const memory = this.scratch;
    const keys: number[] = [];
    let previous = 0;
    const next = memory.address + 8;
    while (keys.length < max && native().bpf_map_get_next_key(this.fd, previous, next) === 0) {
      const key = memory.view.getUint32(8, true);
      keys.push(key);
      memory.view.setUint32(0, key, true);
      previous = memory.address;
    }
    return keys;
  }

  /** Returns the sum of a per-CPU u64 counter at a u32 key. */
  perCpuSum(key: number): number {
    const cpus = native().libbpf_num_possible_cpus();
    const memory = allocate(8 + cpus * PER_CPU_VALUE_SIZE);
    memory.view.setUint32(0, key, true);
    const values = memory.address + 8;
    checkBpf(
      native().bpf_map_lookup_elem(this.fd, memory.address, values),
      "bpf_map_lookup_elem",
      this.name,
    );
    let sum = 0;
    for (let cpu = 0; cpu < cpus; cpu++)
      sum += Number(memory.view.getBigUint64(8 + cpu * PER_CPU_VALUE_SIZE, true));
    return sum;
  }
}

export class BpfProgram {
  private readonly handle: number;
  readonly name: string;

  constructor(handle: number, name: string) {
    this.handle = handle;
    this.name = name;
  }

  /** Valid after the object is loaded. */
  get fd(): number {
    return checkBpf(native().bpf_program__fd(this.handle), "bpf_program__fd", this.name);
  }

  /** Enables loading of a program whose section name starts with "?". */
  enable(): void {
    native().bpf_program__set_autoload(this.handle, true);
  }

  /** Attaches a program to the raw tracepoint or the kernel function that its section names. */
  attach(): void {
    if (!native().bpf_program__attach(this.handle))
      throw new SystemError("bpf_program__attach", this.name, lastErrno());
  }

  /** Runs a raw tracepoint program once in this thread, with one u64 argument. */
  testRun(argument: number): void {
    const memory = allocate(TEST_RUN_OPTS_SIZE + 8);
    memory.view.setBigUint64(0, BigInt(TEST_RUN_OPTS_SIZE), true);
    const context = memory.address + TEST_RUN_OPTS_SIZE;
    memory.view.setBigUint64(TEST_RUN_OPTS_SIZE, BigInt(argument), true);
    memory.view.setBigUint64(TEST_RUN_OPTS_CTX_IN, BigInt(context), true);
    memory.view.setUint32(TEST_RUN_OPTS_CTX_SIZE_IN, 8, true);
    checkBpf(
      native().bpf_prog_test_run_opts(this.fd, memory.address),
      "bpf_prog_test_run_opts",
      this.name,
    );
  }

  /** Returns how often the kernel skipped the program because the CPU was already running it. */
  recursionMisses(): number {
    const info = allocate(BPF_PROG_INFO_SIZE);
    const size = allocate(8);
    size.view.setUint32(0, BPF_PROG_INFO_SIZE, true);
    const result = native().bpf_obj_get_info_by_fd(this.fd, info.address, size.address);
    checkBpf(result, "bpf_obj_get_info_by_fd", this.name);
    return Number(info.view.getBigUint64(BPF_PROG_INFO_RECURSION_MISSES, true));
  }
}

/**
 * Attaches an empty program to a kernel function and detaches it.
 * @returns 0, or the errno if the kernel has no BPF trampolines or no such function
 */
export function probeTrampoline(kernelFunction: string): number {
  return -native().trace_probe_trampoline(cString(kernelFunction).address);
}

/**
 * Attaches a program to a perf event for as long as a file in a bpf file system exists: Linux 5.15.
 * @param program the program's fd
 * @param event the perf event's fd
 * @param path of the file to create
 * @returns false if the kernel refuses
 */
export function pinLink(program: number, event: number, path: string): boolean {
  const link = native().bpf_link_create(program, event, BPF_PERF_EVENT, 0);
  if (link < 0) return false;
  const pinned = native().bpf_obj_pin(link, cString(path).address) === 0;
  close(link);
  return pinned;
}

/** An eBPF object file, opened from memory. */
export class BpfObject {
  private readonly handle: number;
  private readonly log: Memory;
  /** fd of the minimized BTF that the load reads; -1: libbpf finds the kernel's. */
  private btfFd = -1;

  /**
   * @param image the object file's bytes
   * @param types the kernel types to resolve relocations against: those that the object names, or,
   *   much slower, all
   */
  constructor(image: Uint8Array, types: "named" | "all" = "named") {
    this.log = allocate(LOG_SIZE);
    native().trace_set_log_buffer(this.log.address, LOG_SIZE);
    const copy = cString(image);
    const handle =
      types === "named"
        ? this.openWithNamedTypes(copy.address, image.length)
        : native().bpf_object__open_mem(copy.address, image.length, 0);
    if (!handle) throw new BpfLoadError(lastErrno(), readCString(this.log.address, LOG_SIZE));
    this.handle = handle;
  }

  private openWithNamedTypes(address: number, length: number): number {
    const fd = allocate(4);
    const handle = native().trace_open_object(address, length, fd.address);
    this.btfFd = fd.view.getInt32(0, true);
    return handle;
  }

  map(name: string): BpfMap {
    const handle = native().bpf_object__find_map_by_name(this.handle, cString(name).address);
    if (!handle) throw new SystemError("bpf_object__find_map_by_name", name, lastErrno());
    return new BpfMap(handle, name);
  }

  program(name: string): BpfProgram {
    const handle = native().bpf_object__find_program_by_name(this.handle, cString(name).address);
    if (!handle) throw new SystemError("bpf_object__find_program_by_name", name, lastErrno());
    return new BpfProgram(handle, name);
  }

  /** Loads the maps and programs. @throws BpfLoadError with the verifier's log */
  load(): void {
    const result = native().bpf_object__load(this.handle);
    if (this.btfFd >= 0) close(this.btfFd);
    this.btfFd = -1;
    if (result < 0) throw new BpfLoadError(-result, readCString(this.log.address, LOG_SIZE));
  }
}
