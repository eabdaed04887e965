/** The machines that releases are built for, and their tools, which are Debian's. */

export interface Machine {
  /** The name in a release, which is npm's. */
  readonly name: "x64" | "arm64";
  /** Debian's name. */
  readonly debian: string;
  /** The target of compilers, and the prefix of binutils. */
  readonly triplet: string;
  /** The npm package with Bun for the machine, and Bun's name of it. */
  readonly bunPackage: string;
  readonly bunTarget: string;
}

export const MACHINES: readonly Machine[] = [
  {
    name: "x64",
    debian: "amd64",
    triplet: "x86_64-linux-gnu",
    bunPackage: "@oven/bun-linux-x64",
    bunTarget: "bun-linux-x64",
  },
  {
    name: "arm64",
    debian: "arm64",
    triplet: "aarch64-linux-gnu",
    bunPackage: "@oven/bun-linux-aarch64",
    bunTarget: "bun-linux-arm64",
  },
];

/** Returns the machines with these names; all without names. @throws Error for an unknown name */
export function selectMachines(names: readonly string[]): readonly Machine[] {
  const unknown = names.find((name) => !MACHINES.some((machine) => machine.name === name));
  if (unknown) throw new Error(`${unknown}: not one of ${MACHINES.map(({ name }) => name)}`);
  return names.length ? MACHINES.filter(({ name }) => names.includes(name)) : MACHINES;
}
