/** Reads the requests of ioctl(2), by the header that defines them. */

import { type ConstantValue, kernelSource, sortByValue } from "./flags.ts";
import type { Headers, Machine } from "./headers.ts";
import { includeLines } from "./kernel-types.ts";
import { evaluateConstants, type HeaderConstant, headerConstants } from "./macros.ts";

/**
 * Headers with requests. _IO, _IOR and similar macros define requests; older ones are plain numbers,
 * matched by name, since headers define other numbers too. If several headers name the same number,
 * the first one here is the most likely.
 */
const HEADERS: readonly (readonly [header: string, plain?: RegExp])[] = [
  ["asm-generic/ioctls.h", /^(TC|TIO|FIO)[A-Z0-9]+$/],
  ["asm-generic/sockios.h", /^(SIOC|FIO)/],
  ["linux/sockios.h", /^SIOC(?!DEVPRIVATE|PROTOPRIVATE)/],
  ["linux/fs.h"],
  ["linux/fscrypt.h"],
  ["linux/fsverity.h"],
  ["linux/fsmap.h"],
  ["linux/blkpg.h"],
  ["linux/blkzoned.h"],
  ["linux/loop.h", /^LOOP_(?!.*FLAG)[A-Z_0-9]+$/],
  ["linux/hdreg.h", /^HDIO_(?!.*_SIZE)([GS]ET_|GETGEO$|DRIVE|SCAN|UNREG|OBSOLETE|TRISTATE)/],
  [
    "linux/cdrom.h",
    /^(CDROM(?!_)|CDROM_(?!PACKET|LBA|MSF|DATA|AUDIO|LEADOUT|.*SIZE|MAX|XA|LAST|MEDIA|SEND_PACKET$)|DVD_(READ_STRUCT|WRITE_STRUCT|AUTH)$)/,
  ],
  ["linux/fd.h"],
  [
    "kernel/scsi/sg.h",
    /^SG_(?!SCSI_RESET_|.*(FLAG|INFO|DXFER|INTERFACE|DEF|MAX|SCATTER|BIG|LIB|X_|ERR|STATE|FD)).*/,
  ],
  ["kernel/scsi/scsi_ioctl.h", /^SCSI_IOCTL_(DOOR|GET)/],
  ["linux/mtio.h"],
  ["linux/nvme_ioctl.h"],
  ["linux/dm-ioctl.h"],
  ["linux/raid/md_u.h"],
  ["linux/nbd.h"],
  ["linux/ublk_cmd.h"],
  ["linux/mmc/ioctl.h"],
  ["linux/pktcdvd.h"],
  ["linux/btrfs.h"],
  ["linux/ext4.h"],
  ["linux/f2fs.h"],
  ["linux/msdos_fs.h"],
  ["linux/fuse.h"],
  ["linux/auto_fs.h"],
  ["linux/nsfs.h"],
  ["linux/pidfd.h"],
  ["linux/eventpoll.h"],
  ["linux/inotify.h"],
  ["linux/timerfd.h"],
  ["linux/userfaultfd.h"],
  ["linux/perf_event.h"],
  ["linux/seccomp.h"],
  ["linux/random.h"],
  ["linux/kcov.h"],
  ["linux/vm_sockets.h"],
  ["linux/if_tun.h"],
  ["linux/ppp-ioctl.h"],
  ["linux/wireless.h", /^SIOC[GS]IW|^SIOCIW(?!FIRST|LAST|NAME)/],
  ["linux/kd.h", /^(KIOCSOUND|KD(?!_)[A-Z]+|[GP]IO_[A-Z]+)$/],
  ["linux/vt.h", /^VT_(?!AUTO|PROCESS|ACKACQ|EVENT_|.*MAX)[A-Z_]+$/],
  ["linux/fb.h", /^FBIO[A-Z_]+$/],
  ["linux/rtc.h"],
  ["linux/watchdog.h"],
  ["linux/lirc.h"],
  ["linux/counter.h"],
  ["linux/nvram.h"],
  ["linux/input.h"],
  ["linux/uinput.h"],
  ["linux/hidraw.h"],
  ["linux/hiddev.h"],
  ["linux/mmtimer.h"],
  ["linux/usbdevice_fs.h"],
  ["linux/i2c-dev.h", /^I2C_(RETRIES|TIMEOUT|SLAVE|SLAVE_FORCE|TENBIT|FUNCS|RDWR|PEC|SMBUS)$/],
  ["linux/spi/spidev.h"],
  ["linux/gpio.h"],
  ["linux/ptp_clock.h"],
  ["linux/suspend_ioctls.h"],
  ["linux/rfkill.h"],
  ["linux/kvm.h"],
  ["linux/vfio.h"],
  ["linux/iommufd.h"],
  ["linux/vhost.h"],
  ["linux/dma-buf.h"],
  ["linux/dma-heap.h"],
  ["linux/sync_file.h"],
  ["linux/udmabuf.h"],
  ["linux/tee.h"],
  ["linux/ntsync.h"],
  ["linux/android/binder.h", /^BINDER_(WRITE_READ|SET_|GET_|VERSION|FREEZE|THREAD_EXIT|ENABLE_)/],
  ["linux/mei.h"],
  ["linux/media.h"],
  ["linux/videodev2.h"],
  ["drm/drm.h"],
  ["mtd/mtd-abi.h"],
  ["mtd/ubi-user.h"],
  ["sound/asound.h"],
  ["linux/soundcard.h"],
  ["asm/mtrr.h"],
  ["linux/dvb/frontend.h"],
  ["linux/dvb/dmx.h"],
  ["linux/dvb/ca.h"],
  ["linux/dvb/net.h"],
  ["linux/ipmi.h"],
  ["linux/phantom.h"],
  ["misc/fastrpc.h"],
];

