// SPDX-License-Identifier: Apache-2.0
// All that a descriptor has to give, in memory.
#include "command/whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define ROOM_FIRST 65536

int whole_file_read(int fd, size_t max, char **ret_bytes, size_t *ret_len)
{
	char *bytes = NULL;
	size_t len = 0, room = 0;
	int code = 0;

	while (!code) {
		char *moved = len < room ? bytes : realloc(bytes, room ? room * 2 : ROOM_FIRST);
		ssize_t got;

		if (!moved) {
			code = -ENOMEM;
			break;
		}
		if (len == room)
			room = room ? room * 2 : ROOM_FIRST;
		bytes = moved;
		got = read(fd, bytes + len, room - len);
		if (!got) {
			*ret_bytes = bytes;
			*ret_len = len;
			return 0;
		}
		if (got < 0 && errno != EINTR)
			code = -errno;
		if (got > 0 && (len += (size_t)got) > max)
			code = -EFBIG;
	}
	free(bytes);
	return code;
}
