/**
 * Error numbers, the same on x86-64 and arm64: include/uapi/asm-generic/errno-base.h, errno.h; and
 * those of include/linux/errno.h, which programs never see because the kernel restarts the call or
 * returns EINTR.
 */

export const EPERM = 1;
export const ENOENT = 2;
export const ESRCH = 3;
export const EINTR = 4;
export const ENXIO = 6;
export const ENOEXEC = 8;
export const EBADF = 9;
export const ECHILD = 10;
export const EAGAIN = 11;
export const EWOULDBLOCK = EAGAIN;
export const EACCES = 13;
export const EFAULT = 14;
export const EEXIST = 17;
export const EXDEV = 18;
export const ENODEV = 19;
export const ENOTDIR = 20;
export const EINVAL = 22;
export const EMFILE = 24;
export const ENOSPC = 28;
export const EPIPE = 32;
export const ENAMETOOLONG = 36;
export const ENOSYS = 38;
export const ELOOP = 40;
export const EOVERFLOW = 75;
export const EMSGSIZE = 90;
export const EPROTONOSUPPORT = 93;
export const EOPNOTSUPP = 95;
export const ENOBUFS = 105;
export const ECONNREFUSED = 111;
export const EINPROGRESS = 115;
export const ESTALE = 116;
export const EDQUOT = 122;

/** Indexed by number. Of two names, the older one: EAGAIN, EDEADLK, EOPNOTSUPP. */
const ERRNO_NAMES = `
  - EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT
  ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG
  ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY
  ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR
  EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE
  ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG
  ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ
  EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT
  EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET
  ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH
  EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM
  EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE
  ERFKILL EHWPOISON
`
  .trim()
  .split(/\s+/);

/** The kernel's internal numbers for calls that a signal interrupted: include/linux/errno.h. */
export const ERESTARTSYS = 512;
export const ERESTARTNOINTR = 513;
export const ERESTARTNOHAND = 514;
export const ERESTART_RESTARTBLOCK = 516;

/** What bpf(2) returns for a program that the architecture cannot attach: include/linux/errno.h. */
const ENOTSUPP = 524;

const INTERNAL_NAMES: Readonly<Record<number, string>> = {
  [ERESTARTSYS]: "ERESTARTSYS",
  [ERESTARTNOINTR]: "ERESTARTNOINTR",
  [ERESTARTNOHAND]: "ERESTARTNOHAND",
  [ERESTART_RESTARTBLOCK]: "ERESTART_RESTARTBLOCK",
  [ENOTSUPP]: "ENOTSUPP",
};

/** Returns the kernel's name of an error number, or `errno 999` if it has none. */
export function errnoName(errno: number): string {
  const name = ERRNO_NAMES[errno] ?? INTERNAL_NAMES[errno] ?? "-";
  return name === "-" ? `errno ${errno}` : name;
}

/** Returns the number of "ENOENT", or of a name that the kernel uses internally. */
export function errnoNumber(name: string): number | undefined {
  const number = ERRNO_NAMES.indexOf(name);
  if (number > 0) return number;
  const internal = Object.entries(INTERNAL_NAMES).find(([, each]) => each === name);
  return internal && Number(internal[0]);
}
