/**
 * The language of the tables beside this file, which describe the arguments of ioctl(2) requests:
 *
 *   =LO_CRYPT_ NONE=0 XOR DES      an enumeration; names count up from the last number
 *   |LO_FLAGS_ READ_ONLY=1 …       a bit set; names double the last number; "~" is a space
 *   =ubi_dtype/UBI_ LONGTERM=1 …   the same for a set whose name is not its prefix
 *   loop_info = i32 lo_number …    a struct: a type, and the fields that have it
 *   ff_effect_u ?type …            a union: the number of the field `type` that selects a member, its type
 *                                  and its name; `*` for all other numbers; "&" and a mask limit it
 *   LOOP_CLR_FD …: none            requests, and their argument
 *
 * A type is `u32`, `i16`, `x64` (hexadecimal), `ptr`, `dev32`, `fd32`, `char[64]` (up to its NUL),
 * `bits32:SET`, `enum8:SET`, `num32:SET` (signed, in decimal), `id64:SET` (the same, unsigned and without a
 * comment), `max64` (UINT64_MAX has its name), `uuid`, `string` or `@STRUCT`, and may be an array: `u32[4]`, or
 * `u32[64/n]` if the field n has the number of valid elements; `@STRUCT*n` is a pointer to n structs. A type after `-` is not shown
 * (padding), one after `?` only if it is not 0, one after `^` before and after the call. One after `~` is left out, with "...". Fields after `...` need -v. The kernel writes the
 * fields after `>`, and those after `=>`, which are shown apart, up to `<`. After `;` are
 * the names of the shown fields in strace's order, if it is not that of the struct. An argument is `none`, or a type for a number; `<`, `>` and `<>` before a type or a
 * struct are a pointer that the kernel reads, writes, or both, and `<=>` one whose struct is shown before
 * and after the call, if need be with another layout; `<->` is the same for a call that succeeds.
 * "packed" before the first type is a struct without alignment. Indented lines continue the one before.
 */
import type { NameSet } from "../../value.ts";

/** A set of constants and strace's comment beside unknown ones. */
export interface Constants {
  readonly names: NameSet;
  readonly placeholder: string;
}

type Kind =
  | "signed"
  | "unsigned"
  | "hex"
  | "pointer"
  | "device"
  | "fd"
  | "char"
  | "string"
  | "uuid"
  | "bits"
  | "enum"
  | "number"
  | "id"
  | "limit"
  | "array";

/** The type of a field or of an argument. */
export interface Type {
  readonly kind: Kind | "struct";
  /** Of one element, in bytes; 0 for a struct. */
  readonly size: number;
  /** The length of an array; null for one element. */
  readonly count: number | null;
  /** Which field of the struct has the number of valid elements; null if all are valid. */
  readonly valid: {
    readonly field: string;
    readonly factor: number;
    readonly added: number;
  } | null;
  /** The name of a set or of a struct. */
  readonly name: string;
}

export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly offset: number;
  readonly shown: "always" | "unless-zero" | "never" | "before-and-after" | "omitted";
  /** Whether -v is needed to show it. */
  readonly verbose: boolean;
  /** Whether the kernel writes it, and strace shows it in a second struct. */
  readonly written: "no" | "here" | "apart";
}

export interface Struct {
  readonly fields: readonly Field[];
  readonly size: number;
  readonly align: number;
  /** Only of a union: which field of the struct around it selects a member. */
  readonly selector?: { readonly field: string; readonly mask: number };
  /** The numbers that select each member of a union; null for all others. */
  readonly cases?: readonly (readonly number[] | null)[];
}

/** The argument of a request. */
export interface Request {
  readonly access: "none" | "value" | "in" | "out" | "inout";
  readonly type: Type | null;
  /** How the memory is shown after the call, beside what it was before. */
  readonly after?: Type;
  /** Whether a call that fails shows the pointer instead. */
  readonly alwaysAfter?: boolean;
}

/** Parsed tables. */
export interface Tables {
  readonly sets: ReadonlyMap<string, Constants>;
  readonly structs: ReadonlyMap<string, Struct>;
  readonly requests: ReadonlyMap<string, Request>;
}

/** A length, and the field that has the number of valid elements: "[25/n_samples*2+1]". */
const LENGTH = /\[(\d+)(?:\/(\w+)(?:\*(\d+))?(?:\+(\d+))?)?\]$/;
const NUMBER = /^([iux]|dev|fd|bits|enum|num|id|max)(8|16|32|64)(?::([^[\]]+))?$/;
const OTHER = /^(ptr|char|string|uuid|@(\w+?))(?:\*(\w+))?$/;
const KINDS: Readonly<Record<string, Kind>> = {
  i: "signed",
  u: "unsigned",
  x: "hex",
  dev: "device",
  bits: "bits",
  enum: "enum",
  num: "number",
  ptr: "pointer",
  fd: "fd",
  char: "char",
  string: "string",
  uuid: "uuid",
  id: "id",
  max: "limit",
};
const SIZES: Readonly<Record<string, number>> = { ptr: 8, char: 1, string: 0, uuid: 16 };

/** Returns null if the word is no type. */
export function parseType(text: string): Type | null {
  const length = LENGTH.exec(text);
  const word = length ? text.slice(0, length.index) : text;
  const array = { count: length ? Number(length[1]) : null, valid: validOf(length) };
  const number = NUMBER.exec(word);
  if (number) {
    const [, kind, bits, name = ""] = number;
    return { kind: KINDS[kind], size: Number(bits) / 8, name, ...array };
  }
  const other = OTHER.exec(word);
  if (!other) return null;
  const [, kind, name = "", elements] = other;
  const counted = elements ? { field: elements, factor: 1, added: 0 } : null;
  if (counted) return { kind: "array", size: 8, count: null, valid: counted, name };
  return name
    ? { kind: "struct", size: 0, name, ...array }
    : { kind: KINDS[kind], size: SIZES[kind], name: "", ...array };
}

