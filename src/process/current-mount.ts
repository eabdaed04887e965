/** Finds the mount of the working directory: proc_pid_mountinfo(5). */
import { readFileSync } from "node:fs";
import { parseMountinfo } from "../kernel/mountinfo.ts";
import { isPathWithin } from "../text/path.ts";

/** Returns the mount point of the working directory. */
export function currentMountPoint(): string {
  const directory = Buffer.from(process.cwd()).toString("latin1");
  const mounts = parseMountinfo(readFileSync("/proc/self/mountinfo", "latin1"));
  // Of several mounts at a directory the last one covers the others.
  const points = mounts.map(({ mountPoint }) => mountPoint);
  const above = points.filter((point) => isPathWithin(directory, point));
  const longest = above.reduce((best, point) => (point.length >= best.length ? point : best), "/");
  return Buffer.from(longest, "latin1").toString();
}
