/**
 * Finds the files that a call accesses: those named by paths, and those its fds refer to. Paths are
 * made absolute lexically, without following links.
 */

import { decodeLatin1 } from "../text/latin1.ts";
import { normalizePath } from "../text/path.ts";
import { type Abi, type Argument, argumentsOf } from "./table.ts";
import type { FdValue, Value } from "./value.ts";

/** A file and how the call refers to it. */
export interface AccessedFile {
  /** One character per byte; relative only if the base directory is unknown. */
  readonly path: string;
  /** "directory": the base directory of a relative path. */
  readonly via: "name" | "fd" | "directory";
}

interface DecodedCall {
  readonly name: string;
  readonly abi: Abi;
  readonly args: readonly (Value | null | undefined)[];
}

/** Names of arguments that are paths. */
const PATH_ARGUMENTS = new Set(
  `
  dir_name filename from_pathname library new_root newname oldname path pathname put_old special
  specialfile to_pathname
`
    .trim()
    .split(/\s+/),
);
/** Calls whose argument "name" is a path. */
const CALLS_WITH_PATH_NAME = new Set(["acct", "name_to_handle_at", "umount", "umount2"]);
/** Calls whose "oldname" is the content of a symbolic link, not a path. */
const SYMLINK_CALLS = new Set(["symlink", "symlinkat"]);

/** Memoizes `isPath` per argument. */
const isPathCache = new Map<string, boolean>();

function isPath(call: string, argument: Argument | undefined): boolean {
  if (!argument) return false;
  const key = `${call} ${argument.name}`;
  let answer = isPathCache.get(key);
  if (answer === undefined) {
    const text = SYMLINK_CALLS.has(call) && argument.name === "oldname";
    const named =
      PATH_ARGUMENTS.has(argument.name) ||
      (argument.name === "name" && CALLS_WITH_PATH_NAME.has(call));
    answer = argument.target === "char" && named && !text;
    isPathCache.set(key, answer);
  }
  return answer;
}

/** Resolves a path relative to its base directory. */
function resolvePath(directory: string | undefined, name: string): string {
  if (name.startsWith("/") || directory === undefined) return normalizePath(name);
  return normalizePath(`${directory}/${name}`);
}

/** Visits fds within arrays and structs, such as poll(2)'s, and paths of sockets. */
function collectNested(value: Value, visit: (file: AccessedFile) => void): void {
  if (value.kind === "fd" && value.path !== undefined) visit({ path: value.path, via: "fd" });
  else if (value.kind === "set") for (const fd of value.fds ?? []) collectNested(fd, visit);
  else if (value.kind === "array")
    for (const item of [...value.items, ...(value.hidden ?? [])]) collectNested(item, visit);
  else if (value.kind === "struct")
    for (const [field, each] of value.fields)
      if (field === "sun_path" && each.kind === "string" && each.bytes[0] === 0x2f)
        visit({ path: normalizePath(decodeLatin1(each.bytes)), via: "name" });
      else collectNested(each, visit);
}

/** Returns the paths that a call names, as the program wrote them, one character per byte. */
export function pathTexts({ name, abi, args }: DecodedCall): string[] {
  const described = argumentsOf(name, abi) ?? [];
  return args.flatMap((value, index) =>
    value?.kind === "string" && isPath(name, described[index]) ? [decodeLatin1(value.bytes)] : [],
  );
}

/**
 * Returns the files that a call accesses.
 * @param call with the paths of its fds
 * @param directory returns the working directory of the process; called only for paths relative to it
 */
export function accessedFiles(
  { name, abi, args }: DecodedCall,
  directory: () => string | undefined,
): AccessedFile[] {
  const described = argumentsOf(name, abi) ?? [];
  const files: AccessedFile[] = [];
  let base: FdValue | null = null;
  for (const [index, value] of args.entries()) {
    if (!value) continue;
    if (value.kind === "fd" && value.directory) {
      base = value;
      continue;
    }
    if (value.kind === "string" && isPath(name, described[index])) {
      const text = decodeLatin1(value.bytes);
      if (text.startsWith("/")) files.push({ path: normalizePath(text), via: "name" });
      else {
        const start = base ? base.path : directory();
        if (base && base.fd >= 0 && start !== undefined)
          files.push({ path: start, via: text === "" ? "fd" : "directory" });
        if (text !== "") files.push({ path: resolvePath(start, text), via: "name" });
      }
      base = null;
    } else collectNested(value, (file) => files.push(file));
  }
  // utimensat(fd, NULL, …) and similar calls access the dirfd itself.
  if (base?.path !== undefined && base.fd >= 0) files.push({ path: base.path, via: "fd" });
  return files;
}
