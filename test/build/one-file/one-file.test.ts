/** The build step that puts glibc into an executable. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { DT_NEEDED, Elf, PF_W, PF_X, PT_INTERP, PT_LOAD } from "../../../src/build/one-file/elf.ts";
import { filePrograms, layOut } from "../../../src/build/one-file/layout.ts";

/** Bun itself, which every executable is made of. */
const elf = new Elf(new Uint8Array(readFileSync(process.execPath)), process.execPath);
const libraries = {
  loader: new Uint8Array(100),
  libc: new Uint8Array(5000),
  libm: new Uint8Array(7),
};

test("Bun needs no library but those of glibc", () => {
  const needed = elf.dynamic().filter(({ tag }) => tag === DT_NEEDED);
  const names = needed.map(({ value }) => elf.dynamicString(value));
  expect(names.filter((name) => !/^(lib(c|m|dl|pthread)|ld-linux-.*)\.so\.\d$/.test(name))).toEqual(
    [],
  );
});

test("a file that is no 64-bit ELF file is refused", () => {
  const magic = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
  for (const at of magic.keys()) {
    const bytes = Uint8Array.from(magic);
    bytes[at]++;
    expect(() => new Elf(bytes, "x")).toThrow("x: not a 64-bit little-endian ELF file");
  }
});

test("addresses are found in the file only where something is loaded", () => {
  const [first, second] = elf.segments();
  expect(elf.offsetOf(second.address + 5)).toBe(second.offset + 5);
  expect(() => elf.offsetOf(first.address - 1)).toThrow("nothing of the file is loaded to 0x");
});

test("the launcher and the libraries are behind the file, and overlap nothing", () => {
  const layout = layOut(elf, libraries);
  const blobs = [layout.loader, layout.libc, layout.libm];
  const parts = [
    { offset: 0, size: elf.bytes.length },
    ...[layout.code, layout.data].map(({ offset, fileSize: size }) => ({ offset, size })),
    ...blobs.map(({ offset, bytes }) => ({ offset, size: bytes.length })),
  ];
  for (const [index, { offset, size }] of parts.slice(0, -1).entries())
    expect(parts[index + 1].offset).toBeGreaterThanOrEqual(offset + size);
  const { align } = layout.code;
  expect(parts.filter(({ offset }) => offset % align !== 0)).toEqual([]);
  expect(layout.size).toBe(parts[5].offset + parts[5].size);
});

test("the kernel maps the launcher above Bun, and starts no interpreter", () => {
  const layout = layOut(elf, libraries);
  const programs = filePrograms(elf, layout);
  expect(programs).toHaveLength(elf.programHeaders().length);
  expect(programs.filter(({ type }) => type === PT_INTERP)).toEqual([]);
  const segments = programs.filter(({ type }) => type === PT_LOAD);
  expect(segments.slice(-2)).toEqual([layout.code, layout.data]);
  for (const [index, { address, memorySize }] of segments.slice(0, -1).entries())
    expect(segments[index + 1].address).toBeGreaterThanOrEqual(address + memorySize);
  for (const { flags } of segments) expect(flags & PF_W && flags & PF_X).toBe(0);
});

test("the table of program headers has no room for more", () => {
  const programs = elf.programHeaders();
  expect(() => elf.setProgramHeaders([...programs, programs[0]])).toThrow("has no room for");
});
