/** Which files belong to the system, whatever is built with it: hier(7). */
import { isPathWithin } from "../../../text/path.ts";

const SYSTEM =
  /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|libx32|nix|proc|run|sbin|snap|sys|usr|var\/(?:cache|lib|run))(?:\/|$)/;
/** Where version managers install languages, below a home directory. */
const TOOLCHAIN = /\/\.(?:asdf|nodenv|nvm|pyenv|rbenv|rustup|sdkman|volta)\//;
/** Nothing that is written there can be read from there by others, or all can. */
const CARRIES_NOTHING = /^\/(?:dev(?!\/shm\/)|proc|sys)(?:\/|$)/;
/** A directory that is too high to be that of a project. */
const TOO_HIGH = /^\/(?:[^/]+\/?)?$|^\/usr\/[^/]+\/?$/;

/** @param project the run's working directory, whose files are not the system's; null if not known */
export function isSystemPath(path: string, project: string | null): boolean {
  if (!SYSTEM.test(path) && !TOOLCHAIN.test(path)) return false;
  return project === null || TOO_HIGH.test(project) || !isPathWithin(path, project);
}

/** Whether a path may lead data from one process to another. */
export function carriesData(path: string): boolean {
  return !CARRIES_NOTHING.test(path);
}
