/** The list of a release's components: CycloneDX 1.6 in JSON, https://cyclonedx.org/docs/1.6/json/ */
import type { Component } from "./components.ts";
import { identifiers } from "./notices.ts";

export interface Release {
  readonly name: string;
  readonly version: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** Hexadecimal SHA-256 of the executable. */
  readonly sha256: string;
}

const ROOT = "trace";
/** Longer texts are whole files, which are in THIRD-PARTY-NOTICES. */
const MAX_COPYRIGHT = 300;

const reference = ({ name, partOf }: Component) => (partOf ? `${partOf}/${name}` : name);

function licensesOf(expression: string) {
  return identifiers(expression).length === 1
    ? [{ license: { id: expression } }]
    : [{ expression }];
}

function describe(component: Component, all: readonly Component[]): object {
  const { name, version, license, copyright, purl, note, source } = component;
  const parts = all.filter(({ partOf }) => partOf === name);
  const url = source.match(/^https:\S*[^\s,]/)?.[0];
  return {
    type: "library",
    "bom-ref": reference(component),
    name,
    version,
    ...(note && { description: note }),
    licenses: licensesOf(license),
    ...(copyright.length <= MAX_COPYRIGHT && { copyright }),
    ...(purl && { purl }),
    ...(url && { externalReferences: [{ type: "source-distribution", url }] }),
    ...(parts.length && { components: parts.map((part) => describe(part, all)) }),
  };
}

/** Returns a UUID of version 8, whose bits are free: RFC 9562. @param hash hexadecimal */
function uuid(hash: string): string {
  const [a, b, c, d, e] = [
    [0, 8],
    [8, 12],
    [13, 16],
    [17, 20],
    [20, 32],
  ].map(([from, to]) => hash.slice(from, to));
  return `${a}-${b}-8${c}-8${d}-${e}`;
}

/** Returns the document. It depends on its arguments alone. */
export function sbom({ name, version, time, sha256 }: Release, all: readonly Component[]) {
  const direct = all.filter(({ partOf }) => !partOf);
  const parts = all.filter(({ partOf }) => partOf);
  const partsOf = (whole: string) => parts.filter(({ partOf }) => partOf === whole).map(reference);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuid(new Bun.CryptoHasher("sha256").update(name + sha256).digest("hex"))}`,
    version: 1,
    metadata: {
      timestamp: new Date(time * 1000).toISOString().replace(".000Z", "Z"),
      component: {
        type: "application",
        "bom-ref": ROOT,
        name: "trace",
        version,
        description: name,
        hashes: [{ alg: "SHA-256", content: sha256 }],
        licenses: licensesOf("MIT"),
      },
    },
    components: direct.map((component) => describe(component, all)),
    dependencies: [
      { ref: ROOT, dependsOn: direct.map(reference) },
      ...direct.map((component) => {
        const dependsOn = partsOf(component.name);
        return { ref: reference(component), ...(dependsOn.length && { dependsOn }) };
      }),
      ...parts.map((part) => ({ ref: reference(part) })),
    ],
  };
}
