/** The files of a release, and where they are installed below a prefix such as /usr. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface InstalledFile {
  readonly from: string;
  /** Below the prefix. */
  readonly to: string;
  readonly mode: number;
}

const DOCUMENTATION = "share/doc/trace";
export const DOCUMENTS = ["CHANGELOG.md", "LICENSE", "README.md"];
/** What make man and make completions write. */
export const MANUAL = "build/man";
export const COMPLETIONS = "build/completions";
/** Where shells look for completions. */
const COMPLETION_DIRECTORIES: Readonly<Record<string, string>> = {
  "trace.bash": "share/bash-completion/completions/trace",
  _trace: "share/zsh/site-functions/_trace",
  "trace.fish": "share/fish/vendor_completions.d/trace.fish",
};

/** Returns the files below a directory, sorted; none if it does not exist. */
export function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const manualFiles = () =>
  filesBelow(MANUAL).map((from) => {
    const name = from.slice(MANUAL.length + 1);
    return { from, to: `share/man/man${name.at(-1)}/${name}`, mode: 0o644 };
  });

const completionFiles = () =>
  filesBelow(COMPLETIONS).map((from) => {
    const to = COMPLETION_DIRECTORIES[from.slice(COMPLETIONS.length + 1)];
    if (!to) throw new Error(`${from}: not known where to install it`);
    return { from, to, mode: 0o644 };
  });

/**
 * Returns what is installed.
 * @param notices the path of THIRD-PARTY-NOTICES; null if it was not made
 */
export function installedFiles(executable: string, notices: string | null): InstalledFile[] {
  const documents = [...DOCUMENTS, ...filesBelow("docs")].map((from) => ({ from, name: from }));
  if (notices) documents.push({ from: notices, name: "THIRD-PARTY-NOTICES" });
  return [
    { from: executable, to: "bin/trace", mode: 0o755 },
    ...manualFiles(),
    ...completionFiles(),
    ...documents.map(({ from, name }) => ({ from, to: `${DOCUMENTATION}/${name}`, mode: 0o644 })),
  ];
}
