/**
 * The one native library: libbpf with what it needs, and our C shim (src/native). It is loaded out
 * of memory, so that nothing is written to a temporary directory and nothing found there is run.
 */
import { dlopen } from "bun:ffi";
import { readFileSync } from "node:fs";
import embedded from "../../build/native.so" with { type: "file" };
import { check } from "./errno.ts";
import { libc } from "./libc.ts";
import { cString } from "./memory.ts";

const MFD_CLOEXEC = 1;

function loadFromMemory(image: Uint8Array) {
  const fd = check(libc.memfd_create(cString("trace native").address, MFD_CLOEXEC), "memfd_create");
  const copy = cString(image);
  for (let done = 0; done < image.length; )
    done += check(
      libc.write(fd, copy.address + done, image.length - done),
      "write",
      "native library",
    );
  try {
    return dlopen(`/proc/self/fd/${fd}`, {
      trace_spawn: { args: ["ptr"], returns: "i32" },
      trace_signals_to: { args: ["i32", "ptr", "i32"], returns: "i32" },
      trace_linger: { args: ["ptr", "i32"], returns: "i32" },
      trace_log_to: { args: ["ptr", "u64"], returns: "void" },
      bpf_object__open_mem: { args: ["ptr", "u64", "ptr"], returns: "ptr" },
      bpf_object__load: { args: ["ptr"], returns: "i32" },
      bpf_object__find_map_by_name: { args: ["ptr", "ptr"], returns: "ptr" },
      bpf_object__find_program_by_name: { args: ["ptr", "ptr"], returns: "ptr" },
      bpf_program__fd: { args: ["ptr"], returns: "i32" },
      bpf_program__set_autoload: { args: ["ptr", "bool"], returns: "i32" },
      bpf_program__attach: { args: ["ptr"], returns: "ptr" },
      bpf_map__fd: { args: ["ptr"], returns: "i32" },
      bpf_map__set_max_entries: { args: ["ptr", "u32"], returns: "i32" },
      bpf_map__initial_value: { args: ["ptr", "ptr"], returns: "ptr" },
      bpf_map_update_elem: { args: ["i32", "ptr", "ptr", "u64"], returns: "i32" },
      bpf_map_lookup_elem: { args: ["i32", "ptr", "ptr"], returns: "i32" },
      bpf_map_get_next_key: { args: ["i32", "ptr", "ptr"], returns: "i32" },
      bpf_prog_test_run_opts: { args: ["i32", "ptr"], returns: "i32" },
      bpf_obj_get_info_by_fd: { args: ["i32", "ptr", "ptr"], returns: "i32" },
      btf__load_vmlinux_btf: { args: [], returns: "ptr" },
      btf__find_by_name_kind: { args: ["ptr", "ptr", "u32"], returns: "i32" },
      btf__free: { args: ["ptr"], returns: "void" },
      libbpf_num_possible_cpus: { args: [], returns: "i32" },
    }).symbols;
  } finally {
    libc.close(fd);
  }
}

let loaded: ReturnType<typeof loadFromMemory> | undefined;

/** The library's functions; loads it at the first call. */
export function native(): ReturnType<typeof loadFromMemory> {
  loaded ??= loadFromMemory(readFileSync(embedded));
  return loaded;
}
