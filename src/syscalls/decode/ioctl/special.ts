/** Requests of ioctl(2) whose arguments the tables cannot describe. */
import { DISK_REQUESTS } from "./disk.ts";
import { INPUT_REQUESTS } from "./evdev.ts";
import { NETWORK_REQUESTS } from "./network.ts";
import type { Special } from "./request.ts";
import { SYSTEM_REQUESTS } from "./system.ts";
import { TERMINAL_REQUESTS } from "./terminal.ts";

export const SPECIAL: Readonly<Record<string, Special>> = {
  ...DISK_REQUESTS,
  ...INPUT_REQUESTS,
  ...NETWORK_REQUESTS,
  ...SYSTEM_REQUESTS,
  ...TERMINAL_REQUESTS,
};
