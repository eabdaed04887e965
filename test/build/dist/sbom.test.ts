/** Checks the list of components against CycloneDX's own schema. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import {
  bunComponents,
  debianComponents,
  npmComponents,
} from "../../../src/build/dist/components.ts";
import { sbom } from "../../../src/build/dist/sbom.ts";

const LIBRARY = "node_modules/@cyclonedx/cyclonedx-library/package.json";
const read = (name: string) =>
  JSON.parse(
    readFileSync(join(dirname(LIBRARY), "res/schema", `${name}.SNAPSHOT.schema.json`), "utf8"),
  );

/** Returns what is wrong with a document. */
function errorsOf(document: unknown): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  // Formats of URLs in other scripts, of which there are none.
  for (const format of ["iri-reference", "idn-email"]) ajv.addFormat(format, true);
  for (const name of ["spdx", "jsf-0.82"])
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(read("bom-1.6"));
  validate(document);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

const RELEASE = { name: "trace-1-linux-x64", version: "1", time: 0, sha256: "ab".repeat(32) };

test("the list of components is valid CycloneDX", () => {
  const triplet = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  const linked = debianComponents([`/usr/lib/${triplet}/libelf.a`], null);
  const components = [...bunComponents(), ...npmComponents(), ...linked];
  expect(errorsOf(sbom(RELEASE, components))).toEqual([]);
});

test("the schema is applied, with the licenses that SPDX knows", () => {
  const [component] = npmComponents();
  const list = sbom({ ...RELEASE, sha256: "ab" }, [{ ...component, license: "Beerware-2" }]);
  const errors = errorsOf(list).map((error) => error.split(" ")[0]);
  expect(errors).toContain("/metadata/component/hashes/0/content");
  expect(errors).toContain("/components/0/licenses/0/license/id");
});
