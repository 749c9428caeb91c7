/* SPDX-License-Identifier: Apache-2.0 */
/* A network namespace of the test's own, with what the tests of src/net need in it. */
#ifndef SONDE_TESTS_NET_LAB_H
#define SONDE_TESTS_NET_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nsec.h"
#include "net/ring.h"
#include "net/send.h"
#include "wire/addr.h"

/* What a test is willing to wait for something that must come; nothing waits this long in a pass. */
#define LAB_PATIENCE (10 * NSEC_PER_SEC)

/*
 * Moves this process into fresh network and mount namespaces (inside a fresh user namespace when it
 * is not root), with lo up and IPv6 off on all interfaces made later, so that none talks on its own.
 * Ends the process with status 1 and a sentence when that is impossible.
 */
void lab_enter(void);

/* Runs a shell command; ends the process when it fails. printf-like. */
void lab_run(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The index of an interface; ends the process when there is none. */
uint32_t lab_index(const char *name);

/* Creates a layer-3 tun device and switches it on; returns the descriptor of its far side. */
int lab_tun(const char *name);

/* Frames as delivered, copied. */
#define LAB_FRAMES_MAX 4096
#define LAB_BYTES_MAX  2100
struct lab_frames {
	size_t count;
	struct frame frames[LAB_FRAMES_MAX];
	uint8_t bytes[LAB_FRAMES_MAX][LAB_BYTES_MAX];
};

/* A ring_fn that adds to a struct lab_frames. */
void lab_collect(void *user, const struct frame *frame);

/* Reads until frames->count reached count (true) or patience ended. */
bool lab_read(struct ring *ring, struct lab_frames *frames, size_t count);

/* Makes the veth pair left and right, up; returns when the kernel has noticed their carrier. */
void lab_link_pair(void);

/* True when fd is readable within LAB_PATIENCE. */
bool lab_readable(int fd);

#define LAB_HOP_BY_HOP 0xff /* as an extension header: its true number 0 means none here */

/* What goes into a test packet. Zero: the simplest choice. */
struct lab_packet {
	struct addr source;
	struct addr target;
	uint8_t protocol; /* IPPROTO_* of the last header; 1, 6, 17, 58... */
	uint16_t source_port;
	uint16_t target_port;
	uint16_t fragment;  /* the IPv4 fragment word: 0x2000 more fragments, offset / 8 */
	uint8_t extension;  /* IPv6: put 8 bytes of this extension header before the protocol */
	uint8_t ip_options; /* IPv4: bytes of options, a multiple of 4 */
	uint8_t tcp_flags;  /* 0x02 SYN */
	uint32_t sequence;  /* of TCP, or the first payload bytes of UDP */
	bool ethernet;      /* with an Ethernet header */
	uint16_t vlan;      /* with a VLAN tag of this id */
	size_t pad_to;      /* at least so many bytes in all */
};

/* Builds it with right checksums; returns the length. size must do. */
size_t lab_build(const struct lab_packet *packet, uint8_t *out, size_t size);

/* Sends one packet on an interface; returns the bytes sent, valid until the next call. */
const uint8_t *lab_put(struct sender *sender, uint32_t ifindex, const struct lab_packet *packet,
		       size_t *ret_len);

/* An address from text that must be one. */
struct addr lab_addr(const char *text);

#endif