/** Matches _IOWR('T', …) or a macro based on it: DRM_IOWR(…). */
const IO_MACRO = /\b\w*_S?IO(?:C|R|W|WR)?(?:_\w+)?\s*\(/;
/** Matches macros that look like requests but are not, and requests of other machines. */
const EXCLUDED =
  /^_?(?:_KVM_DEPRECATED|KVM_(?:S390|PPC|ASSIGN|DEASSIGN|ALLOCATE_RMA|CREATE_SPAPR)|VFIO_(?:.*SPAPR|EEH)|IOC_|.*_IOC(?:TL)?_?(?:MAX|NR|BASE|TYPE|MAGIC)|.*_(?:LAST|MAX|OLD_SIZE)$)/;

/** Whether the macro is an alias: #define SIOCGSTAMP SIOCGSTAMP_OLD */
const isAlias = ({ body }: HeaderConstant) => /^[A-Z]\w*$/.test(body);

/** Headers that some of these headers need to be included first. */
const PREFERRED_NAMES = [
  "linux/types.h",
  "linux/time.h",
  "linux/ioctl.h",
  "linux/major.h",
  "linux/if.h",
].concat([
  "asm/termbits.h",
  "linux/fiemap.h",
  "linux/blktrace_api.h",
  "linux/serial.h",
  "asm/ioctls.h",
]);
const KERNEL = { "scsi/sg.h": /^SG_/, "scsi/scsi_ioctl.h": /^SCSI_IOCTL_/ };

/** Returns the requests of each header. */
export function readIoctls(headers: Headers, machine: Machine): Map<string, ConstantValue[]> {
  const uapi = HEADERS.map(([header]) => header).filter((header) => !header.startsWith("kernel/"));
  const own = headers.kernel
    ? Object.entries(KERNEL).map(([file, wanted]) => kernelSource(headers, file, wanted))
    : [];
  const source = `${includeLines(headers, machine, [...PREFERRED_NAMES, ...uapi])}${own.join("")}`;
  const all = headerConstants(source, headers, machine);
  const requests = HEADERS.map(([header, plain]) => {
    const here = all.filter(
      (constant) =>
        constant.header === header && !EXCLUDED.test(constant.name) && !isAlias(constant),
    );
    return here.filter(({ name, body }) => plain?.test(name) || IO_MACRO.test(body));
  });
  const names = requests.flat().map(({ name }) => name);
  const values = evaluateConstants(source, names, headers, machine);
  return new Map(
    HEADERS.map(([header], i) => {
      const known = requests[i].flatMap(({ name }) => {
        const value = values.get(name);
        return value === undefined ? [] : [{ name, value: BigInt.asUintN(32, value) }];
      });
      return [header.replace(/^kernel\//, ""), sortByValue(known)];
    }),
  );
}
