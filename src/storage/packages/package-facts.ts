/** What the databases of packages say of a file. */
export interface PackageFacts {
  readonly type: "deb" | "rpm";
  readonly name: string;
  /** With the release; without an epoch. */
  readonly version: string;
  readonly epoch: string | null;
  readonly arch: string | null;
}

/** The packages by the paths of their files. */
export type PackageDatabase = Map<string, PackageFacts>;
