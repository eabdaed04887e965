/** A socket that sends datagrams to a path and never waits: unix(7), sendmsg(2), cmsg(3). */
import {
  AF_UNIX,
  CMSGHDR,
  CMSGHDR_SIZE,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSGHDR,
  MSGHDR_SIZE,
  SCM_RIGHTS,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOL_SOCKET,
  SUN_PATH,
} from "../kernel/socket.ts";
import { check, lastErrno } from "./errno.ts";
import { close } from "./fd.ts";
import { libc } from "./libc.ts";
import { allocate, type Memory } from "./memory.ts";

const FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL;
const FD_SIZE = 4;

export class DatagramSocket {
  private readonly fd: number;
  private readonly name: Memory;
  private readonly header = allocate(MSGHDR_SIZE);
  private readonly control = allocate(CMSGHDR_SIZE + 8);

  /** @param path at most 107 bytes; whoever has it gets the datagrams */
  constructor(path: string) {
    const bytes = Buffer.from(path);
    this.name = allocate(SUN_PATH + bytes.length + 1);
    this.name.view.setUint16(0, AF_UNIX, true);
    this.name.bytes.set(bytes, SUN_PATH);
    this.fd = check(libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", "AF_UNIX");
    this.prepareHeader();
  }

  private prepareHeader(): void {
    const { header, control, name } = this;
    header.view.setBigUint64(MSGHDR.msg_name, BigInt(name.address), true);
    header.view.setUint32(MSGHDR.msg_namelen, name.bytes.length, true);
    header.view.setBigUint64(MSGHDR.msg_control, BigInt(control.address), true);
    header.view.setBigUint64(MSGHDR.msg_controllen, BigInt(control.bytes.length), true);
    control.view.setBigUint64(CMSGHDR.cmsg_len, BigInt(CMSGHDR_SIZE + FD_SIZE), true);
    control.view.setInt32(CMSGHDR.cmsg_level, SOL_SOCKET, true);
    control.view.setInt32(CMSGHDR.cmsg_type, SCM_RIGHTS, true);
  }

  /** Sends a datagram. @returns 0 or the errno */
  send(from: Memory, length: number): number {
    const { address, bytes } = this.name;
    const sent = libc.sendto(this.fd, from.address, length, FLAGS, address, bytes.length);
    return sent < 0 ? lastErrno() : 0;
  }

  /** Sends an empty datagram with an open file. @returns 0 or the errno */
  sendFile(fd: number): number {
    this.control.view.setInt32(CMSGHDR_SIZE, fd, true);
    return libc.sendmsg(this.fd, this.header.address, FLAGS) < 0 ? lastErrno() : 0;
  }

  /** Whether a process has the path. @returns 0 or the errno */
  probe(): number {
    const { address, bytes } = this.name;
    const probe = check(libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", "AF_UNIX");
    const errno = libc.connect(probe, address, bytes.length) < 0 ? lastErrno() : 0;
    close(probe);
    return errno;
  }

  close(): void {
    close(this.fd);
  }
}
