/** Kernel versions as uname(2) tells them: "6.18.44-fc-v669". */

export type KernelVersion = readonly [major: number, minor: number];

/** Whether a release is at least a version. What is no number counts as 0. */
export function isKernelAtLeast(release: string, [major, minor]: KernelVersion): boolean {
  const [ours = 0, second = 0] = release.split(".").map((part) => Number.parseInt(part, 10) || 0);
  return ours > major || (ours === major && second >= minor);
}
