/** Requests of btrfs: linux/btrfs.h, btrfs_tree.h. */
export const BTRFS_TABLES = `
=BTRFS_OBJECTID/BTRFS_ DEV_STATS_OBJECTID=0 ROOT_TREE_OBJECTID EXTENT_TREE_OBJECTID
  CHUNK_TREE_OBJECTID DEV_TREE_OBJECTID FS_TREE_OBJECTID ROOT_TREE_DIR_OBJECTID CSUM_TREE_OBJECTID
  QUOTA_TREE_OBJECTID UUID_TREE_OBJECTID FREE_SPACE_TREE_OBJECTID BLOCK_GROUP_TREE_OBJECTID
  FIRST_FREE_OBJECTID=256 LAST_FREE_OBJECTID=-256 MULTIPLE_OBJECTIDS=-255 FREE_INO_OBJECTID=-12
  FREE_SPACE_OBJECTID=-11 EXTENT_CSUM_OBJECTID=-10 DATA_RELOC_TREE_OBJECTID=-9
  TREE_RELOC_OBJECTID=-8 TREE_LOG_FIXUP_OBJECTID=-7 TREE_LOG_OBJECTID=-6 ORPHAN_OBJECTID=-5
  BALANCE_OBJECTID=-4
=BTRFS_KEY/BTRFS_ INODE_ITEM_KEY=1 INODE_REF_KEY=12 INODE_EXTREF_KEY XATTR_ITEM_KEY=24
  VERITY_DESC_ITEM_KEY=36 VERITY_MERKLE_ITEM_KEY ORPHAN_ITEM_KEY=48 DIR_LOG_ITEM_KEY=60
  DIR_LOG_INDEX_KEY=72 DIR_ITEM_KEY=84 DIR_INDEX_KEY=96 EXTENT_DATA_KEY=108 EXTENT_CSUM_KEY=128
  ROOT_ITEM_KEY=132 ROOT_BACKREF_KEY=144 ROOT_REF_KEY=156 EXTENT_ITEM_KEY=168 METADATA_ITEM_KEY
  TREE_BLOCK_REF_KEY=176 EXTENT_DATA_REF_KEY=178 EXTENT_REF_V0_KEY=180 SHARED_BLOCK_REF_KEY=182
  SHARED_DATA_REF_KEY=184 BLOCK_GROUP_ITEM_KEY=192 FREE_SPACE_INFO_KEY=198 FREE_SPACE_EXTENT_KEY
  FREE_SPACE_BITMAP_KEY DEV_EXTENT_KEY=204 DEV_ITEM_KEY=216 CHUNK_ITEM_KEY=228
  QGROUP_STATUS_KEY=240 QGROUP_INFO_KEY=242 QGROUP_LIMIT_KEY=244 QGROUP_RELATION_KEY=246
  TEMPORARY_ITEM_KEY=248 PERSISTENT_ITEM_KEY DEV_REPLACE_KEY UUID_KEY_SUBVOL
  UUID_KEY_RECEIVED_SUBVOL STRING_ITEM_KEY
|BTRFS_SUBVOL_ CREATE_ASYNC RDONLY QGROUP_INHERIT SPEC_BY_ID=0x10
|btrfs_device/BTRFS_ DEVICE_SPEC_BY_ID=8
|BTRFS_QGROUP_INHERIT_ SET_LIMITS
|BTRFS_QGROUP_LIMIT_ MAX_RFER MAX_EXCL RSV_RFER RSV_EXCL RFER_CMPR EXCL_CMPR
|BTRFS_BALANCE_ DATA SYSTEM METADATA FORCE RESUME
|BTRFS_BALANCE_STATE_ RUNNING PAUSE_REQ CANCEL_REQ
|BTRFS_BALANCE_ARGS_ PROFILES USAGE DEVID DRANGE VRANGE LIMIT LIMIT_RANGE STRIPES_RANGE CONVERT
  SOFT USAGE_RANGE
=BTRFS_BALANCE_CTL_ PAUSE=1 CANCEL
|btrfs_profiles/BTRFS_ BLOCK_GROUP_DATA BLOCK_GROUP_SYSTEM BLOCK_GROUP_METADATA BLOCK_GROUP_RAID0
  BLOCK_GROUP_RAID1 BLOCK_GROUP_DUP BLOCK_GROUP_RAID10 BLOCK_GROUP_RAID5 BLOCK_GROUP_RAID6
  BLOCK_GROUP_RAID1C3 BLOCK_GROUP_RAID1C4 AVAIL_ALLOC_BIT_SINGLE=0x1000000000000
  SPACE_INFO_GLOBAL_RSV
|BTRFS_DEFRAG_RANGE_ COMPRESS START_IO
=BTRFS_COMPRESS_ NONE ZLIB LZO ZSTD
|BTRFS_SCRUB_ READONLY
|BTRFS_LOGICAL_INO_ARGS_ IGNORE_OFFSET
|BTRFS_SEND_FLAG_ NO_FILE_DATA OMIT_STREAM_HEADER OMIT_END_CMD VERSION COMPRESSED
=BTRFS_QUOTA_CTL_ ENABLE=1 DISABLE RESCAN__NOTUSED
|BTRFS_DEV_STATS_ RESET
=BTRFS_IOCTL_DEV_REPLACE_CMD_ START STATUS CANCEL
=BTRFS_IOCTL_DEV_REPLACE_RESULT_ NO_ERROR NOT_STARTED ALREADY_STARTED SCRUB_INPROGRESS
=BTRFS_IOCTL_DEV_REPLACE_STATE_ NEVER_STARTED STARTED FINISHED CANCELED SUSPENDED
=BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_ ALWAYS AVOID
|BTRFS_FS_INFO_FLAG_ CSUM_INFO GENERATION METADATA_UUID
=BTRFS_CSUM_TYPE_ CRC32 XXHASH SHA256 BLAKE2
|BTRFS_FEATURE_COMPAT_
|BTRFS_FEATURE_COMPAT_RO_ FREE_SPACE_TREE FREE_SPACE_TREE_VALID VERITY BLOCK_GROUP_TREE
|BTRFS_FEATURE_INCOMPAT_ MIXED_BACKREF DEFAULT_SUBVOL MIXED_GROUPS COMPRESS_LZO COMPRESS_ZSTD
  BIG_METADATA EXTENDED_IREF RAID56 SKINNY_METADATA NO_HOLES METADATA_UUID RAID1C34 ZONED
  EXTENT_TREE_V2 RAID_STRIPE_TREE SIMPLE_QUOTA=0x10000

btrfs_vol_args = fd64 fd char[4088] name
btrfs_vol_args_v2 = u64[512] words
btrfs_vol_args_inherit = fd64 fd -u64 transid bits64:BTRFS_SUBVOL_ flags u64 size ptr qgroup_inherit
  -u64[2] unused char[4040] name
btrfs_vol_args_device = fd64 fd -u64 transid bits64:btrfs_device flags -u64[4] unused char[4040] name
btrfs_qgroup_limit = bits64:BTRFS_QGROUP_LIMIT_ flags u64 max_rfer max_excl rsv_rfer rsv_excl
btrfs_qgroup_inherit = bits64:BTRFS_QGROUP_INHERIT_ flags u64 num_qgroups num_ref_copies
  num_excl_copies @btrfs_qgroup_limit lim
btrfs_qgroup_limit_args = u64 qgroupid @btrfs_qgroup_limit lim
btrfs_balance_args = packed bits64:btrfs_profiles profiles max64 usage dev64 devid max64 pstart pend
  vstart vend target bits64:BTRFS_BALANCE_ARGS_ flags -u64[8] unused
btrfs_balance_progress = u64 expected considered completed
btrfs_balance = bits64:BTRFS_BALANCE_ flags -u64 state @btrfs_balance_args data meta sys
  -@btrfs_balance_progress stat -u64[72] unused
btrfs_balance_done = bits64:BTRFS_BALANCE_ flags bits64:BTRFS_BALANCE_STATE_ state
  @btrfs_balance_args data meta sys
btrfs_balance_state = bits64:BTRFS_BALANCE_ flags bits64:BTRFS_BALANCE_STATE_ state
  @btrfs_balance_args data meta sys @btrfs_balance_progress stat -u64[72] unused
btrfs_defrag = max64 start len bits64:BTRFS_DEFRAG_RANGE_ flags u32 extent_thresh
  enum32:BTRFS_COMPRESS_ compress_type -u32[4] unused
btrfs_search_key = id64:BTRFS_OBJECTID tree_id min_objectid max_objectid max64 min_offset max_offset
  min_transid max_transid id32:BTRFS_KEY min_type max_type u32 nr_items -u32 unused -u64[4] unused1
btrfs_search_header = u64 transid id64:BTRFS_OBJECTID objectid u64 offset id32:BTRFS_KEY type u32 len
btrfs_ino_lookup = id64:BTRFS_OBJECTID treeid objectid => char[4080] name
btrfs_ino_lookup_user = u64 dirid id64:BTRFS_OBJECTID treeid => char[256] name char[3824] path
btrfs_space_info = bits64:btrfs_profiles flags u64 total_bytes used_bytes
btrfs_scrub_progress = u64 data_extents_scrubbed tree_extents_scrubbed data_bytes_scrubbed
  tree_bytes_scrubbed read_errors csum_errors verify_errors no_csum csum_discards super_errors
  malloc_errors uncorrectable_errors corrected_errors last_physical unverified_errors
btrfs_scrub = dev64 devid max64 start end bits64:BTRFS_SCRUB_ flags => ...
  @btrfs_scrub_progress progress -u64[109] unused
btrfs_scrub_status = dev64 devid -u64[3] range => ... @btrfs_scrub_progress progress
  -u64[109] unused
btrfs_dev_info = dev64 devid ?uuid uuid => u64 bytes_used total_bytes -u64[379] unused char[1024] path
btrfs_fs_info = u64 max_id num_devices uuid fsid u32 nodesize sectorsize clone_alignment
  enum16:BTRFS_CSUM_TYPE_ csum_type u16 csum_size bits64:BTRFS_FS_INFO_FLAG_ flags ?u64 generation
  ?uuid metadata_uuid -u8[944] reserved
btrfs_data_container = u32 bytes_left bytes_missing elem_cnt elem_missed
btrfs_ino_paths = u64 inum size -x64[4] reserved ptr fspath
btrfs_logical_ino = u64 logical size ?x64[3] reserved bits64:BTRFS_LOGICAL_INO_ARGS_ flags ptr inodes
btrfs_inode = u64 inum offset id64:BTRFS_OBJECTID root
btrfs_timespec = u64 sec u32 nsec
btrfs_received = uuid uuid u64 stransid -u64 rtransid @btrfs_timespec stime -@btrfs_timespec rtime
  x64 flags -u64[16] reserved
btrfs_received_done = -uuid uuid -u64 stransid u64 rtransid -@btrfs_timespec stime
  @btrfs_timespec rtime
btrfs_send = u64[9] words
btrfs_send_plain = fd64 send_fd u64 clone_sources_count ptr clone_sources
  id64:BTRFS_OBJECTID parent_root bits64:BTRFS_SEND_FLAG_ flags
btrfs_quota_ctl = enum64:BTRFS_QUOTA_CTL_ cmd -u64 status
btrfs_qgroup_assign = u64 assign src dst
btrfs_qgroup_create = u64 create qgroupid
btrfs_quota_rescan = u64 flags -u64[7] reserved
btrfs_quota_rescan_status = u64 flags progress -u64[6] reserved
btrfs_dev_stats = dev64 devid u64 nr_items bits64:BTRFS_DEV_STATS_ flags
  => u64[5/nr_items] values -u64[121] unused
btrfs_replace_start = dev64 srcdevid
  enum64:BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_ cont_reading_from_srcdev_mode
  char[1025] srcdev_name tgtdev_name
btrfs_replace_status = enum64:BTRFS_IOCTL_DEV_REPLACE_STATE_ replace_state u64 progress_1000
  time_started time_stopped num_write_errors num_uncorrectable_read_errors
btrfs_replace_given ?cmd 0 @btrfs_replace_start start
btrfs_replace_written ?cmd 1 @btrfs_replace_status status
btrfs_replace = enum64:BTRFS_IOCTL_DEV_REPLACE_CMD_ cmd -u64 result @btrfs_replace_given u -u64[64] spare
btrfs_replace_done = -enum64:BTRFS_IOCTL_DEV_REPLACE_CMD_ cmd
  enum64:BTRFS_IOCTL_DEV_REPLACE_RESULT_ result @btrfs_replace_written u
btrfs_features = bits64:BTRFS_FEATURE_COMPAT_ compat_flags bits64:BTRFS_FEATURE_COMPAT_RO_
  compat_ro_flags bits64:BTRFS_FEATURE_INCOMPAT_ incompat_flags
btrfs_subvol_info = id64:BTRFS_OBJECTID treeid char[256] name id64:BTRFS_OBJECTID parent_id u64 dirid
  ... u64 generation x64 flags uuid uuid parent_uuid received_uuid u64 ctransid otransid stransid
  rtransid @btrfs_timespec ctime otime stime rtime -u64[8] reserved
file_dedupe = u64 src_offset src_length u16 dest_count -u16 reserved1 -u32 reserved2
file_dedupe_target = fd64 dest_fd u64 dest_offset
file_dedupe_result = -u64 dest_fd dest_offset u64 bytes_deduped i32 status

BTRFS_IOC_SNAP_CREATE BTRFS_IOC_SUBVOL_CREATE BTRFS_IOC_SNAP_DESTROY BTRFS_IOC_RESIZE
  BTRFS_IOC_SCAN_DEV BTRFS_IOC_FORGET_DEV BTRFS_IOC_ADD_DEV BTRFS_IOC_RM_DEV
  BTRFS_IOC_DEVICES_READY: < btrfs_vol_args
BTRFS_IOC_SNAP_CREATE_V2 BTRFS_IOC_SUBVOL_CREATE_V2 BTRFS_IOC_SNAP_DESTROY_V2
  BTRFS_IOC_RM_DEV_V2: < btrfs_vol_args_v2
BTRFS_IOC_TRANS_START BTRFS_IOC_TRANS_END BTRFS_IOC_SYNC BTRFS_IOC_SCRUB_CANCEL BTRFS_IOC_BALANCE
  BTRFS_IOC_DEFRAG BTRFS_IOC_QUOTA_RESCAN_WAIT: none
BTRFS_IOC_WAIT_SYNC BTRFS_IOC_DEFAULT_SUBVOL: < u64
BTRFS_IOC_START_SYNC: > u64
BTRFS_IOC_BALANCE_CTL: enum32:BTRFS_BALANCE_CTL_
BTRFS_IOC_BALANCE_V2: <-> btrfs_balance btrfs_balance_done
BTRFS_IOC_BALANCE_PROGRESS: > btrfs_balance_state
BTRFS_IOC_DEFRAG_RANGE: < btrfs_defrag
BTRFS_IOC_INO_LOOKUP: <> btrfs_ino_lookup
BTRFS_IOC_INO_LOOKUP_USER: <> btrfs_ino_lookup_user
BTRFS_IOC_SCRUB: <> btrfs_scrub
BTRFS_IOC_SCRUB_PROGRESS: <> btrfs_scrub_status
BTRFS_IOC_DEV_INFO: <> btrfs_dev_info
BTRFS_IOC_FS_INFO: > btrfs_fs_info
BTRFS_IOC_SET_RECEIVED_SUBVOL: <-> btrfs_received btrfs_received_done
BTRFS_IOC_SEND: < btrfs_send
BTRFS_IOC_QUOTA_CTL: < btrfs_quota_ctl
BTRFS_IOC_QGROUP_ASSIGN: < btrfs_qgroup_assign
BTRFS_IOC_QGROUP_CREATE: < btrfs_qgroup_create
BTRFS_IOC_QGROUP_LIMIT: < btrfs_qgroup_limit_args
BTRFS_IOC_QUOTA_RESCAN: < btrfs_quota_rescan
BTRFS_IOC_QUOTA_RESCAN_STATUS: > btrfs_quota_rescan_status
FS_IOC_GETFSLABEL: > char[256]
FS_IOC_SETFSLABEL: < char[256]
BTRFS_IOC_GET_DEV_STATS: <> btrfs_dev_stats
BTRFS_IOC_DEV_REPLACE: <-> btrfs_replace btrfs_replace_done
BTRFS_IOC_GET_FEATURES: > btrfs_features
BTRFS_IOC_SET_FEATURES: < @btrfs_features[2]
BTRFS_IOC_GET_SUPPORTED_FEATURES: > @btrfs_features[3]
BTRFS_IOC_GET_SUBVOL_INFO: > btrfs_subvol_info
`;
