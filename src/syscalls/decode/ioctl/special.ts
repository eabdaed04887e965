/** Requests of ioctl(2) whose arguments the tables cannot describe. */
import type { Value } from "../../value.ts";
import type { SyscallView } from "../call.ts";
import { DISK_REQUESTS } from "./disk.ts";
import type { Scope } from "./fields.ts";
import type { Request } from "./schema.ts";
import { TERMINAL_REQUESTS } from "./terminal.ts";

/** How one request's argument is decoded. */
export interface Special {
  readonly access: Request["access"];
  /** @param at the argument, which is not NULL only if it can be read */
  decode(call: SyscallView, at: bigint, scope: Scope, name: string): Value | null;
}

export const SPECIAL: Readonly<Record<string, Special>> = {
  ...DISK_REQUESTS,
  ...TERMINAL_REQUESTS,
};
