/** The interface of requests that have a decoder of their own. */
import { flags, integer, macro, symbol, type Value, withNumber } from "../../value.ts";
import type { Scope } from "./fields.ts";
import type { Request } from "./schema.ts";

/** How one request's argument is decoded. */
export interface Special {
  readonly access: Request["access"];
  /** Whether what the kernel wrote is shown even if the call failed. */
  readonly despiteFailure?: boolean;
  /**
   * Decodes the part that the scope names.
   * @param at the argument
   * @param before what was decoded before the call, if the kernel also reads the argument
   */
  decode(scope: Scope, at: bigint, name: string, before?: Value | null): Value | null;
}

/** What the number of a request consists of. */
export interface RequestParts {
  readonly type: string;
  readonly number: number;
  readonly direction: "none" | "read" | "write" | "both";
  readonly size: number;
}

/** A request whose number contains parameters. */
export interface FamilyRequest extends Special {
  readonly name: Value;
}

/** Returns the request with a number; null if the family does not have it. */
export type RequestFamily = (request: number, parts: RequestParts) => FamilyRequest | null;

/** include/uapi/asm-generic/ioctl.h. */
const IOC_DIRECTIONS = [
  ["_IOC_READ", 2],
  ["_IOC_WRITE", 1],
] as const;

/** Returns the parts of a request without a name: _IOC(direction, type, number, size). */
export function composedName(number: number): Value {
  const direction = number >>> 30;
  const bits = flags(direction, IOC_DIRECTIONS);
  const fields = [(number >>> 8) & 0xff, number & 0xff, (number >>> 16) & 0x3fff];
  const composed = macro(
    "_IOC",
    symbol(direction === 0 ? "_IOC_NONE" : bits.names.join("|")),
    ...fields.map((each) => integer(each, "hex")),
  );
  return withNumber(number, composed);
}
