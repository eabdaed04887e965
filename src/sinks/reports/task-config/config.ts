/** What the formats of `trace lock` for other tools are made of. */
import { escapeGlob } from "../../../policy/entry.ts";
import { fold } from "../../../policy/fold.ts";
import type { TaskFile, TaskFiles } from "../../../policy/task-files.ts";
import { isPathWithin } from "../../../text/path.ts";
import { type TaskPath, taskPath } from "./glob.ts";

/** Where the files of a task are. */
export interface TaskPlace {
  /**
   * The directory of the package, relative to the root; "" for the root itself, null if it is not
   * known. latin1.
   */
  readonly package: string | null;
  /** Whether a directory is not folded into a glob: the root, "", and packages. @param path likewise */
  isRoot(path: string): boolean;
}

/** A workspace and the package whose configuration is written. */
export interface Workspace extends TaskPlace {
  readonly package: string;
  /** Returns the package that a file belongs to, likewise. */
  packageOf(path: string): string;
}

/** A configuration, and what cannot be said in it: texts of lock files. */
export interface TaskConfig {
  /** Latin1. */
  readonly text: string;
  readonly omitted: readonly string[];
}

/** Returns the inputs; many files of a directory are folded. */
export function inputTexts({ inputs }: TaskFiles, place: TaskPlace): string[] {
  return folded(inputs, place, () => false);
}

/** Returns the outputs; a directory that was created is folded. */
export function outputTexts(files: TaskFiles, place: TaskPlace): string[] {
  return folded(files.outputs, place, (text) => files.createdDirectories.has(text));
}

/** Returns the outputs that the run created. */
export function createdTexts(files: TaskFiles, place: TaskPlace): string[] {
  const created = files.outputs.filter(({ isCreated }) => isCreated);
  return folded(created, place, (text) => files.createdDirectories.has(text));
}

/** A glob does not cover secrets: none stands for a directory that has some. */
function folded(
  files: readonly TaskFile[],
  place: TaskPlace,
  isOwn: (text: string) => boolean,
): string[] {
  const secrets = files.filter(({ isSecret }) => isSecret);
  const others = files.filter(({ isSecret }) => !isSecret);
  const texts = fold(others, {
    isRoot: (path) =>
      place.isRoot(path.slice(1)) || secrets.some((each) => isPathWithin(each.path, path)),
    isOwn,
  });
  return [...new Set([...texts, ...secrets.map(({ text }) => text)])].sort();
}

/** A path relative to the package, or to the root of the workspace. */
export interface PlacedPath extends TaskPath {
  readonly isInPackage: boolean;
}

/** Returns a path relative to the package if it is in that, else to the root. */
export function placed(text: string, place: TaskPlace): PlacedPath {
  const path = taskPath(text);
  if (place.package === null) return { ...path, isInPackage: false };
  const prefix = place.package === "" ? "" : `${taskPath(escapeGlob(place.package)).glob}/`;
  if (!path.glob.startsWith(prefix)) return { ...path, isInPackage: false };
  return { ...path, glob: path.glob.slice(prefix.length), isInPackage: true };
}
