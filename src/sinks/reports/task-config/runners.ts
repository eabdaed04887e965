/**
 * The inputs and outputs of a task as task runners want them: a target of Nx (nx.dev/reference/inputs),
 * a task of turbo.json (turborepo.com/docs/reference/configuration), and a task's `cache` of Vite Task
 * in vite.config.ts (viteplus.dev/config/run).
 */
import type { TaskFiles } from "../../../policy/task-files.ts";
import { textToLatin1 } from "../../../text/latin1.ts";
import type { Workspace } from "./config.ts";
import { inputTexts, outputTexts, type PlacedPath, placed, type TaskConfig } from "./config.ts";

export function renderNx(files: TaskFiles, workspace: Workspace): TaskConfig {
  const root = workspace.package !== "" ? "{projectRoot}" : "{workspaceRoot}";
  const place = (path: PlacedPath) => `${path.isInPackage ? root : "{workspaceRoot}"}/${path.glob}`;
  return json({
    inputs: inputTexts(files, workspace).map((text) => {
      const path = placed(text, workspace);
      return path.isDirectory ? `${place(path)}/**/*` : place(path);
    }),
    outputs: outputTexts(files, workspace).map((text) => place(placed(text, workspace))),
  });
}

export function renderTurbo(files: TaskFiles, workspace: Workspace): TaskConfig {
  const pattern = (text: string) => {
    const { glob, isDirectory, isInPackage } = placed(text, workspace);
    return `${isInPackage ? "" : "$TURBO_ROOT$/"}${glob}${isDirectory ? "/**" : ""}`;
  };
  return json({
    inputs: inputTexts(files, workspace).map(pattern),
    outputs: outputTexts(files, workspace).map(pattern),
  });
}

/** Returns an object of the tables, one entry a line. */
function json(config: Readonly<Record<string, readonly string[]>>): TaskConfig {
  return { text: textToLatin1(`${JSON.stringify(config, null, 2)}\n`), omitted: [] };
}

export function renderViteTask(files: TaskFiles, workspace: Workspace): TaskConfig {
  const lines = (texts: readonly string[]) =>
    texts.map((text) => {
      const { glob, isDirectory, isInPackage } = placed(text, workspace);
      const pattern = JSON.stringify(`${glob}${isDirectory ? "/**" : ""}`);
      return `    ${isInPackage ? pattern : `{ pattern: ${pattern}, base: "workspace" }`},\n`;
    });
  const list = (name: string, texts: readonly string[]) =>
    texts.length === 0 ? `  ${name}: [],\n` : `  ${name}: [\n${lines(texts).join("")}  ],\n`;
  const input = list("input", inputTexts(files, workspace));
  const output = list("output", outputTexts(files, workspace));
  return { text: textToLatin1(`cache: {\n${input}${output}},\n`), omitted: [] };
}
