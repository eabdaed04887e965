/** Addresses that only the kernel receives: netlink(7), and AF_UNSPEC, which ends a connection. */

const KERNEL_ADDRESS = /^(?:netlink:|family 0$|family 16$)/;

/** @param address as in src/syscalls/socket-address-text.ts, latin1 */
export function isKernelAddress(address: string): boolean {
  return KERNEL_ADDRESS.test(address);
}
