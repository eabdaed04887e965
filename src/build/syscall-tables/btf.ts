/**
 * Parses BTF, the kernel's description of its types, from /sys/kernel/btf/vmlinux and from compiled
 * objects: Documentation/bpf/btf.rst, include/uapi/linux/btf.h.
 */

export const KIND = {
  INT: 1,
  PTR: 2,
  ARRAY: 3,
  STRUCT: 4,
  UNION: 5,
  ENUM: 6,
  FWD: 7,
  TYPEDEF: 8,
  VOLATILE: 9,
  CONST: 10,
  RESTRICT: 11,
  FUNC: 12,
  FUNC_PROTO: 13,
  VAR: 14,
  DATASEC: 15,
  FLOAT: 16,
  DECL_TAG: 17,
  TYPE_TAG: 18,
  ENUM64: 19,
} as const;

const MAGIC = 0xeb9f;
const TYPE_SIZE = 12;
/** Size in bytes of the data after a type of each kind: fixed, and per member. */
const TRAILING_BYTES: readonly (readonly [once: number, each: number])[] = [
  ...[[0, 0] as const, [4, 0] as const, [0, 0] as const, [12, 0] as const, [0, 12] as const],
  ...[[0, 12] as const, [0, 8] as const, [0, 0] as const, [0, 0] as const, [0, 0] as const],
  ...[[0, 0] as const, [0, 0] as const, [0, 0] as const, [0, 8] as const, [4, 0] as const],
  ...[[0, 12] as const, [0, 0] as const, [4, 0] as const, [0, 0] as const, [0, 12] as const],
];
const INT_SIGNED = 1;
const INT_BOOL = 4;

export interface BtfMember {
  readonly name: string;
  readonly type: number;
  /** Bit offset from the start of the struct. */
  readonly bit: number;
  /** Width of a bit field; 0 otherwise. */
  readonly bits: number;
}

export interface BtfType {
  readonly kind: number;
  readonly name: string;
  /** In bytes, of an int, struct, union, enum or float. */
  readonly size: number;
  /** The id of the target of a pointer, typedef, const, …, or of the element of an array. */
  readonly type: number;
}

/** Gives access to BTF types by id and name. */
export class Btf {
  readonly #view: DataView;
  readonly #strings: number;
  readonly #at: number[] = [0];
  readonly #named = new Map<string, number>();

  /** @throws RangeError if the data is truncated; Error if it is not supported BTF */
  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#u16(0) !== MAGIC) throw new Error("BTF: wrong magic");
    const header = this.#u32(4);
    this.#strings = header + this.#u32(16);
    const end = header + this.#u32(8) + this.#u32(12);
    for (let at = header + this.#u32(8); at < end; ) {
      this.#at.push(at);
      const kind = (this.#u32(at + 4) >>> 24) & 0x1f;
      if (!TRAILING_BYTES[kind]) throw new Error(`BTF: unknown kind ${kind}`);
      const name = this.#string(this.#u32(at));
      const key = `${kind} ${name}`;
      if (name && !this.#named.has(key)) this.#named.set(key, this.#at.length - 1);
      const [once, each] = TRAILING_BYTES[kind];
      at += TYPE_SIZE + once + each * this.#length(at);
    }
  }

  #u16(at: number): number {
    return this.#view.getUint16(at, true);
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  /** Returns the number of members. */
  #length(at: number): number {
    return this.#u32(at + 4) & 0xffff;
  }

  #string(offset: number): string {
    const from = this.#strings + offset;
    return new TextDecoder().decode(this.bytes.subarray(from, this.bytes.indexOf(0, from)));
  }

  /** Returns the id of the first type of that kind and name, or 0. */
  find(kind: number, name: string): number {
    return this.#named.get(`${kind} ${name}`) ?? 0;
  }

  /** Returns a type; id 0 and unknown ids are void. */
  type(id: number): BtfType {
    const at = this.#at[id];
    if (!at) return { kind: 0, name: "void", size: 0, type: 0 };
    const kind = (this.#u32(at + 4) >>> 24) & 0x1f;
    const word = this.#u32(at + 8);
    const type = kind === KIND.ARRAY ? this.#u32(at + TYPE_SIZE) : word;
    return { kind, name: this.#string(this.#u32(at)), size: word, type };
  }

  /** Returns the id of the type behind typedef, const, volatile, restrict and tags. */
  resolve(id: number): number {
    for (;;) {
      const { kind, type } = this.type(id);
      const modifiers: readonly number[] = [8, 9, 10, 11, 18];
      if (!modifiers.includes(kind)) return id;
      id = type;
    }
  }

  /** Returns the number of elements of an array. */
  count(id: number): number {
    return this.#u32(this.#at[id] + TYPE_SIZE + 8);
  }

  /** Returns whether an int is signed and whether it is a bool. */
  encoding(id: number): { signed: boolean; bool: boolean } {
    const bits = (this.#u32(this.#at[id] + TYPE_SIZE) >>> 24) & 0xf;
    return { signed: (bits & INT_SIGNED) !== 0, bool: (bits & INT_BOOL) !== 0 };
  }

  /** Returns the members of a struct or union. */
  members(id: number): BtfMember[] {
    const at = this.#at[id];
    const withBits = this.#u32(at + 4) >>> 31 === 1;
    return Array.from({ length: this.#length(at) }, (_, i) => {
      const member = at + TYPE_SIZE + 12 * i;
      const offset = this.#u32(member + 8);
      return {
        name: this.#string(this.#u32(member)),
        type: this.#u32(member + 4),
        bit: withBits ? offset & 0xffffff : offset,
        bits: withBits ? offset >>> 24 : 0,
      };
    });
  }
}

/**
 * Returns the section .BTF of a little-endian 64-bit ELF file: elf(5).
 * @throws Error if there is none
 */
export function btfSection(elf: Uint8Array): Uint8Array {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const number = (at: number) => Number(view.getBigUint64(at, true));
  const [sections, size, count] = [
    number(0x28),
    view.getUint16(0x3a, true),
    view.getUint16(0x3c, true),
  ];
  const section = (i: number) => {
    const at = sections + size * i;
    return { name: view.getUint32(at, true), offset: number(at + 0x18), size: number(at + 0x20) };
  };
  const names = section(view.getUint16(0x3e, true)).offset;
  for (let i = 0; i < count; i++) {
    const { name, offset, size } = section(i);
    const from = names + name;
    const text = new TextDecoder().decode(elf.subarray(from, elf.indexOf(0, from)));
    if (text === ".BTF") return elf.subarray(offset, offset + size);
  }
  throw new Error("ELF: no section .BTF");
}
