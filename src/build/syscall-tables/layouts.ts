/**
 * Makes the struct layouts of generated/layouts.ts from BTF; src/syscalls/layout.ts reads the
 * format.
 */
import { type Btf, KIND } from "./btf.ts";

/** Returns a tag for an anonymous struct, from its index in the outer struct. */
function anonymous(tag: string, index: number): string {
  return `${tag}.${index}`;
}

const BIG_ENDIAN = /^__be(16|32|64)$/;
/** Integers of the size of a register: 4 bytes in 32-bit programs. */
const WORD = /^(?:long|long unsigned)( int)?$|^long int$/;

/** Whether the type or one of the types behind its typedefs has a matching name. */
function resolvesThrough(btf: Btf, id: number, names: RegExp): boolean {
  for (let at = id; ; at = btf.type(at).type) {
    const { kind, name } = btf.type(at);
    if (names.test(name)) return true;
    const modifiers: readonly number[] = [KIND.TYPEDEF, KIND.CONST, KIND.VOLATILE];
    if (!modifiers.includes(kind)) return false;
  }
}

/**
 * Returns the code of a scalar type: "i4", "u8", "n2" (network order), "b1", "c"; null for others.
 */
function scalarCode(btf: Btf, id: number): string | null {
  const at = btf.resolve(id);
  const { kind, name, size } = btf.type(at);
  if (kind === KIND.ENUM || kind === KIND.ENUM64) return `u${size}`;
  if (kind !== KIND.INT) return null;
  if (name === "char") return "c";
  if (resolvesThrough(btf, id, BIG_ENDIAN)) return `n${size}`;
  const { signed, bool } = btf.encoding(at);
  return (bool ? "b" : signed ? "i" : "u") + size;
}

/**
 * Returns the scalar code of a typedef, "iw" or "uw" if it has the size of a register; null if it
 * is not a scalar.
 */
export function scalarTypeCode(btf: Btf, typedef: string): string | null {
  const id = btf.find(KIND.TYPEDEF, typedef);
  const text = id ? scalarCode(btf, id) : null;
  const wide = text !== null && WORD.test(btf.type(btf.resolve(id)).name);
  return wide ? `${text[0]}w` : text;
}

/** Returns the id of the struct or union with that tag or typedef; 0 if there is none. */
function findStruct(btf: Btf, tag: string): number {
  const found = btf.find(KIND.STRUCT, tag) || btf.find(KIND.UNION, tag);
  if (found) return found;
  const typedef = btf.find(KIND.TYPEDEF, tag);
  const id = typedef && btf.resolve(typedef);
  const kinds: readonly number[] = [KIND.STRUCT, KIND.UNION];
  return kinds.includes(btf.type(id).kind) ? id : 0;
}

/** Collects the lines of structs, including nested ones. */
export class Layouts {
  readonly lines = new Map<string, string>();

  constructor(readonly btf: Btf) {}

  /** Adds a struct. Returns false if the BTF does not define it. */
  add(tag: string): boolean {
    const id = findStruct(this.btf, tag);
    if (id) this.#add(tag, id);
    return id !== 0;
  }

  #add(tag: string, id: number): void {
    if (this.lines.has(tag)) return;
    const { kind, size } = this.btf.type(id);
    this.lines.set(tag, "");
    const fields = this.btf.members(id).map(({ name, type, bit, bits }, i) => {
      const text = this.#type(type, anonymous(tag, i));
      const offset = bit >>> 3;
      if (!bits) return `${name}@${offset}:${text}`;
      // The storage unit starts at a multiple of the size of its type.
      const width = this.btf.type(this.btf.resolve(type)).size * 8;
      const first = Math.floor(bit / width) * width;
      return `${name}@${first >>> 3}:${text}/${bit - first}+${bits}`;
    });
    this.lines.set(tag, `${kind === KIND.UNION ? "|" : ""}${size} ${fields.join(" ")}`.trim());
  }

  /** Returns the code of a member's type and adds nested structs. */
  #type(id: number, name: string): string {
    const at = this.btf.resolve(id);
    const { kind, name: tag, type } = this.btf.type(at);
    switch (kind) {
      case KIND.PTR: {
        const target = this.btf.type(this.btf.resolve(type));
        return target.kind === KIND.STRUCT || target.kind === KIND.UNION ? `*${target.name}` : "*";
      }
      case KIND.ARRAY:
        return `${this.#type(type, name)}[${this.btf.count(at)}]`;
      case KIND.STRUCT:
      case KIND.UNION:
        this.#add(tag || name, at);
        return `=${tag || name}`;
      default:
        return scalarCode(this.btf, id) ?? "?";
    }
  }
}
