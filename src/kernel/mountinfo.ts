/** /proc/PID/mountinfo: proc_pid_mountinfo(5). */

export interface Mount {
  /** Which directory of the file system stands at the mount point: "/" mostly. */
  readonly root: string;
  readonly mountPoint: string;
  readonly options: readonly string[];
  readonly fsType: string;
}

/** Space, tab, newline and backslash stand as \ooo. */
function unescapeField(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/** One line, or null if it is not one of mountinfo's. */
export function parseMount(line: string): Mount | null {
  const [before, after] = line.split(" - ");
  const fields = before.split(" ");
  const fsType = after?.split(" ")[0];
  if (fields.length < 6 || !fsType) return null;
  return {
    root: unescapeField(fields[3]),
    mountPoint: unescapeField(fields[4]),
    options: fields[5].split(","),
    fsType,
  };
}

/** All mounts of a mountinfo file's text. */
export function parseMountinfo(text: string): Mount[] {
  return text.split("\n").flatMap((line) => parseMount(line) ?? []);
}
