/** Requests of trusted execution environments whose data is in a buffer: linux/tee.h. */
import {
  array,
  enumValue,
  flags,
  integer,
  type NamedArgument,
  NamedValue,
  pointer,
  struct,
  type Value,
} from "../../value.ts";
import { arrayAt } from "../arrays.ts";
import { type Scope, setOf, structAt, uuidValue } from "./fields.ts";
import { composedName, type RequestFamily, type Special } from "./request.ts";

/** struct tee_ioctl_buf_data: an address and a length. */
const BUFFER_SIZE = 16;
const PARAMETER_SIZE = 32;

const TYPE_MASK = 0xff;
const VALUES = [1, 2, 3];
const MEMORY = [5, 6, 7];

/** struct tee_ioctl_param: its type says what the three numbers are. */
function parameter(scope: Scope, view: DataView): Value {
  const bits = view.getBigUint64(0, true);
  const type = Number(bits & BigInt(TYPE_MASK));
  const { names: types, placeholder } = setOf(scope.schema, "TEE_IOCTL_PARAM_ATTR_TYPE_");
  const kind = enumValue(type, types, placeholder);
  const others = flags(bits - BigInt(type), setOf(scope.schema, "TEE_IOCTL_PARAM_ATTR_").names);
  const unnamed = BigInt(kind.rest) | BigInt(others.rest);
  const all = [...kind.names, ...others.names];
  const attr = new NamedValue(bits, all, unnamed, { kind: "bits", placeholder });
  const numbers = [8, 16, 24].map((offset) => view.getBigUint64(offset, true));
  const names = MEMORY.includes(type) ? ["shm_offs", "size", "shm_id"] : ["a", "b", "c"];
  const shown = VALUES.includes(type) || MEMORY.includes(type) ? names : [];
  return struct([
    ["attr", attr],
    ...shown.map((name, i): NamedArgument => {
      return [name, integer(numbers[i], name === "shm_id" ? "decimal" : "hex")];
    }),
  ]);
}

type Fields = (scope: Scope, view: DataView) => NamedArgument[];

const word = (view: DataView, at: number, notation: "decimal" | "hex" = "decimal") =>
  integer(view.getUint32(at, true), notation);

const GROUPS = [2, 6];
const WITHOUT_IDENTITY = [0, 1, 4, 5];

/** Who opens a session: a group has a number in the place of its UUID. */
function client(view: DataView, login: number): NamedArgument[] {
  if (WITHOUT_IDENTITY.includes(login)) return [];
  if (GROUPS.includes(login)) return [["clnt_uuid", word(view, 16)]];
  const bytes = Array.from({ length: 16 }, (_, i) => integer(view.getUint8(16 + i), "hex"));
  return [["clnt_uuid", array(bytes)]];
}

/** The structs of a request: their size, where their number of parameters is, and their fields. */
interface Layout {
  readonly size: number;
  readonly count: number;
  readonly given: Fields;
  readonly written: Fields;
}

const result =
  (session: number | null, at: number): Fields =>
  (_scope, view) => [
    ...(session === null ? [] : [["session", word(view, session, "hex")] as const]),
    ["ret", word(view, at, "hex")],
    ["ret_origin", word(view, at + 4)],
  ];

const LAYOUTS: Readonly<Record<string, Layout>> = {
  TEE_IOC_OPEN_SESSION: {
    ...{ size: 56, count: 52 },
    given: ({ schema }, view) => {
      const login = view.getUint32(32, true);
      const { names, placeholder } = setOf(schema, "TEE_IOCTL_LOGIN_");
      return [
        ["uuid", uuidValue(view, 0)],
        ["clnt_login", enumValue(login, names, placeholder)],
        ...client(view, login),
        ["cancel_id", word(view, 36)],
      ];
    },
    written: result(40, 44),
  },
  TEE_IOC_INVOKE: {
    ...{ size: 24, count: 20 },
    given: (_scope, view) => [
      ["func", word(view, 0)],
      ["session", word(view, 4, "hex")],
      ["cancel_id", word(view, 8)],
    ],
    written: result(null, 12),
  },
  TEE_IOC_SUPPL_RECV: {
    ...{ size: 8, count: 4 },
    given: (_scope, view) => [["func", word(view, 0)]],
    written: (_scope, view) => [["func", word(view, 0)]],
  },
  TEE_IOC_SUPPL_SEND: { size: 8, count: 4, given: () => [], written: () => [] },
};

/** What the buffer holds; its address if its length does not fit. */
function content(scope: Scope, at: bigint, length: bigint, layout: Layout): Value {
  const { size, count, given, written } = layout;
  const found = length < size ? null : scope.call.memory.read(Number(at), size);
  if (!found) return pointer(at);
  const view = new DataView(found.bytes.slice(0, size).buffer);
  const parameters = view.getUint32(count, true);
  if (BigInt(size + parameters * PARAMETER_SIZE) !== length) return pointer(at);
  const fields = scope.part === "written" ? written(scope, view) : given(scope, view);
  const params = arrayAt(scope.call, at + BigInt(size), parameters, PARAMETER_SIZE, (each) =>
    parameter(scope, each),
  );
  return struct([...fields, ["num_params", integer(parameters)], ["params", params]]);
}

const buffer: Special = {
  access: "inout",
  decode(scope, at, name, before) {
    const found = at === 0n ? null : scope.call.memory.read(Number(at), BUFFER_SIZE);
    if (!found) return before ?? pointer(at);
    const [address, length] = [0, 8].map((offset) => found.view.getBigUint64(offset, true));
    const value = content(scope, address, length, LAYOUTS[name]);
    if (scope.part !== "written")
      return struct([
        ["buf_len", integer(length)],
        ["buf_ptr", value],
      ]);
    const isKnown = before?.kind === "struct" && value.kind === "struct";
    return isKnown ? { ...before, written: struct([["buf_ptr", value]]) } : (before ?? null);
  },
};

export const TEE_REQUESTS: Readonly<Record<string, Special>> = Object.fromEntries(
  Object.keys(LAYOUTS).map((name) => [name, buffer]),
);

const REGISTER_FD = 0xc020a408;

/** TEE_IOC_SHM_REGISTER_FD of OP-TEE's kernels, which has no name in the kernel's own headers. */
export const teeRequest: RequestFamily = (request) =>
  request === REGISTER_FD
    ? {
        name: composedName(request),
        access: "inout",
        decode: (scope, at, _name, before) => {
          if (scope.part !== "written") return structAt(scope, at, "tee_shm_register_fd");
          const written = structAt(scope, at, "tee_shm_register_fd");
          return before?.kind === "struct" && written.kind === "struct"
            ? { ...before, written }
            : (before ?? null);
        },
      }
    : null;
