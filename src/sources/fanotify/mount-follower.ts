/**
 * Follows the mounts at, above and below the requested paths: what is mounted there is watched, and
 * so is what becomes visible when it is unmounted.
 */
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { Lookup } from "../../ffi/lookup.ts";
import { MountTable } from "../../ffi/mount-table.ts";
import { errnoName } from "../../kernel/errno.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import type { Mount } from "../../kernel/mountinfo.ts";
import { S_IFDIR, S_IFMT } from "../../kernel/stat.ts";
import { encodeLatin1 } from "../../text/latin1.ts";
import { isPathWithin } from "../../text/path.ts";
import type { Directory, DirectoryTree } from "./directory-tree.ts";
import type { NameFollower } from "./name-follower.ts";
import type { PathWalker } from "./path-walker.ts";
import type { EntryVisitor, Scanner } from "./scanner.ts";

/** File systems whose files are not stored anywhere, and whose changes no event reports. */
const PSEUDO = new Set(
  (
    "autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts efivarfs fusectl mqueue nsfs " +
    "proc pstore rpc_pipefs securityfs selinuxfs sysfs tracefs"
  ).split(" "),
);

export interface MountFollowerParts {
  readonly tree: DirectoryTree;
  readonly scanner: Scanner;
  readonly walker: PathWalker;
  readonly follower: NameFollower;
}

export class MountFollower {
  /** Null if /proc is not mounted. */
  readonly table: MountTable | null;
  /** Messages about mounts that are not watched. */
  readonly limitations: string[] = [];
  /** The mounts that could not be watched, and why. */
  readonly failures = new Map<string, number>();
  /** Whether mounts have changed since `refresh`, at the last check. */
  isStale = false;
  private known = new Map<string, Mount>();
  private readonly lookup = new Lookup();
  private readonly tree: DirectoryTree;
  private readonly scanner: Scanner;
  private readonly walker: PathWalker;
  private readonly follower: NameFollower;
  private readonly recursive: boolean;

  /** @param recursive whether everything below the requested paths is watched, mounts included */
  constructor(recursive: boolean, { tree, scanner, walker, follower }: MountFollowerParts) {
    this.recursive = recursive;
    this.tree = tree;
    this.scanner = scanner;
    this.walker = walker;
    this.follower = follower;
    this.table = openTable();
  }

  /** Finds out whether mounts have changed. @returns whether `refresh` has something to do */
  check(): boolean {
    this.isStale ||= this.table?.hasChanged() ?? false;
    return this.isStale;
  }

  /** Watches what is mounted now, without notes. */
  begin(): void {
    this.known = this.relevant();
    this.attachNested(() => {});
  }

  /**
   * Applies the changes of mounts since the last call.
   * @param onEntry called for what is found in directories that are visible now
   * @param onNotes called when there are notes, before that
   */
  refresh(onEntry: EntryVisitor, onNotes: () => void): void {
    this.isStale = false;
    const before = this.known;
    this.known = this.relevant();
    const ended = [...before].filter(([key]) => !this.known.has(key)).map(([, mount]) => mount);
    const begun = [...this.known].filter(([key]) => !before.has(key)).map(([, mount]) => mount);
    if (!ended.length && !begun.length) return;
    for (const mount of ended) this.note("UNMOUNT", mount);
    for (const mount of begun) this.note("MOUNT", mount);
    onNotes();
    this.follower.comparing(this.tree.wanted, () => {
      for (const { id } of ended) this.drop(id);
      this.walker.walk(onEntry);
    });
    this.attachNested(onEntry);
    for (const { mountPoint } of ended) this.uncover(mountPoint, onEntry);
  }

  private note(type: "MOUNT" | "UNMOUNT", { mountPoint, fsType }: Mount): void {
    const path = encodeLatin1(mountPoint);
    this.follower.notes.push({ type, path, details: { fstype: fsType } });
  }

