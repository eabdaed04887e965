/** Digests of fs-verity: ioctl_fsverity, Documentation/filesystems/fsverity.rst; Linux 5.4. */
import { libc } from "./libc.ts";
import { allocate, type Memory } from "./memory.ts";

/** include/uapi/linux/fsverity.h */
const FS_IOC_MEASURE_VERITY = 0xc0046686;
const ALGORITHMS: Readonly<Record<number, string>> = { 1: "sha256", 2: "sha512" };
const MAX_DIGEST_SIZE = 64;
/** struct fsverity_digest without its digest. */
const HEADER_SIZE = 4;

let memory: Memory | undefined;

/** Returns "sha256:" and hexadecimal digits; null for a file without fs-verity. @param fd regular */
export function measureVerity(fd: number): string | null {
  memory ??= allocate(HEADER_SIZE + MAX_DIGEST_SIZE);
  const { view, bytes, address } = memory;
  view.setUint16(2, MAX_DIGEST_SIZE, true);
  if (libc.ioctl(fd, FS_IOC_MEASURE_VERITY, address) < 0) return null;
  const algorithm = ALGORITHMS[view.getUint16(0, true)];
  const size = view.getUint16(2, true);
  if (algorithm === undefined || size > MAX_DIGEST_SIZE) return null;
  return `${algorithm}:${Buffer.from(bytes.subarray(HEADER_SIZE, HEADER_SIZE + size)).toString("hex")}`;
}
