/** Requests of flash memory: mtd/mtd-abi.h. */
export const MTD_TABLES = `
=MTD_FILE_MODE_ NORMAL OTP_FACTORY OTP_USER RAW
=MTD_OTP_ OFF FACTORY USER
=mtd_ops/MTD_OPS_ PLACE_OOB AUTO_OOB RAW
=mtd_type/MTD_ ABSENT RAM ROM NORFLASH NANDFLASH DATAFLASH=6 UBIVOLUME MLCNANDFLASH
|mtd_flags/MTD_ WRITEABLE=0x400 BIT_WRITEABLE NO_ERASE POWERUP_LOCK SLC_ON_MLC_EMULATION
=MTD_NANDECC_ OFF PLACE AUTOPLACE PLACEONLY AUTOPL_USR
mtd_info_user = enum8:mtd_type type bits32:mtd_flags flags x32 size erasesize writesize oobsize
  x64 padding
erase_info_user = x32 start length
erase_info_user64 = x64 start length
mtd_oob_buf = x32 start length ptr ptr
mtd_oob_buf64 = x64 start -u32 pad x32 length x64 usr_ptr
otp_info = x32 start length u32 locked
mtd_write_req = x64 start len ooblen usr_data usr_oob enum8:mtd_ops mode -u8[7] padding
region_info_user = > x32 offset erasesize numblocks < x32 regionindex
nand_oobfree = x32 offset length
nand_oobinfo = enum32:MTD_NANDECC_ useecc x32 eccbytes x32[2] oobfree0 oobfree1 oobfree2 oobfree3
  oobfree4 oobfree5 oobfree6 oobfree7 x32[32] eccpos
nand_ecclayout_user = x32 eccbytes x32[64] eccpos x32 oobavail @nand_oobfree[8] oobfree
mtd_ecc_stats = x32 corrected failed badblocks bbtblocks
MTDFILEMODE: enum64:MTD_FILE_MODE_
OTPSELECT: < enum32:MTD_OTP_
MEMGETBADBLOCK MEMSETBADBLOCK: < u64
MEMGETREGIONCOUNT OTPGETREGIONCOUNT: > u32
OTPGETREGIONINFO: > otp_info
OTPLOCK OTPERASE: < otp_info
MEMGETREGIONINFO: <> region_info_user
MEMERASE MEMLOCK MEMUNLOCK MEMISLOCKED: < erase_info_user
MEMERASE64: < erase_info_user64
MEMWRITEOOB MEMREADOOB: < mtd_oob_buf
MEMWRITEOOB64 MEMREADOOB64: < mtd_oob_buf64
MEMWRITE: < mtd_write_req
MEMGETINFO: > mtd_info_user
MEMGETOOBSEL: > nand_oobinfo
ECCGETLAYOUT: > nand_ecclayout_user
ECCGETSTATS: > mtd_ecc_stats
`;
