/** Parses /proc/PID/mountinfo: proc_pid_mountinfo(5). */

export interface Mount {
  /** Unique among all mount namespaces while the mount exists. */
  readonly id: string;
  /** The file system's device. */
  readonly major: number;
  readonly minor: number;
  /** The directory of the file system that is mounted: usually "/". */
  readonly root: string;
  readonly mountPoint: string;
  readonly options: readonly string[];
  readonly fsType: string;
  /** What is mounted, usually a device; "" if the line is cut. */
  readonly source: string;
  /** Options of the file system, whichever way it is mounted: "rw", "ro". */
  readonly superOptions: readonly string[];
}

/** Decodes \ooo, the escapes of space, tab, newline and backslash. */
function unescapeField(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/** Parses a line; returns null if it is malformed. */
export function parseMount(line: string): Mount | null {
  const [before, after] = line.split(" - ");
  const fields = before.split(" ");
  const [fsType, source = "", superOptions = ""] = after?.split(" ") ?? [];
  if (fields.length < 6 || !fsType) return null;
  const [major, minor] = fields[2].split(":").map(Number);
  return {
    id: fields[0],
    major,
    minor,
    root: unescapeField(fields[3]),
    mountPoint: unescapeField(fields[4]),
    options: fields[5].split(","),
    fsType,
    source: unescapeField(source),
    superOptions: superOptions === "" ? [] : superOptions.split(","),
  };
}

/** Parses the text of a mountinfo file. Skips malformed lines. */
export function parseMountinfo(text: string): Mount[] {
  return text.split("\n").flatMap((line) => parseMount(line) ?? []);
}
