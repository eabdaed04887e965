/**
 * Build step: keeps Bun from changing state that the traced command inherits. At startup, before any
 * of our code runs, Bun calls signal(SIGPIPE, SIG_IGN), signal(SIGXFSZ, SIG_IGN) and
 * setrlimit(RLIMIT_NOFILE), and the previous state is lost. This program renames these two imports
 * in the dynamic symbol table of the executable, to functions that change nothing when called with
 * such arguments: elf(5). src/process/inherited-state.ts reads the state and then does what Bun
 * intended. Usage: bun src/build/patch-bun-imports.ts EXECUTABLE
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";

/** Import → its replacement: isatty(13) and getrlimit(RLIMIT_NOFILE, …). */
const REBOUND = { signal: "isatty", setrlimit: "getrlimit" };

/** ELF64: sizes and offsets. */
const HEADER_SIZE = 64;
const SECTION_SIZE = 64;
const SYMBOL_SIZE = 24;
const SHT_DYNSYM = 11;

const path = process.argv[2];
const file = openSync(path, "r+");

function read(offset: number, size: number): DataView {
  const bytes = new Uint8Array(size);
  if (readSync(file, bytes, 0, size, offset) !== size) throw new Error(`${path}: truncated`);
  return new DataView(bytes.buffer);
}

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

function sections(): Section[] {
  const header = read(0, HEADER_SIZE);
  const count = header.getUint16(60, true);
  const table = read(Number(header.getBigUint64(40, true)), count * SECTION_SIZE);
  return Array.from({ length: count }, (_, index) => {
    const at = index * SECTION_SIZE;
    return {
      type: table.getUint32(at + 4, true),
      offset: Number(table.getBigUint64(at + 24, true)),
      size: Number(table.getBigUint64(at + 32, true)),
      link: table.getUint32(at + 40, true),
    };
  });
}

/** Returns the file offset and the name offset of each dynamic symbol, by name. */
function importedSymbols(): Map<string, { readonly at: number; readonly name: number }> {
  const all = sections();
  const dynsym = all.find((section) => section.type === SHT_DYNSYM);
  if (!dynsym) throw new Error(`${path}: no dynamic symbols`);
  const names = read(all[dynsym.link].offset, all[dynsym.link].size);
  const symbols = read(dynsym.offset, dynsym.size);
  const found = new Map<string, { at: number; name: number }>();
  for (let at = 0; at < dynsym.size; at += SYMBOL_SIZE) {
    const name = symbols.getUint32(at, true);
    let end = name;
    while (names.getUint8(end) !== 0) end++;
    const text = new TextDecoder().decode(new Uint8Array(names.buffer, name, end - name));
    found.set(text, { at: dynsym.offset + at, name });
  }
  return found;
}

const symbols = importedSymbols();
for (const [from, to] of Object.entries(REBOUND)) {
  const symbol = symbols.get(from);
  const other = symbols.get(to);
  if (!symbol || !other) throw new Error(`${path}: Bun no longer imports ${from} and ${to}`);
  const name = new DataView(new ArrayBuffer(4));
  name.setUint32(0, other.name, true);
  writeSync(file, new Uint8Array(name.buffer), 0, 4, symbol.at);
}
closeSync(file);