  /** Returns the mounts at, above and below requested paths, outer ones first. */
  private relevant(): Map<string, Mount> {
    const mounts = this.table?.read() ?? [];
    const paths = [...this.tree.wanted.all()]
      .filter(({ isRequested }) => isRequested)
      .map(({ path }) => Buffer.from(path).toString("latin1"));
    const isRelevant = ({ mountPoint }: Mount) =>
      paths.some(
        (path) =>
          isPathWithin(path, mountPoint) || (this.recursive && isPathWithin(mountPoint, path)),
      );
    return new Map(mounts.filter(isRelevant).map((mount) => [keyOf(mount), mount]));
  }

  private drop(id: string): void {
    const mount = this.tree.mounts.find(({ mountId }) => mountId === Number(id));
    if (mount) this.walker.dropMount(mount);
  }

  /** Watches the mounts below the requested paths that are not watched yet. */
  private attachNested(onEntry: EntryVisitor): void {
    for (const mount of this.known.values())
      if (
        !this.failures.has(keyOf(mount)) &&
        !this.tree.mounts.some(({ mountId }) => mountId === Number(mount.id))
      )
        this.attach(mount, onEntry);
  }

  private attach(mount: Mount, onEntry: EntryVisitor): void {
    const { id, mountPoint, fsType } = mount;
    if (PSEUDO.has(fsType)) return;
    this.inParent(mountPoint, (parent, parentFd, name) => {
      const fd = this.lookup.openLink(parentFd, name);
      if (fd < 0) return;
      const stat = this.lookup.stat(fd, "", false);
      const isVisible = String(stat?.mountId) === id;
      if (isVisible && (stat!.mode & S_IFMT) === S_IFDIR) {
        const errno = this.watch({ parent, name: encodeLatin1(name) }, mountPoint, fd, onEntry);
        if (errno) this.fail(mount, errno);
      }
      close(fd);
    });
  }

  /** Watches the root of a mount. @returns 0, or an errno */
  private watch(
    { parent, name }: { readonly parent: Directory; readonly name: Uint8Array },
    mountPoint: string,
    fd: number,
    onEntry: EntryVisitor,
  ): number {
    try {
      const at = encodeLatin1(mountPoint);
      return this.walker.watchMount({ parent, name }, at, fd, onEntry);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return error.errno;
    }
  }

  private fail(mount: Mount, errno: number): void {
    const key = keyOf(mount);
    if (this.failures.has(key)) return;
    this.failures.set(key, errno);
    const { mountPoint, fsType } = mount;
    this.limitations.push(
      `${utf8Text(mountPoint)} (${fsType}) is not watched: ${errnoName(errno)}`,
    );
  }

  /** Watches what a mount has hidden. */
  private uncover(mountPoint: string, onEntry: EntryVisitor): void {
    this.inParent(mountPoint, (parent, parentFd, name) => {
      this.scanner.scanEntry(parent, parentFd, encodeLatin1(name), onEntry);
    });
  }

  /** Runs `work` with the parent directory of a mount point, if its entries are watched. */
  private inParent(
    mountPoint: string,
    work: (parent: Directory, fd: number, name: string) => void,
  ): void {
    const slash = mountPoint.lastIndexOf("/");
    const fd = this.lookup.open(AT_FDCWD, mountPoint.slice(0, slash) || "/");
    if (fd < 0) return;
    try {
      const parent = this.walker.find(fd);
      if (parent && this.tree.resolve(parent).reportsChildren)
        work(parent, fd, mountPoint.slice(slash + 1));
    } finally {
      close(fd);
    }
  }
}

function openTable(): MountTable | null {
  try {
    return new MountTable();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return null;
  }
}

/** What identifies a mount, as ids are used again. */
function keyOf({ id, major, minor, root, mountPoint, fsType }: Mount): string {
  return `${id} ${major}:${minor} ${fsType} ${root} ${mountPoint}`;
}

/** Decodes a path with one character per byte, for messages. */
function utf8Text(path: string): string {
  return encodeLatin1(path).toString();
}
