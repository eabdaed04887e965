/** Archives whose bytes depend on their files alone: tar(1), xz(1), dpkg-deb(1). */
import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { run } from "../run.ts";

/** XZ_LEVEL=0 makes tests faster. */
const LEVEL = process.env.XZ_LEVEL ?? "6";

/** Returns the time of all files in a release: that of the commit, in seconds since 1970. */
export function releaseTime(): number {
  return Number(process.env.SOURCE_DATE_EPOCH ?? run(["git", "log", "-1", "--format=%ct"]).trim());
}

/** Packs a directory into an archive with the suffix .tar.xz. */
export function packDirectory(directory: string, name: string, output: string, time: number): void {
  const tar = output.replace(/\.xz$/, "");
  const anonymous = ["--owner=0", "--group=0", "--numeric-owner", "--mode=go=u-w"];
  const order = ["--format=gnu", "--sort=name", `--mtime=@${time}`, ...anonymous];
  run(["tar", ...order, "-C", dirname(directory), "-cf", tar, name]);
  // The size of blocks, and not the number of threads, decides what the bytes are.
  const threads = `-T${availableParallelism()}`;
  run(["xz", `-${LEVEL}`, "--block-size=64MiB", threads, "--force", tar]);
}

/** Makes a package of a directory that has a directory DEBIAN. */
export function packDebian(directory: string, output: string, time: number): void {
  const options = ["--root-owner-group", "-Zxz", `-z${LEVEL}`, "--threads-max=1"];
  const command = ["dpkg-deb", ...options, "--build", directory, output];
  run(["env", `SOURCE_DATE_EPOCH=${time}`, ...command]);
  rmSync(directory, { recursive: true });
}
