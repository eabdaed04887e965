/**
 * Names of requests that the tables of constants lack: their number contains a length or an index, or
 * their driver is not in the kernel's tree.
 */

/** include/sys/fs/zfs.h of OpenZFS: zfs_ioc_t, in order. */
const ZFS =
  `POOL_CREATE POOL_DESTROY POOL_IMPORT POOL_EXPORT POOL_CONFIGS POOL_STATS POOL_TRYIMPORT POOL_SCAN
  POOL_FREEZE POOL_UPGRADE POOL_GET_HISTORY VDEV_ADD VDEV_REMOVE VDEV_SET_STATE VDEV_ATTACH
  VDEV_DETACH VDEV_SETPATH VDEV_SETFRU OBJSET_STATS OBJSET_ZPLPROPS DATASET_LIST_NEXT
  SNAPSHOT_LIST_NEXT SET_PROP CREATE DESTROY ROLLBACK RENAME RECV SEND INJECT_FAULT CLEAR_FAULT
  INJECT_LIST_NEXT ERROR_LOG CLEAR PROMOTE SNAPSHOT DSOBJ_TO_DSNAME OBJ_TO_PATH POOL_SET_PROPS
  POOL_GET_PROPS SET_FSACL GET_FSACL SHARE INHERIT_PROP SMB_ACL USERSPACE_ONE USERSPACE_MANY
  USERSPACE_UPGRADE HOLD RELEASE GET_HOLDS OBJSET_RECVD_PROPS VDEV_SPLIT NEXT_OBJ DIFF TMP_SNAPSHOT
  OBJ_TO_STATS SPACE_WRITTEN SPACE_SNAPS DESTROY_SNAPS POOL_REGUID POOL_REOPEN SEND_PROGRESS
  LOG_HISTORY SEND_NEW SEND_SPACE CLONE BOOKMARK GET_BOOKMARKS DESTROY_BOOKMARKS RECV_NEW POOL_SYNC
  CHANNEL_PROGRAM LOAD_KEY UNLOAD_KEY CHANGE_KEY REMAP POOL_CHECKPOINT POOL_DISCARD_CHECKPOINT
  POOL_INITIALIZE POOL_TRIM REDACT GET_BOOKMARK_PROPS WAIT WAIT_FS`.split(/\s+/);

/** Requests without a direction, by their type; of OpenZFS and its porting layer. */
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  K: ["", "KSTAT_IOC_CHAIN_ID", "KSTAT_IOC_READ", "KSTAT_IOC_WRITE"],
  Z: ZFS.map((name) => `ZFS_IOC_${name}`),
};

/** Requests with a length, by direction, type and number: linux/hiddev.h and hidraw.h. */
const SIZED: Readonly<Record<string, string>> = {
  "2 H 4": "HIDIOCGRAWNAME",
  "2 H 5": "HIDIOCGRAWPHYS",
  "2 H 6": "HIDIOCGNAME",
  "2 H 8": "HIDIOCGRAWUNIQ",
  "2 H 18": "HIDIOCGPHYS",
  "3 H 6": "HIDIOCSFEATURE",
  "3 H 7": "HIDIOCGFEATURE",
  "3 H 9": "HIDIOCSINPUT",
  "3 H 10": "HIDIOCGINPUT",
  "3 H 11": "HIDIOCSOUTPUT",
  "3 H 12": "HIDIOCGOUTPUT",
};

/** linux/soundcard.h: the number is that of a channel, the argument an int. */
const MIXER: Readonly<Record<number, string>> = { 2: "MIXER_READ", 3: "MIXER_WRITE" };

/** zvol's name: _IOR(0x12, 125, char[256]). */
const BLKZNAME = 0x8100127d;

/** Returns the name of a request beside those in the tables; null if it has none. */
export function outsideName(request: number, isNamed: boolean): string | null {
  const type = String.fromCharCode((request >>> 8) & 0xff);
  const [direction, size, number] = [request >>> 30, (request >>> 16) & 0x3fff, request & 0xff];
  if (type === "M" && size === 4 && direction in MIXER) return `${MIXER[direction]}(${number})`;
  if (isNamed) return null;
  if (request === BLKZNAME) return "BLKZNAME";
  if (direction === 0 && size === 0) return PLAIN[type]?.[number] || null;
  const sized = SIZED[`${direction} ${type} ${number}`];
  return sized ? `${sized}(${size})` : null;
}
