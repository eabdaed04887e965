/** Mounts file systems for the tests to watch. */
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "./harness.ts";

function runOrThrow(...command: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(command);
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
}

export const FILE_SYSTEMS = ["ext4", "tmpfs", "overlay"] as const;
export type FileSystem = (typeof FILE_SYSTEMS)[number] | "subvolume";

function mount(type: FileSystem, within: string, at: string): void {
  if (type === "ext4") {
    const image = join(within, "image");
    runOrThrow("truncate", "-s", "64M", image);
    runOrThrow("mkfs.ext4", "-q", "-N", "20000", image);
    runOrThrow("mount", "-o", "loop", image, at);
  } else if (type === "subvolume") {
    const image = join(within, "image");
    runOrThrow("truncate", "-s", "128M", image);
    runOrThrow("mkfs.btrfs", "-q", image);
    runOrThrow("mount", "-o", "loop", image, at);
    runOrThrow("btrfs", "-q", "subvolume", "create", join(at, "home"));
    runOrThrow("umount", at);
    runOrThrow("mount", "-o", "loop,subvol=home", image, at);
  } else if (type === "tmpfs") {
    runOrThrow("mount", "-t", "tmpfs", "none", at);
  } else {
    const [lower, upper, work] = ["lower", "upper", "work"].map((name) => join(within, name));
    for (const directory of [lower, upper, work]) mkdirSync(directory);
    const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    runOrThrow("mount", "-t", "overlay", "-o", options, "none", at);
  }
}

/**
 * Mounts an empty file system, or a subvolume of btrfs that is not at its top, until the end of the
 * block: `using fs = mounted("tmpfs")`.
 */
export function mounted(type: FileSystem): { readonly path: string } & Disposable {
  const directory = temporaryDirectory();
  chmodSync(directory.path, 0o755);
  const path = join(directory.path, "mounted");
  mkdirSync(path);
  mount(type, directory.path, path);
  return {
    path,
    [Symbol.dispose]() {
      runOrThrow("umount", path);
      directory[Symbol.dispose]();
    },
  };
}
