/**
 * Which devices are FUSE file systems: proc_pid_mountinfo(5). What a process serves that is traced by
 * ptrace must not be accessed while a call stands still, because the process may stand still too.
 */
import { readFileSync } from "node:fs";
import { parseMountinfo } from "../kernel/mountinfo.ts";

export class FuseDevices {
  private readonly known = new Map<number, boolean>();

  /** @param dev as the kernel has it: major << 20 | minor */
  has(dev: number): boolean {
    if (!this.known.has(dev)) this.read();
    const isFuse = this.known.get(dev) ?? false;
    this.known.set(dev, isFuse);
    return isFuse;
  }

  private read(): void {
    for (const { major, minor, fsType } of parseMountinfo(
      readFileSync("/proc/self/mountinfo", "latin1"),
    ))
      this.known.set(major * (1 << 20) + minor, fsType.startsWith("fuse"));
  }
}
