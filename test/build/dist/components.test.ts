import { expect, test } from "bun:test";
import {
  bunComponents,
  type Component,
  debianComponents,
  npmComponents,
  partsNamed,
} from "../../../src/build/dist/components.ts";
import { identifiers, notices } from "../../../src/build/dist/notices.ts";
import { sbom } from "../../../src/build/dist/sbom.ts";

const PAGE = `
| Library | License |
| --- | --- |
| [\`boringssl\`](https://example.org) | several |
| [\`libuv\`](https://example.org) (on Windows) | MIT |
| Parts of [Tigerbeetle’s IO code](https://example.org) | Apache 2.0 |
`;

const LIBC = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
const FILES = [`/lib/${LIBC}/libc.so.6`, `/usr/lib/${LIBC}/libelf.a`, `/usr/lib/${LIBC}/libz.a`];

const part = (license: string): Component => ({
  name: "thing",
  version: "1",
  license,
  copyright: "Copyright (c) 2026 Somebody",
  source: "https://example.org/thing",
});

test("the page on Bun's license names parts, but for those on Windows", () => {
  expect(partsNamed(PAGE)).toEqual(["boringssl", "Tigerbeetle's IO code"]);
});

test("every part that Bun names has an entry, with the version that Bun says", () => {
  const components = bunComponents();
  const engine = components.find(({ name }) => name === "JavaScriptCore");
  expect(engine?.version).toBe(process.versions.webkit as string);
});

test("the packages of npm are those that are not for development only", () => {
  const names = npmComponents().map(({ name }) => name);
  expect(names).toContain("csv-parse");
  expect(names).not.toContain("typescript");
});

test("linked files belong to source packages", () => {
  const components = debianComponents(FILES, null);
  expect(components.map(({ name }) => name)).toEqual(["glibc", "elfutils", "zlib"]);
  expect(components[0].copyright).toContain("Free Software Foundation");
});

test("a linked file of a package without a known license is an error", () => {
  expect(() => debianComponents(["/usr/bin/dpkg"], null)).toThrow("does not know its license");
  expect(() => debianComponents([import.meta.path], null)).toThrow("not of a package of Debian");
});

test("the notices have each license once, those that it refers to, and no other", () => {
  const text = notices([part("LGPL-3.0-or-later"), part("MIT AND MIT")]);
  for (const license of ["LGPL-3.0-or-later", "GPL-3.0-or-later", "MIT"])
    expect(text.split(`Text of ${license}\n`)).toHaveLength(2);
  expect(text).not.toContain("Text of Apache-2.0");
});

test("a license without a text is an error", () => {
  expect(() => notices([part("Beerware")])).toThrow("Beerware.txt is missing");
});

test("an expression consists of licenses and exceptions", () => {
  expect(identifiers("(MIT OR Zlib) AND Apache-2.0 WITH LLVM-exception")).toEqual([
    "MIT",
    "Zlib",
    "Apache-2.0",
    "LLVM-exception",
  ]);
});

test("the list of components names each once, and depends on its arguments alone", () => {
  const release = { name: "trace-1-linux-x64", version: "1", time: 0, sha256: "ab".repeat(32) };
  const components = [...bunComponents(), ...npmComponents()];
  const list = sbom(release, components);
  expect(list.dependencies.map(({ ref }) => ref).sort()).toEqual(
    [
      "trace",
      ...components.map(({ name, partOf }) => (partOf ? `${partOf}/${name}` : name)),
    ].sort(),
  );
  expect(list.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(sbom(release, components)).toEqual(list);
});
