/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that sends: frames to a device, or IP packets by the kernel's own output path. */
#ifndef SONDE_NET_SEND_H
#define SONDE_NET_SEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "packet/frame.h"

struct sender;

/* One thing to send. bytes belong to the caller and are done with when sender_send() returns. */
struct send_item {
	/*
	 * false: bytes are a frame with the header that `link` says, put on interface ifindex as it
	 * is. true: bytes are an IP packet, and the kernel routes it; the way for ROUTE_LOCAL
	 * destinations, because the kernel refuses packets of 127.0.0.1 injected into lo. There it
	 * fills in the IPv4 total length and header checksum, and the id if it is 0.
	 */
	bool by_kernel;
	uint32_t ifindex;    /* by_kernel: only the zone of a link-local IPv6 destination, else 0 */
	enum link_type link; /* LINK_ETHERNET, LINK_RAW (version nibble tells) or LINK_IPV4/6 */
	const uint8_t *bytes;
	uint32_t len;
	/*
	 * Filled in: 0 sent; -EAGAIN the kernel has no room now, try again later; another -errno:
	 * this item cannot be sent (-ENETDOWN, -EMSGSIZE, -ENXIO no such interface...).
	 */
	int result;
};

/* Counts since sender_open(). */
struct send_stats {
	uint64_t sent;
	uint64_t bytes;
	uint64_t again;  /* items given back with -EAGAIN */
	uint64_t failed; /* items given back with another code */
	uint64_t calls;  /* system calls made */
};

/*
 * Opens all sockets sending will ever need (AF_PACKET, raw IPv4, raw IPv6). Needs CAP_NET_RAW here
 * and never again. 0 and *ret_sender, or -errno with a sentence. A machine without IPv6 is fine:
 * by_kernel IPv6 items then give -EAFNOSUPPORT.
 */
int sender_open(struct sender **ret_sender, struct err *err);

/* Closes the sockets; NULL is fine. */
void sender_close(struct sender *sender);

/*
 * Sends the items in order, in batches of up to 64 a system call; never waits. Sets every result;
 * after the first -EAGAIN the rest is not tried and gets -EAGAIN too, so that order holds. Returns
 * how many were sent.
 */
size_t sender_send(struct sender *sender, struct send_item *items, size_t count);

/*
 * The packet socket, to watch for writing (EPOLLOUT) after -EAGAIN. A full device queue (ENOBUFS)
 * gives no such event: pair it with a timer.
 */
int sender_fd(const struct sender *sender);

/* The counts so far. */
struct send_stats sender_stats(const struct sender *sender);

#endif
