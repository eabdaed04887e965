/**
 * The inputs and outputs of a task as task runners want them: a target of Nx (nx.dev/reference/inputs),
 * a task of turbo.json (turborepo.com/docs/reference/configuration), and a task's `cache` of Vite Task
 * in vite.config.ts (viteplus.dev/config/run).
 */
import type { TaskFiles } from "../../../policy/task-files.ts";
import { textToLatin1 } from "../../../text/latin1.ts";
import {
  inputTexts,
  outputTexts,
  type PlacedPath,
  placed,
  type TaskConfig,
  type TaskPlace,
} from "./config.ts";

export function renderNx(files: TaskFiles, where: TaskPlace): TaskConfig {
  const root = where.package !== "" ? "{projectRoot}" : "{workspaceRoot}";
  const place = (path: PlacedPath) => `${path.isInPackage ? root : "{workspaceRoot}"}/${path.glob}`;
  return json({
    inputs: inputTexts(files, where).map((text) => {
      const path = placed(text, where);
      return path.isDirectory ? `${place(path)}/**/*` : place(path);
    }),
    outputs: outputTexts(files, where).map((text) => place(placed(text, where))),
  });
}

export function renderTurbo(files: TaskFiles, where: TaskPlace): TaskConfig {
  const pattern = (text: string) => {
    const { glob, isDirectory, isInPackage } = placed(text, where);
    return `${isInPackage ? "" : "$TURBO_ROOT$/"}${glob}${isDirectory ? "/**" : ""}`;
  };
  return json({
    inputs: inputTexts(files, where).map(pattern),
    outputs: outputTexts(files, where).map(pattern),
  });
}

/** Returns an object of the tables, one entry a line. */
function json(config: Readonly<Record<string, readonly string[]>>): TaskConfig {
  return { text: textToLatin1(`${JSON.stringify(config, null, 2)}\n`), omitted: [] };
}

export function renderViteTask(files: TaskFiles, where: TaskPlace): TaskConfig {
  const lines = (texts: readonly string[]) =>
    texts.map((text) => {
      const { glob, isDirectory, isInPackage } = placed(text, where);
      const pattern = JSON.stringify(`${glob}${isDirectory ? "/**" : ""}`);
      return `    ${isInPackage ? pattern : `{ pattern: ${pattern}, base: "workspace" }`},\n`;
    });
  const list = (name: string, texts: readonly string[]) =>
    texts.length === 0 ? `  ${name}: [],\n` : `  ${name}: [\n${lines(texts).join("")}  ],\n`;
  const input = list("input", inputTexts(files, where));
  const output = list("output", outputTexts(files, where));
  return { text: textToLatin1(`cache: {\n${input}${output}},\n`), omitted: [] };
}
