/** The identity of the machine and of its boot: uname(2), proc_sys_kernel(5). */
import { readFileSync, readlinkSync } from "node:fs";

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

/** PROC_PID_INIT_INO of include/linux/proc_ns.h. */
const INITIAL_PID_NAMESPACE = "pid:[4026531836]";

/** Whether our pids are those of the whole machine: pid_namespaces(7). */
export function isInitialPidNamespace(): boolean {
  return readlinkSync("/proc/self/ns/pid") === INITIAL_PID_NAMESPACE;
}
