/* SPDX-License-Identifier: Apache-2.0 */
/* Puts together the classic BPF program of a capture socket. */
#ifndef SONDE_NET_TAP_PROGRAM_H
#define SONDE_NET_TAP_PROGRAM_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

enum tap_direction {
	TAP_BOTH,
	TAP_IN,  /* not what this machine sends */
	TAP_OUT, /* only what it sends */
};

/*
 * Filters as libpcap compiles them: 0 drops a frame, any other value takes it. A frame of a device
 * with an Ethernet header meets ethernet, one without any link header meets raw. Both may be the
 * same or NULL (takes every frame).
 */
struct tap_filters {
	const struct sock_fprog *ethernet;
	const struct sock_fprog *raw;
};

#define TAP_PROGRAM_MAX 4096 /* instructions: the kernel's limit */

/*
 * Writes to code the program that takes frames of this direction (loopback devices have none: each
 * of their packets is taken once) which pass their filter, snap_len bytes of each. Returns how
 * many instructions, or 0 when they would be more than TAP_PROGRAM_MAX.
 */
size_t tap_program_make(enum tap_direction direction, uint32_t snap_len,
			const struct tap_filters *filters,
			struct sock_filter code[static TAP_PROGRAM_MAX]);

#endif
