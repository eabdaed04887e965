/** SLSA provenance v1: https://slsa.dev/spec/v1.0/provenance */
import { type Account, verdictOf } from "./account.ts";
import { isoTime, packageUrl, runKey, typeUri, uuidOf } from "./identity.ts";
import { descriptor, environment, type Predicate } from "./in-toto.ts";

/** @param hash returns the SHA-256 of a text, hexadecimal */
export function slsaProvenance(account: Account, hash: (text: string) => string): Predicate {
  const { facts, names, inputs } = account;
  return {
    type: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: typeUri("command"),
        externalParameters: {
          command: facts.command.map((word) => names.argument(word)),
        },
        internalParameters: environment(account),
        resolvedDependencies: inputs.map((file) =>
          descriptor(account, file, file.missing ? { digestMissing: file.missing } : undefined),
        ),
      },
      runDetails: {
        // The machine on which the command was run is not verified.
        builder: { id: typeUri("unverified"), version: { trace: packageUrl(facts) } },
        metadata: {
          invocationId: `urn:uuid:${uuidOf(hash(runKey(facts)))}`,
          startedOn: isoTime(facts.started),
          finishedOn: isoTime(facts.ended),
        },
        byproducts: [verdictDescriptor(account)],
      },
    },
  };
}

/** The completeness report, as a file would be that the build wrote besides. */
function verdictDescriptor(account: Account): object {
  const verdict = { status: account.facts.status, ...verdictOf(account) };
  const text = JSON.stringify(verdict);
  return {
    name: "trace-verdict.json",
    mediaType: "application/json",
    annotations: verdict,
    content: btoa(
      Array.from(new TextEncoder().encode(text), (b) => String.fromCharCode(b)).join(""),
    ),
  };
}
