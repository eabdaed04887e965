/** The formats of inputs and outputs for other tools, by their names in `--format`. */
import type { TaskFiles } from "../../../policy/task-files.ts";
import { renderBazel } from "./bazel.ts";
import type { TaskConfig, Workspace } from "./config.ts";
import { renderGitignore } from "./gitignore.ts";
import { renderNx, renderTurbo, renderViteTask } from "./runners.ts";

type Renderer = (files: TaskFiles, workspace: Workspace) => TaskConfig;

export const taskFormats = {
  nx: renderNx,
  turbo: renderTurbo,
  "vite-task": renderViteTask,
  gitignore: renderGitignore,
  bazel: renderBazel,
} as const satisfies Record<string, Renderer>;
export type TaskFormat = keyof typeof taskFormats;
