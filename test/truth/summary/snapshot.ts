/** What a directory tree is at a moment: each path with its file, type, and a hash of its content. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import { type Kind, ModelFs } from "./model-fs.ts";

export interface SnapshotEntry {
  /** Relative to the directory. */
  readonly path: string;
  readonly kind: Kind;
  /** Device and inode. */
  readonly id: string;
  /** SHA-256 of a file's content, the target of a link, else "". */
  readonly content: string;
  /** Whether the file begins with "#!". */
  readonly script?: boolean;
}

function kindOf(stat: Stats): Kind {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  return stat.isSymbolicLink() ? "link" : "other";
}

function contentOf(path: string, kind: Kind): string {
  if (kind === "link") return readlinkSync(path, "latin1");
  return kind === "file" ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
}

/**
 * Directories come before what is in them. Names have one character per byte. Sockets are left out:
 * a summary lists them as addresses.
 */
export function snapshot(directory: string, prefix = ""): SnapshotEntry[] {
  return readdirSync(directory, "latin1").flatMap((name) => {
    const path = Buffer.from(`${directory}/${name}`, "latin1") as unknown as string;
    const stat = lstatSync(path);
    if (stat.isSocket()) return [];
    const kind = kindOf(stat);
    const here = `${prefix}${name}`;
    const id = `${stat.dev}:${stat.ino}`;
    const script = kind === "file" && readFileSync(path).toString("latin1", 0, 2) === "#!";
    const entry = { path: here, kind, id, content: contentOf(path, kind), script };
    return kind === "directory" ? [entry, ...snapshot(join(directory, name), `${here}/`)] : [entry];
  });
}

/** @param basePath absolute, without symbolic links */
export function modelOf(entries: readonly SnapshotEntry[], basePath: string): ModelFs {
  const model = new ModelFs(basePath);
  const paths = new Map<string, string>();
  for (const { path, kind, id, content, script } of entries) {
    const node = model.plant(path, kind, kind === "link" ? content : "", paths.get(id));
    node.script = script === true;
    paths.set(id, path);
  }
  return model;
}

/**
 * Compares a model that was planted from `before` with the tree at the end.
 * @returns what the model has wrong, a line each
 */
export function contradictions(
  model: ModelFs,
  before: readonly SnapshotEntry[],
  after: readonly SnapshotEntry[],
): string[] {
  const start = new Map(before.map((entry) => [entry.path, entry]));
  const end = new Map(after.map((entry) => [entry.path, entry]));
  const paths = new Map(model.paths());
  const lacking = [...end.keys()].filter((path) => !paths.has(path)).map((path) => `lacks ${path}`);
  const wrong = [...paths].flatMap(([path, { node, origin }]) => {
    const found = end.get(path);
    if (!found) return [`has ${path}, which is not there`];
    if (found.kind !== node.kind) return [`has ${path} as a ${node.kind}, not a ${found.kind}`];
    const was = origin === null ? undefined : start.get(origin);
    if (!node.existed || !was) return [];
    if (was.id !== found.id) return [`has ${origin} at ${path}, where another file is`];
    if (!node.written && was.content !== found.content) return [`missed a change of ${path}`];
    return [];
  });
  return [...lacking, ...wrong];
}
