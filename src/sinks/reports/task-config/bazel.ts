/**
 * The inputs and outputs of a task as attributes of a Bazel rule (bazel.build/concepts/labels): files
 * of other packages by their labels, directories with many files as glob().
 */
import { escapeGlob } from "../../../policy/entry.ts";
import { parseName } from "../../../policy/names.ts";
import type { TaskFile, TaskFiles } from "../../../policy/task-files.ts";
import { inputTexts, type TaskConfig, type Workspace } from "./config.ts";

/** What the name of a target may have, besides that no part of it is "." or "..". */
const TARGET = /^[\w!%@^"#$&'()*+,;<=>?[\]{|}~/.\- -]+$/;
/** Bazel's globs have no escapes. */
const PLAIN_DIRECTORY = /^[^*?[\\]*\/\*$/;

export function renderBazel(files: TaskFiles, workspace: Workspace): TaskConfig {
  const omitted: string[] = [];
  const sources: string[] = [];
  const globs: string[] = [];
  for (const text of inputTexts(files, workspace)) {
    const inPackage = withinPackage(text, workspace);
    if (inPackage !== null && PLAIN_DIRECTORY.test(text)) globs.push(`${inPackage}*`);
    else sources.push(...labelsOf(membersOf(text, files.inputs), workspace, omitted));
  }
  const outputs = files.outputs.filter(({ text }) => {
    const isOwn = withinPackage(text, workspace) !== null;
    if (!isOwn) omitted.push(text);
    return isOwn;
  });
  const globText = globs.length ? `glob(${list(globs)})` : "";
  const labelText = sources.length || !globText ? list(sources) : "";
  const text = `srcs = ${[labelText, globText].filter(Boolean).join(" + ")},\nouts = ${list(
    labelsOf(outputs, workspace, omitted),
  )},\n`;
  return { text, omitted };
}

/** Returns the files that a text stands for: itself, or those that were folded into it. */
function membersOf(text: string, files: readonly TaskFile[]): readonly TaskFile[] {
  const prefix = text.endsWith("/*") ? text.slice(0, -1) : null;
  return files.filter((file) => file.text === text || (prefix && file.text.startsWith(prefix)));
}

/** Returns a path relative to the package; null if another package has it. @param text a glob */
function withinPackage(text: string, workspace: Workspace): string | null {
  const { rest } = parseName(text);
  if (workspace.packageOf(unescaped(rest)) !== workspace.package) return null;
  return workspace.package === "" ? rest : rest.slice(escapeGlob(workspace.package).length + 1);
}

function unescaped(glob: string): string {
  return glob.replace(/\\([\s\S])/g, "$1");
}

function labelsOf(files: readonly TaskFile[], workspace: Workspace, omitted: string[]): string[] {
  return files.flatMap(({ text }) => {
    const label = labelOf(text, workspace);
    if (label === null) omitted.push(text);
    return label ?? [];
  });
}

/** Returns a label; null if no label can name the file. @param text a glob */
function labelOf(text: string, workspace: Workspace): string | null {
  if (/(?:^|[^\\])(?:\\\\)*[*?[]/.test(text)) return null; // a name that differs in each run
  const path = unescaped(parseName(text).rest);
  const owner = workspace.packageOf(path);
  const target = owner === "" ? path : path.slice(owner.length + 1);
  if (!TARGET.test(target) || (owner !== workspace.package && !TARGET.test(owner || "x")))
    return null;
  if (owner !== workspace.package) return `//${owner}:${target}`;
  return /^[@:]|^\/\//.test(target) ? `:${target}` : target;
}

function list(texts: readonly string[]): string {
  if (texts.length === 0) return "[]";
  return `[\n${texts.map((text) => `    ${quoted(text)},\n`).join("")}]`;
}

/** Returns a string of Starlark. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
