/** Where everything is in the one-file executable, and the header that the launcher is built with. */
import {
  type Elf,
  PF_R,
  PF_W,
  PF_X,
  type ProgramHeader,
  PT_INTERP,
  PT_LOAD,
  PT_NOTE,
  PT_PHDR,
  programHeaderWords,
} from "./elf.ts";
import type { Libraries } from "./libraries.ts";

/** The launcher's code and constants, and its data. */
export const CODE_SIZE = 0x2000;
export const DATA_SIZE = 0x2000;

/** "/./" distinguishes the names from those of libraries that are loaded later. */
const FD_DIRECTORY = "/proc/self/./fd/";
/** Of each library's name in the launcher's data. */
const NAME_SIZE = 48;
const MAX_HIDDEN = 900;

const PROTECTIONS = [
  [PF_R, 1],
  [PF_W, 2],
  [PF_X, 4],
];

interface Blob {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface Layout {
  readonly code: ProgramHeader;
  readonly data: ProgramHeader;
  readonly loader: Blob;
  readonly libc: Blob;
  readonly libm: Blob;
  readonly size: number;
  /** The address of each library's name. */
  readonly names: { readonly libc: number; readonly libm: number };
}

/** Appends the launcher and the libraries to the file, each aligned as its segments are. */
export function layOut(elf: Elf, { loader, libc, libm }: Libraries): Layout {
  const segments = elf.segments();
  const first = segments[0];
  const last = segments[segments.length - 1];
  if (first.offset !== 0) throw new Error("the first segment does not begin the file");
  const align = Math.max(...segments.map((segment) => segment.align));
  const aligned = (size: number) => Math.ceil(size / align) * align;
  // Addresses are those of the file's content, as if the first segment were as long as the file.
  const base = first.address;
  const code = aligned(Math.max(elf.bytes.length, last.address + last.memorySize - base));
  const data = aligned(code + CODE_SIZE);
  const blobs = { loader: aligned(data + DATA_SIZE), libc: 0, libm: 0 };
  blobs.libc = aligned(blobs.loader + loader.length);
  blobs.libm = aligned(blobs.libc + libc.length);
  const segment = (offset: number, size: number, flags: number) => ({
    type: PT_LOAD,
    flags,
    offset,
    address: base + offset,
    fileSize: size,
    memorySize: size,
    align,
  });
  return {
    code: segment(code, CODE_SIZE, PF_R | PF_X),
    data: segment(data, DATA_SIZE, PF_R | PF_W),
    loader: { offset: blobs.loader, bytes: loader },
    libc: { offset: blobs.libc, bytes: libc },
    libm: { offset: blobs.libm, bytes: libm },
    size: blobs.libm + libm.length,
    names: { libc: base + data, libm: base + data + NAME_SIZE },
  };
}

/** The program headers of the file: without PT_INTERP and PT_NOTE, with the launcher's segments. */
export function filePrograms(elf: Elf, { code, data }: Layout): ProgramHeader[] {
  const last = elf.segments().at(-1);
  return elf
    .programHeaders()
    .filter(({ type }) => type !== PT_INTERP && type !== PT_NOTE)
    .flatMap((header) =>
      header.type === PT_LOAD && header.offset === last?.offset ? [header, code, data] : [header],
    );
}

/** The program headers that the dynamic linker reads, which are in the launcher. */
function loaderPrograms(elf: Elf, layout: Layout): ProgramHeader[] {
  const interpreter = elf.programHeaders().filter(({ type }) => type === PT_INTERP);
  if (interpreter.length !== 1) throw new Error("not one program interpreter");
  return filePrograms(elf, layout).toSpliced(1, 0, ...interpreter);
}

const hex = (number: number | bigint) => `0x${number.toString(16)}`;

function protectionOf({ flags }: ProgramHeader): number {
  return PROTECTIONS.reduce((bits, [flag, bit]) => bits | (flags & flag ? bit : 0), 0);
}

/**
 * Returns layout.h of src/launcher, whose table of program headers is at the start of its code.
 * @param loader the dynamic linker
 */
export function layoutHeader(elf: Elf, loader: Elf, layout: Layout): string {
  const segments = loader.segments();
  const { align, address, offset } = layout.code;
  const ends = segments.map(({ address, memorySize }) => address + memorySize);
  const programs = loaderPrograms(elf, layout);
  const size = programs.length * 56;
  const table = programs.map((header) =>
    header.type === PT_PHDR
      ? { ...header, offset, address, fileSize: size, memorySize: size }
      : header,
  );
  const mapped = segments.map((segment) => {
    const { address, fileSize, memorySize, offset } = segment;
    const words = [address, fileSize, memorySize, layout.loader.offset + offset];
    return `{ ${words.map(hex).join(", ")}, ${protectionOf(segment)} }`;
  });
  const library = (name: string, { offset, bytes }: Blob) =>
    `{ "${name}", ${hex(offset)}, ${hex(bytes.length)} }`;
  const values = {
    FD_DIRECTORY: JSON.stringify(FD_DIRECTORY),
    NAME_SIZE,
    MAX_HIDDEN,
    STATE_ADDRESS: hex(layout.data.address),
    PROGRAM_ENTRY: hex(elf.entry),
    LOADER_ENTRY: hex(loader.entry),
    LOADER_SPAN: hex(Math.ceil(Math.max(...ends) / align) * align),
    LOADER_SEGMENTS: mapped.join(", "),
    LIBRARIES: `${library("trace libc", layout.libc)}, ${library("trace libm", layout.libm)}`,
    PROGRAM_HEADER_COUNT: table.length,
    PROGRAM_HEADERS: table.flatMap((header) => programHeaderWords(header).map(hex)).join(", "),
  };
  return Object.entries(values)
    .map(([name, value]) => `#define ${name} ${value}\n`)
    .join("");
}
