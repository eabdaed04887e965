/** Kernel releases as returned by uname(2): "6.18.44-fc-v669". */

export type KernelVersion = readonly [major: number, minor: number];

/** Whether a release is at least a version. A part that is not a number counts as 0. */
export function isKernelAtLeast(release: string, [minMajor, minMinor]: KernelVersion): boolean {
  const [major = 0, minor = 0] = release.split(".").map((part) => Number.parseInt(part, 10) || 0);
  return major > minMajor || (major === minMajor && minor >= minMinor);
}
