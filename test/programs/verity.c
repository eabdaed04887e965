/*
 * Makes a file one with fs-verity: `verity FILE sha256|sha512`. It cannot change any more.
 *
 * include/uapi/linux/fsverity.h, Documentation/filesystems/fsverity.rst
 */
#define _GNU_SOURCE
#include "truth.h"

#include <fcntl.h>
#include <linux/fsverity.h>
#include <sys/ioctl.h>

int main(int count, char **words)
{
	must(count == 3, "usage: verity FILE sha256|sha512");
	struct fsverity_enable_arg arg = {
		.version = 1,
		.hash_algorithm = strcmp(words[2], "sha512") ? FS_VERITY_HASH_ALG_SHA256 :
							       FS_VERITY_HASH_ALG_SHA512,
		.block_size = 4096,
	};
	int fd = open(words[1], O_RDONLY);
	must(fd >= 0, "open %s", words[1]);
	must(ioctl(fd, FS_IOC_ENABLE_VERITY, &arg) == 0, "FS_IOC_ENABLE_VERITY");
}