function validOf(length: RegExpExecArray | null): Type["valid"] {
  if (!length?.[2]) return null;
  const [, , field, factor = "1", added = "0"] = length;
  return { field, factor: Number(factor), added: Number(added) };
}

const alignOf = ({ kind, size }: Type) => (kind === "uuid" ? 1 : size);

const SHOWN = {
  "-": "never",
  "?": "unless-zero",
  "^": "before-and-after",
  "~": "omitted",
} as const;

function parseStruct(words: readonly string[], structs: ReadonlyMap<string, Struct>): Struct {
  const fields: Field[] = [];
  let [offset, align] = [0, 1];
  let type: Type | null = null;
  let shown: Field["shown"] = "always";
  let verbose = false;
  let written: Field["written"] = "no";
  const end = words.indexOf(";");
  const isPacked = words[0] === "packed";
  let isNamed = true;
  for (const word of words.slice(isPacked ? 1 : 0, end < 0 ? undefined : end)) {
    if (word === "...") verbose = true;
    else if (word === ">") written = "here";
    else if (word === "=>") written = "apart";
    else if (word === "<") written = "no";
    else {
      const mark = word[0] as keyof typeof SHOWN;
      // A field may be called like a type.
      const found: Type | null = isNamed ? parseType(mark in SHOWN ? word.slice(1) : word) : null;
      isNamed = found === null;
      if (found) {
        type = found;
        shown = SHOWN[mark] ?? "always";
        continue;
      }
      if (!type) throw new Error(`ioctl tables: ${word}: no type`);
      const inner = type.kind === "struct" ? structs.get(type.name)! : null;
      const [size, aligned] = inner ? [inner.size, inner.align] : [type.size, alignOf(type)];
      const own = isPacked ? 1 : aligned;
      offset = Math.ceil(offset / own) * own;
      align = Math.max(align, own);
      fields.push({ name: word, type, offset, shown, verbose, written });
      offset += size * (type.count ?? 1);
    }
  }
  const order = end < 0 ? [] : words.slice(end + 1);
  const ordered = order.length
    ? order.map((name) => fields.find((field) => field.name === name)!)
    : fields;
  return { fields: ordered, size: Math.ceil(offset / align) * align, align };
}

/** Parses "?type&0xff 1,2 u32 name * x64 other": members, each at the start of the union. */
function parseUnion(words: readonly string[], structs: ReadonlyMap<string, Struct>): Struct {
  const [field, mask = "-1"] = words[0].slice(1).split("&");
  const members = Array.from({ length: (words.length - 1) / 3 }, (_, i) => {
    const [numbers, type, name] = words.slice(1 + i * 3, 4 + i * 3);
    const { fields, size, align } = parseStruct([type, name], structs);
    return {
      numbers: numbers === "*" ? null : numbers.split(",").map(Number),
      fields,
      size,
      align,
    };
  });
  const align = Math.max(...members.map((member) => member.align));
  const size = Math.max(...members.map((member) => member.size));
  return {
    fields: members.map(({ fields }) => fields[0]),
    size: Math.ceil(size / align) * align,
    align,
    selector: { field, mask: Number(mask) },
    cases: members.map(({ numbers }) => numbers),
  };
}

function parseConstants(mark: string, prefix: string, words: readonly string[]): Constants {
  let next = mark === "|" ? 1 : 0;
  const names = words.map((word) => {
    const [rest, number] = word.split("=");
    const value = number === undefined ? next : Number(number);
    next = mark === "|" ? value * 2 : value + 1;
    return [(prefix + rest).replaceAll("~", " "), value] as const;
  });
  return { names, placeholder: `${prefix.replace("1~<<~", "")}???` };
}

const ACCESS = { "<": "in", ">": "out", "<>": "inout" } as const;

function parseRequest(words: readonly string[]): Request {
  const [first, second, third = second] = words;
  const typeOf = (text: string) => parseType(text) ?? parseType(`@${text}`);
  if (first === "<=>" || first === "<->")
    return {
      ...{ access: "inout", type: typeOf(second), after: typeOf(third)! },
      alwaysAfter: first === "<=>",
    };
  if (first === "none") return { access: "none", type: null };
  const access = ACCESS[first as keyof typeof ACCESS];
  const word = access ? second : first;
  return { access: access ?? "value", type: typeOf(word) };
}

/** @throws Error at a line that is none of the above */
export function parseSchema(...tables: readonly string[]): Tables {
  const sets = new Map<string, Constants>();
  const structs = new Map<string, Struct>();
  const requests = new Map<string, Request>();
  for (const line of tables
    .join("\n")
    .replace(/\n[ \t]+/g, " ")
    .split("\n")) {
    const words = line.split(/\s+/).filter(Boolean);
    if (!words.length) continue;
    const colon = words.findIndex((word) => word.endsWith(":"));
    if (/^[=|]/.test(line)) {
      const [name, prefix = name] = words[0].slice(1).split("/");
      sets.set(name, parseConstants(line[0], prefix, words.slice(1)));
    } else if (words[1] === "=") structs.set(words[0], parseStruct(words.slice(2), structs));
    else if (words[1]?.startsWith("?")) structs.set(words[0], parseUnion(words.slice(1), structs));
    else if (colon >= 0) {
      const request = parseRequest(words.slice(colon + 1));
      for (const name of words.slice(0, colon + 1)) requests.set(name.replace(/:$/, ""), request);
    } else throw new Error(`ioctl tables: ${line}`);
  }
  return { sets, structs, requests };
}
