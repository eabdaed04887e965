/**
 * File systems that change also in ways of which fanotify(7) learns nothing: statfs(2), linux/magic.h,
 * and the file systems' own headers.
 */
import { statfsSync } from "node:fs";

/** Their files are made up by the kernel. */
const OF_THE_KERNEL: ReadonlyMap<number, string> = new Map([
  [0x9fa0, "proc"],
  [0x62656572, "sysfs"],
  [0x64626720, "debugfs"],
  [0x74726163, "tracefs"],
  [0x73636673, "securityfs"],
  [0x27e0eb, "cgroup"],
  [0x63677270, "cgroup2"],
  [0x62656570, "configfs"],
  [0xcafe4a11, "bpf"],
  [0x6165676c, "pstore"],
  [0xde5e81e4, "efivarfs"],
  [0x1cd1, "devpts"],
  [0xf97cff8c, "selinuxfs"],
  [0x42494e4d, "binfmt_misc"],
  [0x7655821, "resctrl"],
]);

/** Other machines, or a server of the file system, change their files too. */
const SHARED: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x01021997, "9p"],
  [0x00c36400, "Ceph"],
  [0x5346414f, "AFS"],
  [0x65735546, "FUSE"],
  [0x7461636f, "OCFS2"],
  [0x01161970, "GFS2"],
]);

/** Says which changes of a path will not be reported; null if all will, or if it does not exist. */
export function unseenChanges(path: string): string | null {
  let type: number;
  try {
    type = statfsSync(path).type >>> 0;
  } catch {
    return null;
  }
  if (OF_THE_KERNEL.get(type))
    return `${path} is on ${OF_THE_KERNEL.get(type)}: only what processes write is reported, not what the kernel changes`;
  if (SHARED.get(type))
    return `${path} is on ${SHARED.get(type)}: only changes made through this mount are reported, not those of others`;
  return null;
}
