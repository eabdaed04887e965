/** The identity of the machine and of its boot: uname(2), proc_sys_kernel(5). */
import { readFileSync } from "node:fs";

const KERNEL_DIRECTORY = "/proc/sys/kernel";

function read(name: string): string {
  return readFileSync(`${KERNEL_DIRECTORY}/${name}`, "latin1").trim();
}

/** Returns the host's name, the kernel's release, the architecture as uname -m, and the boot id. */
export function machineIdentity() {
  return {
    host: read("hostname"),
    kernel: read("osrelease"),
    machine: process.arch === "arm64" ? "aarch64" : "x86_64",
    boot: read("random/boot_id"),
  };
}

/** Returns the id that the installation has: machine-id(5); "" if there is none. */
export function machineId(): string {
  try {
    return /^[0-9a-f]{32}$/m.exec(readFileSync("/etc/machine-id", "latin1"))?.[0] ?? "";
  } catch {
    return "";
  }
}
