/** The interface of requests that have a decoder of their own. */
import type { Value } from "../../value.ts";
import type { Scope } from "./fields.ts";
import type { Request } from "./schema.ts";

/** How one request's argument is decoded. */
export interface Special {
  readonly access: Request["access"];
  /**
   * Decodes the part that the scope names.
   * @param at the argument
   * @param before what was decoded before the call, if the kernel also reads the argument
   */
  decode(scope: Scope, at: bigint, name: string, before?: Value | null): Value | null;
}
