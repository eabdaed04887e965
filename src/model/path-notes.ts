/**
 * What the machine said of paths while a run used them, for whoever reads its record later: where the
 * symbolic links led that a name went through, and which names were given to directories.
 */
import { surrogateEscape, surrogateUnescape } from "../text/surrogate-escape.ts";
import type { MachineFiles } from "./known-files.ts";

/** What a path was when the run used it. */
export type PathNote =
  | { readonly type: "link"; readonly path: string; readonly target: string }
  /** Of a name that was given by a rename. */
  | { readonly type: "directory"; readonly path: string }
  /** It is not what was noted before. Nothing is noted of other files. */
  | { readonly type: "other"; readonly path: string };

/** Answers with what was noted. A later note of a path replaces an earlier one. */
export class NotedFiles implements MachineFiles {
  /** As in MachineFiles. */
  mntns?: string;
  private readonly notes = new Map<string, PathNote>();

  add(note: PathNote): void {
    if (note.type === "other") this.notes.delete(note.path);
    else this.notes.set(note.path, note);
  }

  symlinkTarget(path: string): string | null | undefined {
    const note = this.notes.get(path);
    // Nothing is asked for a lookup: it may become known later that it went through a link.
    if (note === undefined) return undefined;
    return note.type === "link" ? note.target : null;
  }

  /** What a path is now is not known. */
  isDirectory(): boolean {
    return false;
  }

  wasDirectory(path: string): boolean {
    return this.notes.get(path)?.type === "directory";
  }
}

const isText = (value: unknown): value is string => typeof value === "string";

/** Returns a note as JSON has it. */
export function toRecordedNote(note: PathNote): PathNote {
  const path = surrogateEscape(note.path);
  return note.type === "link"
    ? { ...note, path, target: surrogateEscape(note.target) }
    : { ...note, path };
}

/** Returns the note that parsed JSON describes; null if it is none: a file may contain anything. */
export function fromRecordedNote(value: unknown): PathNote | null {
  const { type, path: text, target } = Object(value) as Readonly<Record<string, unknown>>;
  if (!isText(text)) return null;
  const path = surrogateUnescape(text);
  if (type === "link")
    return isText(target) ? { type, path, target: surrogateUnescape(target) } : null;
  return type === "directory" || type === "other" ? { type, path } : null;
}
