/** Requests of ioctl(2) whose arguments the tables cannot describe. */
import type { Value } from "../../value.ts";
import { DISK_REQUESTS } from "./disk.ts";
import type { Scope } from "./fields.ts";
import type { Request } from "./schema.ts";
import { TERMINAL_REQUESTS } from "./terminal.ts";

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

export const SPECIAL: Readonly<Record<string, Special>> = {
  ...DISK_REQUESTS,
  ...TERMINAL_REQUESTS,
};
