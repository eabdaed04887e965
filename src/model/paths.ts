/** Paths as the model takes them apart: absolute, one character per byte (latin1). */

export function childPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** Returns the components of a path, without empty ones and ".": "/a//b/." has two. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/** Whether a path is a directory or below it. */
export function isWithin(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}

/** Appends a path that is "" or starts with "/" to a directory. */
export function joinPaths(directory: string, rest: string): string {
  if (rest === "" || rest === "/") return directory;
  return directory === "/" ? rest : directory + rest;
}
