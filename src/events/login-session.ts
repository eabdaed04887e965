/** The login session that a process belongs to: pam_loginuid(8), the kernel's audit. */
export interface LoginSession {
  /** The user who logged in, whatever user the process has become since. */
  readonly user: string;
  /** The kernel's number of the session. */
  readonly id: number;
  /** The terminal, such as pts/0; "" without one. */
  readonly tty: string;
  /** The host that the user logged in from; "" if that is not known. One character per byte. */
  readonly from: string;
}
