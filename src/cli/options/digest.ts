/** The options `--digest` and `--digest-roots` of `trace exec`. */
import { pathAliases, pathExists } from "../../process/paths.ts";
import type { User } from "../../process/user.ts";
import { UsageError } from "../errors.ts";
import type { DigestChoice } from "../record/digests.ts";
import { parseName } from "./names.ts";
import type { OptionTable } from "./values.ts";

const DIGESTS = ["none", "outputs", "inputs", "all"] as const;

export const DIGEST_ARGS = {
  digest: {
    type: "string",
    valueHint: DIGESTS.join("|"),
    default: "none",
    description: "record SHA-256 digests of the files that were read, or that there are at the end",
  },
  "digest-roots": {
    type: "string",
    valueHint: "PATH[,PATH…]",
    description: "only of files in these directories (default: the working directory)",
  },
} as const satisfies OptionTable;

/** The options, as citty parses them. */
export interface DigestArgs {
  readonly digest?: string;
  readonly "digest-roots"?: string;
}

export function wantsDigests({ digest = "none" }: DigestArgs): boolean {
  return digest !== "none";
}

/** Returns null if none are wanted. @param user the owner of the record @throws UsageError */
export function parseDigests(args: DigestArgs, user: User | null): DigestChoice | null {
  const digest = parseName("--digest", args.digest ?? "none", DIGESTS);
  if (digest === "none") return null;
  const roots = (args["digest-roots"] ?? ".").split(",").map((root) => {
    if (root === "" || !pathExists(root))
      throw new UsageError(`--digest-roots ${root}: no such directory`);
    return pathAliases(root).at(-1) as string;
  });
  return { inputs: digest !== "outputs", outputs: digest !== "inputs", roots, user };
}
