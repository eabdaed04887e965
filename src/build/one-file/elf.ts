/** Reads and changes 64-bit little-endian ELF files in memory: elf(5). */

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const PT_PHDR = 6;

export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

export const DT_NULL = 0;
export const DT_NEEDED = 1;
export const DT_STRTAB = 5;
export const DT_VERNEED = 0x6ffffffe;
export const DT_VERNEEDNUM = 0x6fffffff;

const PROGRAM_HEADER_SIZE = 56;
const DYNAMIC_SIZE = 16;
const NATIVE_64_BIT_LITTLE_ENDIAN = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
const ENTRY_OFFSET = 24;
const TABLE_OFFSET = 32;
const COUNT_OFFSET = 56;

export interface ProgramHeader {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly align: number;
}

/** An entry of the dynamic section. */
export interface DynamicEntry {
  readonly tag: number;
  readonly value: number;
  /** The offset of the entry in the file. */
  readonly at: number;
}

export class Elf {
  readonly bytes: Uint8Array;
  private readonly view: DataView;

  /** @throws Error if it is another kind of file */
  constructor(bytes: Uint8Array, path: string) {
    if (NATIVE_64_BIT_LITTLE_ENDIAN.some((byte, at) => bytes[at] !== byte))
      throw new Error(`${path}: not a 64-bit little-endian ELF file`);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  word(at: number): number {
    return Number(this.view.getBigUint64(at, true));
  }

  uint32(at: number): number {
    return this.view.getUint32(at, true);
  }

  uint16(at: number): number {
    return this.view.getUint16(at, true);
  }

  setWord(at: number, value: number): void {
    this.view.setBigUint64(at, BigInt(value), true);
  }

  setUint32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  get entry(): number {
    return this.word(ENTRY_OFFSET);
  }

  set entry(address: number) {
    this.setWord(ENTRY_OFFSET, address);
  }

  programHeaders(): ProgramHeader[] {
    const table = this.word(TABLE_OFFSET);
    return Array.from({ length: this.uint16(COUNT_OFFSET) }, (_, index) => {
      const at = table + index * PROGRAM_HEADER_SIZE;
      return {
        type: this.uint32(at),
        flags: this.uint32(at + 4),
        offset: this.word(at + 8),
        address: this.word(at + 16),
        fileSize: this.word(at + 32),
        memorySize: this.word(at + 40),
        align: this.word(at + 48),
      };
    });
  }

  segments(): ProgramHeader[] {
    return this.programHeaders().filter(({ type }) => type === PT_LOAD);
  }

  /** Replaces the table by one of the same length. */
  setProgramHeaders(headers: readonly ProgramHeader[]): void {
    if (headers.length !== this.uint16(COUNT_OFFSET))
      throw new Error(`the table of program headers has no room for ${headers.length}`);
    const table = this.word(TABLE_OFFSET);
    for (const [index, header] of headers.entries())
      for (const [at, word] of programHeaderWords(header).entries())
        this.view.setBigUint64(table + index * PROGRAM_HEADER_SIZE + at * 8, word, true);
  }

  /** Returns the file offset of what is loaded to an address. */
  offsetOf(address: number): number {
    const segment = this.segments().find(
      (each) => address >= each.address && address < each.address + each.fileSize,
    );
    if (!segment) throw new Error(`nothing of the file is loaded to 0x${address.toString(16)}`);
    return address - segment.address + segment.offset;
  }

  dynamic(): DynamicEntry[] {
    const section = this.programHeaders().find(({ type }) => type === PT_DYNAMIC);
    if (!section) throw new Error("no dynamic section");
    const entries: DynamicEntry[] = [];
    for (let at = section.offset; at < section.offset + section.fileSize; at += DYNAMIC_SIZE) {
      const entry = { tag: this.word(at), value: this.word(at + 8), at };
      if (entry.tag === DT_NULL) break;
      entries.push(entry);
    }
    return entries;
  }

  /** Returns the value of the only entry with a tag. */
  dynamicValue(tag: number): number {
    const found = this.dynamic().filter((entry) => entry.tag === tag);
    if (found.length !== 1)
      throw new Error(`${found.length} dynamic entries 0x${tag.toString(16)}`);
    return found[0].value;
  }

  /** Returns a string of the dynamic string table. */
  dynamicString(index: number): string {
    const start = this.offsetOf(this.dynamicValue(DT_STRTAB)) + index;
    return Buffer.from(this.bytes.subarray(start, this.bytes.indexOf(0, start))).toString("latin1");
  }
}

/** The seven 64-bit words of a program header. The physical address is the virtual one. */
export function programHeaderWords(header: ProgramHeader): bigint[] {
  const { type, flags, offset, address, fileSize, memorySize, align } = header;
  const typeAndFlags = BigInt(type) | (BigInt(flags) << 32n);
  return [typeAndFlags, ...[offset, address, address, fileSize, memorySize, align].map(BigInt)];
}
