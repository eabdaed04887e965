/** The digests of an export: of files that are there, and proven to be as they were in the run. */
import type { Digests } from "../../model/digests.ts";
import { machineIdentity } from "../../process/machine.ts";
import type { RunFacts } from "../../sinks/reports/exports/account.ts";
import type { Hasher } from "../../sinks/reports/exports/files.ts";
import type { Names } from "../../sinks/reports/exports/names.ts";
import { hashPresentFile } from "../../storage/present-file.ts";
import { textToLatin1 } from "../../text/latin1.ts";

export const DIGESTS = ["none", "outputs", "local", "all"] as const;
export type DigestChoice = (typeof DIGESTS)[number];

/** Whether a run took place on this machine, going by the name of the host. */
export function isOfThisMachine({ host }: RunFacts): boolean {
  return host !== null && host === machineIdentity().host;
}

/**
 * Digests of the record come first, if they are exact. Files of another machine are not looked for on
 * this one.
 */
export function hasherOf(
  choice: DigestChoice,
  facts: RunFacts,
  names: Names,
  recorded: Digests,
): Hasher {
  const isHere = isOfThisMachine(facts);
  return ({ path, role, isProgram, id, time }) => {
    const known = recorded.get(isProgram ? "program" : role, path);
    if (known?.state === "exact" && known.sha256 !== null && known.stamp)
      return { sha256: known.sha256, size: known.stamp.size };
    if (known?.state === "changed") return "changed";
    const isWanted =
      choice === "all" ||
      (choice !== "none" && role === "output") ||
      (choice === "local" && names.isLocal(path));
    if (!isWanted) return "not wanted";
    if (!isHere || id === null || time === 0) return known?.sha256 ? "unproven" : "not known";
    return hashPresentFile({ path, id, time, wasWritten: role === "output" });
  };
}

/** Returns the SHA-256 of a text, hexadecimal. */
export function hashText(text: string): string {
  return new Bun.CryptoHasher("sha256").update(textToLatin1(text), "latin1").digest("hex");
}
