/**
 * Which files a call concerns: those that it names, from where the name starts, and those that its
 * fds lead to. Names are made absolute by their text alone: links within them are not followed.
 */
import { type Abi, type Argument, argumentsOf } from "./table.ts";
import type { FdValue, Value } from "./value.ts";

/** A file, as a call says which. */
export interface AccessedFile {
  /** One character a byte; relative only where nobody knows where it starts from. */
  readonly path: string;
  /** "directory": only a name starts from it. */
  readonly via: "name" | "fd" | "directory";
}

interface DecodedCall {
  readonly name: string;
  readonly abi: Abi;
  readonly args: readonly (Value | null | undefined)[];
}

/** What arguments are called that name files. */
const PATH_ARGUMENTS = new Set(
  `
  dir_name filename from_pathname library new_root newname oldname path pathname put_old special
  specialfile to_pathname
`
    .trim()
    .split(/\s+/),
);
/** Calls whose "name" is one of a file, too. */
const CALLS_WITH_PATH_NAME = new Set(["acct", "name_to_handle_at", "umount", "umount2"]);
/** What a symbolic link is to hold is text. */
const SYMLINK_CALLS = new Set(["symlink", "symlinkat"]);

/** Decided once for each argument. */
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

/** "/a/./b//../c" → "/a/c". */
export function normalizePath(path: string): string {
  if (!path.startsWith("/")) return path;
  if (!/\/(\/|\.|$)/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/"))
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  return `/${parts.join("/")}`;
}

/** A name, from where it starts. */
function resolvePath(directory: string | undefined, name: string): string {
  if (name.startsWith("/") || directory === undefined) return normalizePath(name);
  return normalizePath(`${directory}/${name}`);
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

/** Fds within arrays and structs, such as poll's, and names of sockets. */
function collectNested(value: Value, visit: (file: AccessedFile) => void): void {
  if (value.kind === "fd" && value.path !== undefined) visit({ path: value.path, via: "fd" });
  else if (value.kind === "array") for (const item of value.items) collectNested(item, visit);
  else if (value.kind === "struct")
    for (const [field, each] of value.fields)
      if (field === "sun_path" && each.kind === "string" && each.bytes[0] === 0x2f)
        visit({ path: normalizePath(latin1(each.bytes)), via: "name" });
      else collectNested(each, visit);
}

/**
 * @param call with the paths of its fds
 * @param directory the working directory of its process; asked for only where a name starts there
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
      const text = latin1(value.bytes);
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
  // utimensat(fd, NULL, …) and the like are about the directory's fd itself.
  if (base?.path !== undefined && base.fd >= 0) files.push({ path: base.path, via: "fd" });
  return files;
}
