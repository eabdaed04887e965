/** Requests of ioctl(2) whose arguments the tables cannot describe. */
import { BTRFS_REQUESTS } from "./btrfs.ts";
import { CONSOLE_REQUESTS } from "./console.ts";
import { DEVICE_MAPPER_REQUESTS } from "./device-mapper.ts";
import { DISK_REQUESTS } from "./disk.ts";
import { INPUT_REQUESTS } from "./evdev.ts";
import { MEDIA_REQUESTS } from "./media.ts";
import { NETWORK_REQUESTS } from "./network.ts";
import type { Special } from "./request.ts";
import { SCSI_REQUESTS } from "./scsi.ts";
import { SYSTEM_REQUESTS } from "./system.ts";
import { TEE_REQUESTS } from "./tee.ts";
import { TERMINAL_REQUESTS } from "./terminal.ts";

export const SPECIAL: Readonly<Record<string, Special>> = {
  ...BTRFS_REQUESTS,
  ...CONSOLE_REQUESTS,
  ...DEVICE_MAPPER_REQUESTS,
  ...DISK_REQUESTS,
  ...INPUT_REQUESTS,
  ...MEDIA_REQUESTS,
  ...NETWORK_REQUESTS,
  ...SCSI_REQUESTS,
  ...SYSTEM_REQUESTS,
  ...TEE_REQUESTS,
  ...TERMINAL_REQUESTS,
};
