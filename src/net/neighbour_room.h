/* SPDX-License-Identifier: Apache-2.0 */
/* How many neighbours the kernel keeps at once. */
#ifndef SONDE_NET_NEIGHBOUR_ROOM_H
#define SONDE_NET_NEIGHBOUR_ROOM_H

#include <stdint.h>

#define NEIGHBOUR_ROOM_USUAL 1024    /* the kernel's own default of gc_thresh3 */
#define NEIGHBOUR_ROOM_MAX   1000000 /* more is taken for this */

/*
 * The places of the kernel's table for an address family (4 or 6), from gc_thresh3. The usual
 * number where that cannot be read: network namespaces but the first do not show it.
 */
uint32_t neighbour_room(uint8_t family);

/* The same of a file that holds the number; for tests. */
uint32_t neighbour_room_in(const char *path);

#endif
