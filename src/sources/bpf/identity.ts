/**
 * The optional programs that note which file a name led to (bpf/identity.bpf.h). They need BPF
 * trampolines: x86-64 from Linux 5.5 on, arm64 from 6.4 on, unless the kernel is built without.
 */
import type { EventKind } from "../../events/event-kinds.ts";
import { WANT_INODE, WANT_PATH } from "../../events/event-record.ts";
import { CALL_NAMES, FILE_CALLS } from "../../events/file-calls.ts";
import { type BpfObject, probeTrampoline } from "../../ffi/libbpf.ts";
import { type BpfOptions, syscallKinds } from "./config.ts";

/** identity_config of bpf/maps.h. */
const CONFIG = { enabled: 0, kinds: 4, size: 260 } as const;

const REMOVAL = [
  ...["identity_unlinking", "identity_unlink", "identity_removing", "identity_rmdir"],
];

/** enum identity_kind by kind of event, and the programs of each. */
const IDENTITY: Partial<Record<EventKind, readonly [number, readonly string[]]>> = {
  rename: [1, ["identity_rename"]],
  unlink: [2, REMOVAL],
  rmdir: [2, REMOVAL],
  mkdir: [3, ["identity_mkdir"]],
  mknod: [3, ["identity_mknod"]],
  symlink: [3, ["identity_symlink"]],
  link: [4, ["identity_link"]],
  truncate: [5, ["identity_truncate"]],
  chmod: [6, ["identity_change"]],
  chown: [7, ["identity_change"]],
  utimes: [8, ["identity_change"]],
};

/** Returns 0 if the kernel can run the programs, otherwise an errno. */
export function probeIdentity(): number {
  return probeTrampoline("vfs_rename");
}

/** Returns the programs that a recording uses on a kernel that can run them. */
export function identityPrograms(options: BpfOptions): string[] {
  if (!(options.want & (WANT_INODE | WANT_PATH))) return [];
  const programs = [...syscallKinds(options)].flatMap((kind) => IDENTITY[kind]?.[1] ?? []);
  return [...new Set(programs)];
}

/**
 * Configures what calls do to their names, for the programs of an object that is not loaded yet.
 * @param enabled whether the kernel runs the programs: then the calls take a note
 */
export function configureIdentity(object: BpfObject, enabled: boolean): void {
  const config = object.map(".rodata.identity").initialValue(CONFIG.size);
  config.setUint32(CONFIG.enabled, Number(enabled), true);
  for (const { name, kind } of FILE_CALLS)
    config.setUint8(CONFIG.kinds + CALL_NAMES.indexOf(name), IDENTITY[kind]?.[0] ?? 0);
}
