/** Finds the workspace of a task: where its configuration is, as each tool looks for it. */
import { absolute, pathExists } from "../../process/paths.ts";
import type { Workspace } from "../../sinks/reports/task-config/config.ts";
import type { TaskFormat } from "../../sinks/reports/task-config/formats.ts";
import { readInput } from "../../storage/input.ts";
import { textToLatin1 } from "../../text/latin1.ts";
import { normalizePath } from "../../text/path.ts";

interface Markers {
  /** Files of the root of a workspace; none if the current directory is it. */
  readonly root: readonly string[];
  /** Whether a directory is the root without one of the files. */
  readonly isRoot?: (directory: string) => boolean;
  /** Whether directories below the root may have the files, too. */
  readonly isFarthest?: boolean;
  /** Files of a package. */
  readonly package: readonly string[];
}

const BUILD = ["BUILD.bazel", "BUILD"];

const MARKERS: Readonly<Record<TaskFormat, Markers>> = {
  nx: { root: ["nx.json"], package: ["project.json", "package.json"] },
  turbo: { root: ["turbo.json", "turbo.jsonc"], isFarthest: true, package: ["package.json"] },
  "vite-task": {
    ...{ root: ["pnpm-workspace.yaml"], isRoot: hasWorkspaces, package: ["package.json"] },
  },
  gitignore: { root: [], package: [] },
  bazel: { root: ["MODULE.bazel", "REPO.bazel", "WORKSPACE.bazel", "WORKSPACE"], package: BUILD },
};

/** Whether a tool runs tasks of JavaScript packages. */
export function isRunner(format: TaskFormat): boolean {
  return MARKERS[format].package.includes("package.json");
}

/** A workspace, with paths as they are named. */
export interface FoundWorkspace extends Workspace {
  readonly root: string;
  /** How far the package is below the root. */
  readonly depth: number;
}

function has(directory: string, files: readonly string[]): boolean {
  return files.some((file) => pathExists(`${directory}/${file}`));
}

/** Whether the package of a directory has workspaces of npm, yarn or Bun. */
function hasWorkspaces(directory: string): boolean {
  const path = `${directory}/package.json`;
  if (!pathExists(path)) return false;
  try {
    return JSON.parse(new TextDecoder().decode(readInput(path)))?.workspaces !== undefined;
  } catch {
    return false; // Who needs the file says what is wrong with it.
  }
}

/** Returns a directory and those above it. */
function ancestry(directory: string): string[] {
  const all = [directory];
  for (let path = directory; path !== "/"; all.push(path))
    path = path.slice(0, path.lastIndexOf("/")) || "/";
  return all;
}

/** Returns the root of the workspace that the current directory is in; null for none. */
export function workspaceRoot(format: TaskFormat): string | null {
  const { root, isRoot, isFarthest } = MARKERS[format];
  const found = ancestry(normalizePath(absolute("."))).filter(
    (each) => has(each, root) || isRoot?.(each),
  );
  return found.at(isFarthest ? -1 : 0) ?? null;
}

/** Finds the workspace and the package of the current directory. */
export function findWorkspace(format: TaskFormat): FoundWorkspace {
  const directory = normalizePath(absolute("."));
  const root = workspaceRoot(format) ?? directory;
  const markers = MARKERS[format].package;
  const below = (path: string) => path.slice(root === "/" ? 1 : root.length + 1);
  const between = ancestry(directory).filter((each) => each.length >= root.length);
  const own = between.find((each) => has(each, markers)) ?? directory;
  const relative = textToLatin1(below(own));
  const isPackage = (path: string) =>
    path === relative || has(`${root}/${Buffer.from(path, "latin1").toString()}`, markers);
  return {
    root,
    depth: relative === "" ? 0 : relative.split("/").length,
    package: relative,
    packageOf: (path) => (format === "bazel" ? innermost(path, isPackage) : relative),
    isRoot: (path) => path === "" || `${relative}/`.startsWith(`${path}/`) || isPackage(path),
  };
}

/** Returns the innermost directory of a path that is a package; "" for none. */
function innermost(path: string, isPackage: (directory: string) => boolean): string {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
    if (isPackage(path.slice(0, at))) return path.slice(0, at);
  return "";
}
