/** Reads files by the paths that the eBPF programs report: from the root of a mount namespace. */
import { readlinkSync, statSync } from "node:fs";
import { BINPRM_BUF_SIZE } from "../../kernel/binfmt.ts";
import { readFileStart } from "../../process/file-start.ts";
import type { ScriptFiles } from "./script-join.ts";

function readlink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

let ownNamespace: string | null | undefined;

/**
 * Returns the path by which we find a file of a process. Of a process in another mount namespace
 * that has ended or has another root directory, the file is looked for in our own.
 */
function reachable(tgid: number, path: string): Buffer {
  ownNamespace ??= readlink("/proc/self/ns/mnt");
  const namespace = readlink(`/proc/${tgid}/ns/mnt`);
  const isOther = namespace !== null && namespace !== ownNamespace;
  const prefix = isOther && readlink(`/proc/${tgid}/root`) === "/" ? `/proc/${tgid}/root` : "";
  return Buffer.from(prefix + path, "latin1");
}

export const processFiles: ScriptFiles = {
  readStart: (tgid, path) => readFileStart(reachable(tgid, path), BINPRM_BUF_SIZE),
  inode(tgid, path) {
    try {
      return statSync(reachable(tgid, path), { bigint: true }).ino;
    } catch {
      return null;
    }
  },
};
