/** Installed packages, as exports name them: https://github.com/package-url/purl-spec */

export interface InstalledPackage {
  readonly type: "deb" | "rpm";
  /** The distribution: ID of os-release(5). */
  readonly vendor: string;
  readonly name: string;
  /** With the release; without an epoch. */
  readonly version: string;
  readonly epoch: string | null;
  readonly arch: string | null;
}

/** Returns the package that installed a file; null if none did. @param path latin1 */
export type FindPackage = (path: string) => InstalledPackage | null;

export function purlOf({ type, vendor, name, version, epoch, arch }: InstalledPackage): string {
  const encoded = [vendor, name].map(encodeURIComponent).join("/");
  const qualifiers = [
    ...(arch ? [`arch=${encodeURIComponent(arch)}`] : []),
    ...(epoch && type === "rpm" ? [`epoch=${encodeURIComponent(epoch)}`] : []),
  ];
  const full = epoch && type === "deb" ? `${epoch}:${version}` : version;
  const query = qualifiers.length ? `?${qualifiers.join("&")}` : "";
  return `pkg:${type}/${encoded}@${encodeURIComponent(full)}${query}`;
}

/** The version as the package manager shows it. */
export function versionOf({ version, epoch }: InstalledPackage): string {
  return epoch ? `${epoch}:${version}` : version;
}
