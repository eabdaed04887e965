/** Structs of ioctl(2) requests whose fields depend on other fields: unions, and times. */
import { errnoName } from "../../../kernel/errno.ts";
import { type Abi, syscallName } from "../../table.ts";
import {
  array,
  enumValue,
  flags,
  integer,
  type NamedArgument,
  NamedValue,
  pointer,
  type StructValue,
  struct,
} from "../../value.ts";
import { constants } from "../named-constants.ts";
import { type CustomStruct, type Scope, setOf } from "./fields.ts";

// ---- linux/gpio.h ----

/** Returns the value of struct gpio_v2_line_attribute by its name, or its fields if it has none. */
function lineAttribute(scope: Scope, view: DataView, base: number): NamedArgument | null {
  const id = view.getUint32(base, true);
  const padding = view.getUint32(base + 4, true);
  const data = view.getBigUint64(base + 8, true);
  if (padding !== 0) return null;
  switch (id) {
    case 1: {
      const { names, placeholder } = setOf(scope.schema, "GPIO_V2_LINE_FLAG_");
      return ["flags", flags(data, names, placeholder)];
    }
    case 2:
      return ["values", integer(data, "hex")];
    case 3:
      return ["debounce_period_us", integer(view.getUint32(base + 8, true))];
    default:
      return null;
  }
}

function plainAttribute(view: DataView, base: number): StructValue {
  const padding = view.getUint32(base + 4, true);
  return struct([
    ["id", integer(view.getUint32(base, true))],
    ...(padding ? [["padding", integer(padding, "hex")] as const] : []),
    ["data", integer(view.getBigUint64(base + 8, true), "hex")],
  ]);
}

const attribute: CustomStruct = (scope, view, base) => {
  const known = lineAttribute(scope, view, base);
  return known ? struct([known]) : plainAttribute(view, base);
};

const configAttribute: CustomStruct = (scope, view, base) => {
  const known = lineAttribute(scope, view, base) ?? (["attr", plainAttribute(view, base)] as const);
  return struct([known, ["mask", integer(view.getBigUint64(base + 16, true), "hex")]]);
};

// ---- linux/ptp_clock.h ----

/** struct ptp_clock_time; one that is a date shows it. */
const clockTime = (view: DataView, base: number, dated = true): StructValue => {
  const reserved = view.getUint32(base + 12, true);
  const value = struct([
    ["sec", integer(view.getBigInt64(base, true))],
    ["nsec", integer(view.getUint32(base + 8, true))],
    ...(reserved ? [["reserved", integer(reserved, "hex")] as const] : []),
  ]);
  return dated ? { ...value, dated: "unless-raw" } : value;
};

const PTP_PEROUT_DUTY_CYCLE = 2;
const PTP_PEROUT_PHASE = 4;

/** struct ptp_perout_request: its flags choose the members of two unions. */
const periodicOutput =
  (hasReserved: boolean): CustomStruct =>
  ({ schema }, view, base) => {
    const bits = view.getUint32(base + 36, true);
    const isPhase = (bits & PTP_PEROUT_PHASE) !== 0;
    const { names, placeholder } = setOf(schema, "PTP_PEROUT_");
    const rest = [0, 1, 2, 3].map((i) => view.getUint32(base + 40 + i * 4, true));
    const last: NamedArgument[] =
      bits & PTP_PEROUT_DUTY_CYCLE
        ? [["on", clockTime(view, base + 40, false)]]
        : hasReserved && rest.some(Boolean)
          ? [["rsv", array(rest.map((each) => integer(each, "hex")))]]
          : [];
    return struct([
      [isPhase ? "phase" : "start", clockTime(view, base, !isPhase)],
      ["period", clockTime(view, base + 16, false)],
      ["index", integer(view.getUint32(base + 32, true))],
      ["flags", flags(bits, names, placeholder)],
      ...last,
    ]);
  };

/** struct ptp_sys_offset_precise: the monotonic time is no date. */
const precise: CustomStruct = (_scope, view, base) => {
  const rest = [0, 1, 2, 3].map((i) => view.getUint32(base + 48 + i * 4, true));
  return struct([
    ["device", clockTime(view, base)],
    ["sys_realtime", clockTime(view, base + 16)],
    ["sys_monoraw", clockTime(view, base + 32, false)],
    ...(rest.some(Boolean)
      ? [["rsv", array(rest.map((each) => integer(each, "hex")))] as const]
      : []),
  ]);
};

// ---- linux/seccomp.h ----

/** The ABIs of AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64 and AUDIT_ARCH_ARM. */
const ABIS: Readonly<Record<number, Abi>> = {
  ...{ 3221225534: "x64", 1073741827: "x64Compat", 3221225655: "arm64", 1073741864: "arm64Compat" },
};
const DECIMAL = { kind: "values", placeholder: "", notation: "decimal" } as const;

const seccompData: CustomStruct = ({ call }, view, base) => {
  const [number, arch] = [0, 4].map((offset) => view.getUint32(base + offset, true));
  const name = arch in ABIS ? syscallName(ABIS[arch], number) : undefined;
  const args = [0, 1, 2, 3, 4, 5].map((i) => view.getBigUint64(base + 16 + i * 8, true));
  return struct([
    ["nr", name ? new NamedValue(number, [`__NR_${name}`], 0, DECIMAL) : integer(number)],
    ["arch", enumValue(arch, constants("audit_arch", call.abi), "AUDIT_ARCH_???")],
    ["instruction_pointer", pointer(view.getBigUint64(base + 8, true))],
    ["args", array(args.map((each) => integer(each, "hex")))],
  ]);
};

/** A negative error number. */
const errno: CustomStruct = (_scope, view, base) => {
  const number = view.getInt32(base, true);
  const name = errnoName(-number);
  return /^E/.test(name) ? new NamedValue(number, [`-${name}`], 0, DECIMAL) : integer(number);
};

export const CUSTOM_STRUCTS: Readonly<Record<string, CustomStruct>> = {
  errno,
  gpio_v2_line_attribute: attribute,
  gpio_v2_line_config_attribute: configAttribute,
  ptp_clock_times: (_scope, view, base) =>
    array([0, 16, 32].map((offset) => clockTime(view, base + offset))),
  ptp_clock_time: (_scope, view, base) => clockTime(view, base),
  ptp_perout_request: periodicOutput(false),
  ptp_perout_request2: periodicOutput(true),
  ptp_sys_offset_precise: precise,
  seccomp_data: seccompData,
};
