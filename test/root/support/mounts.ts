/** File systems of our own to watch, mounted by the tests. */
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "./harness.ts";

function must(...command: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(command);
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
}

export const FILE_SYSTEMS = ["ext4", "tmpfs", "overlay"] as const;
export type FileSystem = (typeof FILE_SYSTEMS)[number];

function mount(type: FileSystem, within: string, at: string): void {
  if (type === "ext4") {
    const image = join(within, "image");
    must("truncate", "-s", "64M", image);
    must("mkfs.ext4", "-q", "-N", "20000", image);
    must("mount", "-o", "loop", image, at);
  } else if (type === "tmpfs") {
    must("mount", "-t", "tmpfs", "none", at);
  } else {
    const [lower, upper, work] = ["lower", "upper", "work"].map((name) => join(within, name));
    for (const directory of [lower, upper, work]) mkdirSync(directory);
    const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    must("mount", "-t", "overlay", "-o", options, "none", at);
  }
}

/** An empty file system that is gone at the end of the block: `using fs = mounted("tmpfs")`. */
export function mounted(type: FileSystem): { readonly path: string } & Disposable {
  const directory = temporaryDirectory();
  chmodSync(directory.path, 0o755);
  const path = join(directory.path, "mounted");
  mkdirSync(path);
  mount(type, directory.path, path);
  return {
    path,
    [Symbol.dispose]() {
      must("umount", path);
      directory[Symbol.dispose]();
    },
  };
}
