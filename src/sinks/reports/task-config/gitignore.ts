/** The files that a task created as patterns of gitignore(5), for the directory of the package. */
import { escapeGlob } from "../../../policy/entry.ts";
import { parseName } from "../../../policy/names.ts";
import type { TaskFiles } from "../../../policy/task-files.ts";
import { createdTexts, type TaskConfig, type Workspace } from "./config.ts";

export function renderGitignore(files: TaskFiles, workspace: Workspace): TaskConfig {
  const prefix = workspace.package === "" ? "" : `${escapeGlob(workspace.package)}/`;
  const lines: string[] = [];
  const omitted: string[] = [];
  for (const text of createdTexts(files, workspace)) {
    const { rest } = parseName(text);
    if (rest.startsWith(prefix)) lines.push(`/${pattern(rest.slice(prefix.length))}\n`);
    else omitted.push(text);
  }
  return { text: lines.join(""), omitted };
}

/** Globs of lock files are those of git, where * does not match "/". */
function pattern(glob: string): string {
  const isDirectory = glob.endsWith("/*");
  const own = isDirectory ? glob.slice(0, -1) : glob;
  // A line ends a pattern, and blanks at its end do not count.
  return own.replaceAll("\n", "?").replace(/[ \t\r]+$/, (blanks) => "?".repeat(blanks.length));
}
