/**
 * The file that an exec names, and the scripts that interpret it: the counterpart of bpf/exec.bpf.h.
 * Names are latin1.
 */
import { BINPRM_BUF_SIZE, scriptsOf } from "../../kernel/binfmt.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { readFileStart } from "../../process/file-start.ts";
import * as procfs from "./procfs.ts";

export interface ExecutedFile {
  /** The directory of a relative name, AT_FDCWD by default; of an empty name the file itself. */
  readonly dfd: number;
  /** As passed. */
  readonly name: string;
  /** The file as it was before the exec; null if it cannot be read. */
  readonly start: Uint8Array | null;
  readonly inode: procfs.Inode | null;
}

/** Reads the file that a thread is about to execute. */
export function executedFile(tid: number, dfd: number, bytes: Uint8Array): ExecutedFile {
  const name = Buffer.from(bytes).toString("latin1");
  const path = procfs.pathThrough(tid, dfd, name);
  return { dfd, name, start: readFileStart(path, BINPRM_BUF_SIZE), inode: procfs.statFile(path) };
}

/** A script that the kernel read at an exec: a name, and where it starts from. */
export interface Script {
  readonly dfd: number;
  readonly name: string;
}

/** Returns the scripts of an exec that has succeeded, the executed file first. */
export function executedScripts(tid: number, file: ExecutedFile): Script[] {
  const isByFd = file.dfd !== AT_FDCWD && !file.name.startsWith("/");
  const kernelName = isByFd ? `/dev/fd/${file.dfd}${file.name && "/"}${file.name}` : file.name;
  const program = procfs.statLink(tid, "exe");
  const scripts = scriptsOf({
    name: kernelName,
    argv: (procfs.readCmdline(tid)?.toString("latin1") ?? "").split("\0"),
    isInterpreted: undefined,
    read: (name) =>
      name === kernelName
        ? file.start
        : readFileStart(procfs.pathThrough(tid, AT_FDCWD, name), BINPRM_BUF_SIZE),
    isProgram: () => file.inode?.ino === program?.ino && file.inode?.dev === program?.dev,
  });
  return scripts.map((name, index) => (index === 0 ? file : { dfd: AT_FDCWD, name }));
}
