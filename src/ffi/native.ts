/**
 * The native library: our C shim (src/native) with libbpf and its dependencies. It is loaded from
 * memory, so that no code is written to or run from a temporary directory.
 */
import { dlopen } from "bun:ffi";
import { writeFileSync } from "node:fs";
import { NativeLibraryError, readBuiltFile } from "./built-files.ts";
import { check } from "./errno.ts";
import { memoryFile } from "./fd.ts";
import { withFileSize } from "./file-size-limit.ts";
import { ADDRESS, ADDRESS_RESULT, libc } from "./libc.ts";
import { cString, foreign } from "./memory.ts";

const PROT_READ_WRITE = 3;
const MAP_SHARED_ANONYMOUS = 0x21;

/** Opens the library as a file in memory. @returns its path and fd; null if it may not be as large */
function fileInMemory(image: Uint8Array): { readonly path: string; readonly fd: number } | null {
  const fd = memoryFile(cString("trace native"));
  if (withFileSize(image.length, () => writeFileSync(fd, image)) === null) {
    libc.close(fd);
    return null;
  }
  return { path: `/proc/self/fd/${fd}`, fd };
}

/**
 * Copies the library to shared memory, to which the limit on file sizes does not apply.
 * @returns the name of that memory as a file, which only root can open: proc_pid_map_files(5)
 */
function sharedMemory(image: Uint8Array): string {
  const page = libc.getpagesize();
  const size = Math.ceil(image.length / page) * page;
  const address = libc.mmap(0, size, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS, -1, 0);
  check(address, "mmap");
  foreign(address, image.length).bytes.set(image);
  return `/proc/self/map_files/${address.toString(16)}-${(address + size).toString(16)}`;
}

function loadFromMemory(image: Uint8Array) {
  const file = fileInMemory(image);
  try {
    return load(file?.path ?? sharedMemory(image));
  } catch (error) {
    const cause = file
      ? (error as Error).message
      : `the limit on file sizes is below ${image.length} bytes; raise it with ulimit -f`;
    throw new NativeLibraryError(`cannot load the library of trace: ${cause}`, { cause: error });
  } finally {
    if (file) libc.close(file.fd);
  }
}

function load(path: string) {
  return dlopen(path, {
    trace_spawn: { args: [ADDRESS], returns: "i32" },
    trace_become: { args: [ADDRESS], returns: "void" },
    trace_catch_signals: { args: ["i32", ADDRESS, "i32", "i32"], returns: "i32" },
    trace_signals_taken: { args: [], returns: "void" },
    trace_signal_count: { args: [], returns: ADDRESS_RESULT },
    trace_set_log_buffer: { args: [ADDRESS, "u64"], returns: "void" },
    trace_open_object: { args: [ADDRESS, "u64", ADDRESS], returns: ADDRESS_RESULT },
    trace_probe_trampoline: { args: [ADDRESS], returns: "i32" },
    bpf_object__open_mem: { args: [ADDRESS, "u64", ADDRESS], returns: ADDRESS_RESULT },
    bpf_object__load: { args: [ADDRESS], returns: "i32" },
    bpf_object__find_map_by_name: { args: [ADDRESS, ADDRESS], returns: ADDRESS_RESULT },
    bpf_object__find_program_by_name: { args: [ADDRESS, ADDRESS], returns: ADDRESS_RESULT },
    bpf_program__fd: { args: [ADDRESS], returns: "i32" },
    bpf_program__set_autoload: { args: [ADDRESS, "bool"], returns: "i32" },
    bpf_program__attach: { args: [ADDRESS], returns: ADDRESS_RESULT },
    bpf_map__fd: { args: [ADDRESS], returns: "i32" },
    bpf_map__set_max_entries: { args: [ADDRESS, "u32"], returns: "i32" },
    bpf_map__initial_value: { args: [ADDRESS, ADDRESS], returns: ADDRESS_RESULT },
    bpf_map_update_elem: { args: ["i32", ADDRESS, ADDRESS, "u64"], returns: "i32" },
    bpf_map_lookup_elem: { args: ["i32", ADDRESS, ADDRESS], returns: "i32" },
    bpf_map_get_next_key: { args: ["i32", ADDRESS, ADDRESS], returns: "i32" },
    bpf_link_create: { args: ["i32", "i32", "i32", ADDRESS], returns: "i32" },
    bpf_obj_pin: { args: ["i32", ADDRESS], returns: "i32" },
    bpf_prog_test_run_opts: { args: ["i32", ADDRESS], returns: "i32" },
    bpf_obj_get_info_by_fd: { args: ["i32", ADDRESS, ADDRESS], returns: "i32" },
    libbpf_num_possible_cpus: { args: [], returns: "i32" },
  }).symbols;
}

let loaded: ReturnType<typeof loadFromMemory> | undefined;

/** Returns the library's functions. The first call loads it. */
export function native(): ReturnType<typeof loadFromMemory> {
  loaded ??= loadFromMemory(readBuiltFile("native.so"));
  return loaded;
}
