// SPDX-License-Identifier: Apache-2.0
// How many neighbours the kernel keeps at once: see the header.
#include "net/neighbour_room.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define ROOM_V4    "/proc/sys/net/ipv4/neigh/default/gc_thresh3"
#define ROOM_V6    "/proc/sys/net/ipv6/neigh/default/gc_thresh3"
#define DIGITS_MAX 16

uint32_t neighbour_room_in(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[DIGITS_MAX] = "", *end = text;
	long long room;

	if (fd < 0)
		return NEIGHBOUR_ROOM_USUAL;
	if (read(fd, text, sizeof(text) - 1) <= 0)
		text[0] = '\0';
	close(fd);
	room = strtoll(text, &end, 10);
	if (end == text || (*end && *end != '\n') || room < 1)
		return NEIGHBOUR_ROOM_USUAL;
	return room < NEIGHBOUR_ROOM_MAX ? (uint32_t)room : NEIGHBOUR_ROOM_MAX;
}

uint32_t neighbour_room(uint8_t family)
{
	return neighbour_room_in(family == 4 ? ROOM_V4 : ROOM_V6);
}
