/**
 * The native library: our C shim (src/native) with libbpf and its dependencies. It is loaded from
 * memory, so that no code is written to or run from a temporary directory.
 */
import { dlopen } from "bun:ffi";
import { readFileSync, writeFileSync } from "node:fs";
import embedded from "../../build/native.so" with { type: "file" };
import { check } from "./errno.ts";
import { ADDRESS, ADDRESS_RESULT, libc } from "./libc.ts";
import { cString } from "./memory.ts";

const MFD_CLOEXEC = 1;

function loadFromMemory(image: Uint8Array) {
  const fd = check(libc.memfd_create(cString("trace native").address, MFD_CLOEXEC), "memfd_create");
  try {
    writeFileSync(fd, image);
    return dlopen(`/proc/self/fd/${fd}`, {
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
  } finally {
    libc.close(fd);
  }
}

let loaded: ReturnType<typeof loadFromMemory> | undefined;

/** Returns the library's functions. The first call loads it. */
export function native(): ReturnType<typeof loadFromMemory> {
  loaded ??= loadFromMemory(readFileSync(embedded));
  return loaded;
}
