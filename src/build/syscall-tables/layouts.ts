/** Layouts of structs, from BTF: generated/layouts.ts, whose form src/syscalls/layouts.ts reads. */
import { type Btf, KIND } from "./btf.ts";

/** What stands for a struct without a tag: its place in the one around it. */
function anonymous(tag: string, index: number): string {
  return `${tag}.${index}`;
}

const BIG_ENDIAN = /^__be(16|32|64)$/;
/** Integers as wide as a register: 4 bytes in 32-bit programs. */
const WORD = /^(?:long|long unsigned)( int)?$|^long int$/;

/** Whether the type has that name before or behind its typedefs. */
function resolvesThrough(btf: Btf, id: number, names: RegExp): boolean {
  for (let at = id; ; at = btf.type(at).type) {
    const { kind, name } = btf.type(at);
    if (names.test(name)) return true;
    const through: readonly number[] = [KIND.TYPEDEF, KIND.CONST, KIND.VOLATILE];
    if (!through.includes(kind)) return false;
  }
}

/** "i4", "u8", "n2" (network order), "b1", "c": what a type without parts is; null for others. */
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

/** The scalar of a typedef, "iw" and "uw" where it is as wide as a register; null if it is none. */
export function scalarTypeCode(btf: Btf, typedef: string): string | null {
  const id = btf.find(KIND.TYPEDEF, typedef);
  const text = id ? scalarCode(btf, id) : null;
  const wide = text !== null && WORD.test(btf.type(btf.resolve(id)).name);
  return wide ? `${text[0]}w` : text;
}

/** The struct or union of that tag, or what a typedef of that name stands for; 0 if there is none. */
function findStruct(btf: Btf, tag: string): number {
  const found = btf.find(KIND.STRUCT, tag) || btf.find(KIND.UNION, tag);
  if (found) return found;
  const typedef = btf.find(KIND.TYPEDEF, tag);
  const id = typedef && btf.resolve(typedef);
  const kinds: readonly number[] = [KIND.STRUCT, KIND.UNION];
  return kinds.includes(btf.type(id).kind) ? id : 0;
}

/** Collects the lines of structs with those that they hold. */
export class Layouts {
  readonly lines = new Map<string, string>();

  constructor(readonly btf: Btf) {}

  /** False where the BTF has no such struct, or only its name. */
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
      // The container begins where an integer of its type would.
      const width = this.btf.type(this.btf.resolve(type)).size * 8;
      const first = Math.floor(bit / width) * width;
      return `${name}@${first >>> 3}:${text}/${bit - first}+${bits}`;
    });
    this.lines.set(tag, `${kind === KIND.UNION ? "|" : ""}${size} ${fields.join(" ")}`.trim());
  }

  /** The text of a member's type; adds what it holds. */
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
