/** Keys and keyrings: keyctl(2). linux/keyctl.h. */
import { errnoName } from "../../kernel/errno.ts";
import { array, flags, integer, NamedValue, pointer, struct, type Value } from "../value.ts";
import { bytesAt, choice, stringAt } from "./arguments.ts";
import { arrayAt } from "./arrays.ts";
import type { ArgumentDecoder, SyscallView } from "./call.ts";
import { constantName, constants } from "./named-constants.ts";
import { type OptionTable, optionArguments, parseOptions, type Reader } from "./option-table.ts";
import { iovecsAt } from "./vectors.ts";

/** The arguments of each operation, as option-table.ts describes. */
const OPERATIONS = `
  KEYCTL_GET_KEYRING_ID key i:4
  KEYCTL_JOIN_SESSION_KEYRING str
  KEYCTL_UPDATE key payload u
  KEYCTL_REVOKE|KEYCTL_CLEAR|KEYCTL_INVALIDATE|KEYCTL_ASSUME_AUTHORITY key
  KEYCTL_CHOWN key id:4 id:4
  KEYCTL_SETPERM key &key_permission/KEY_???:4
  KEYCTL_DESCRIBE|KEYCTL_GET_SECURITY key >text u
  KEYCTL_READ key >data u
  KEYCTL_LINK|KEYCTL_UNLINK key key
  KEYCTL_SEARCH key str str key
  KEYCTL_RESTRICT_KEYRING key str str
  KEYCTL_INSTANTIATE key payload u key
  KEYCTL_INSTANTIATE_IOV key vectors u key
  KEYCTL_NEGATE key u:4 key
  KEYCTL_REJECT key u:4 error key
  KEYCTL_SET_REQKEY_KEYRING default
  KEYCTL_SET_TIMEOUT key u:4
  KEYCTL_SESSION_TO_PARENT
  KEYCTL_GET_PERSISTENT id:4 key
  KEYCTL_DH_COMPUTE {keyctl_dh_params} >data u derivation
  KEYCTL_PKEY_QUERY key x str >{keyctl_pkey_query}
  KEYCTL_PKEY_ENCRYPT|KEYCTL_PKEY_DECRYPT|KEYCTL_PKEY_SIGN {keyctl_pkey_params} str first >second
  KEYCTL_PKEY_VERIFY {keyctl_pkey_params/verify} str first second
  KEYCTL_MOVE key key key &keyctl_move/KEYCTL_MOVE_???:4
  KEYCTL_CAPABILITIES >capabilities u
`;

/** The next argument is the length. */
const payload: Reader = (call, at, index) => bytesAt(call, at, Number(call.ulong(index + 1)));

/** Returns how much of a buffer the call wrote; a buffer that is too small is not written. */
function written(call: SyscallView, index: number): number {
  return Math.min(call.result, Number(call.ulong(index + 1)));
}

const text: Reader = (call, at, index) => {
  const value = bytesAt(call, at, written(call, index));
  if (value.kind !== "string" || value.cut || value.bytes.at(-1) !== 0) return value;
  return { ...value, bytes: value.bytes.slice(0, -1) };
};
const data: Reader = (call, at, index) => bytesAt(call, at, written(call, index));

/** A numbered choice in decimal, which may be negative. */
function signedChoice(value: number, name: string | undefined, placeholder: string): NamedValue {
  const set = { kind: "values", placeholder, notation: "decimal" } as const;
  return name ? new NamedValue(value, [name], 0, set) : new NamedValue(value, [], value, set);
}
const reqkeyDefault: Reader = (call, _, index) => {
  const value = call.int(index);
  const found = constants("keyctl_default").find(([, number]) => (number | 0) === value);
  return signedChoice(value, found?.[0], "KEY_REQKEY_DEFL_???");
};
const error: Reader = (call, _, index) => {
  const value = call.uint(index);
  const name = value > 0 && value < 4096 ? errnoName(value) : "";
  return /^E[A-Z]/.test(name) ? signedChoice(value, name, "") : integer(value);
};

const vectors: Reader = (call, at, index) =>
  iovecsAt(call, at, call.ulong(index + 1), Number.POSITIVE_INFINITY);

const KDF_SIZE = 56;
const KDF_SPARE = 20;
/** struct keyctl_kdf_params. */
const derivation: Reader = (call, at) => {
  const found = at === 0n || call.wordSize === 4 ? null : call.memory.read(Number(at), KDF_SIZE);
  if (!found) return pointer(at);
  const view = new DataView(found.bytes.slice(0, KDF_SIZE).buffer);
  const [hash, other] = [0, 8].map((offset) => view.getBigUint64(offset, true));
  const length = view.getUint32(16, true);
  const spare = Array.from({ length: 8 }, (_, i) => view.getUint32(KDF_SPARE + i * 4, true));
  return struct([
    ["hashname", stringAt(call, hash)],
    ["otherinfo", length === 0 ? pointer(other) : bytesAt(call, other, length)],
    ["otherinfolen", integer(length)],
    ...(spare.some((each) => each !== 0)
      ? [["__spare", array(spare.map((each) => integer(each, "hex")))] as const]
      : []),
  ]);
};

const PKEY_PARAMS_SIZE = 40;
/** Buffers whose lengths are in struct keyctl_pkey_params. @param offset of the length */
function keyBuffer(offset: number): Reader {
  return (call, at) => {
    const found = call.memory.read(call.address(1), PKEY_PARAMS_SIZE);
    return found ? bytesAt(call, at, found.view.getUint32(offset, true)) : pointer(at);
  };
}

const capabilities: Reader = (call, at, index) =>
  arrayAt(call, at, written(call, index), 1, (view, each): Value => {
    const byte = view.getUint8(0);
    const set = ["keyctl_caps0", "keyctl_caps1"][Number(each - at)];
    const placeholder = `KEYCTL_CAPS${each - at}_???`;
    return set ? flags(byte, constants(set), placeholder) : integer(byte, "hex");
  });

const TABLE: OptionTable = {
  lines: parseOptions(OPERATIONS),
  others: ["x", "x", "x", "x"],
  optionOf: (call) => constantName("keyctl", call.int(0)),
  readers: {
    ...{ payload, text, data, error, vectors, derivation, capabilities, default: reqkeyDefault },
    ...{ first: keyBuffer(4), second: keyBuffer(8) },
  },
};

export const KEY_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  keyctl: [choice(() => constants("keyctl"), "KEYCTL_???"), ...optionArguments(TABLE, 4)],
};
