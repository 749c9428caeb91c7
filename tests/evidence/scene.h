/* SPDX-License-Identifier: Apache-2.0 */
/* A scan played by hand: frames built in memory and fed to a ledger. For tests. */
#ifndef SONDE_TESTS_EVIDENCE_SCENE_H
#define SONDE_TESTS_EVIDENCE_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/ledger.h"
#include "evidence/reading.h"
#include "evidence/surroundings.h"
#include "evidence/verdict.h"
#include "proto/tcp.h"
#include "scan/probe.h"

#define MS NSEC_PER_MSEC

/* One scan. now is the time of the next frame. note is what the last frame meant. */
struct scene {
	struct ledger *ledger;
	nsec_t now;
	uint64_t frames;
	struct note note;
	struct packet packet;
	struct addr us;
	uint8_t their_mac[MAC_LEN];     /* whom our frames go to */
	uint8_t bytes[PROBE_FRAME_MAX]; /* the last frame */
	uint32_t len;
	bool keep;                   /* build the next frame, feed it not */
	struct reading *reading;     /* goes between frames and ledger unless it is NULL */
	struct surroundings *around; /* fed, too; NULL at first */
	uint32_t interface;          /* of the frames to come */
	uint32_t snap;               /* they are cut to so many bytes; 0: they are whole */
	uint8_t hops;                /* with which hosts' frames arrive; 57 at first */
	uint8_t from_mac[MAC_LEN];   /* by which they are handed to us */
	uint8_t our_mac[MAC_LEN];    /* by which ours are handed on */
	bool tapped;                 /* by a third machine: probes have no direction */
};

/* Parsed; fails the test when it is none. */
struct addr scene_addr(const char *text);

void scene_begin(struct scene *s);
void scene_end(struct scene *s);

/* Feeds surroundings from now on; scene_end() frees them. */
void scene_look_around(struct scene *s);

/* Feeds the len bytes of s->bytes as the next frame. */
void scene_feed(struct scene *s, enum frame_direction direction);

/* Probes as our scanner builds them. */
void scene_syn(struct scene *s, const char *target, uint16_t port, uint16_t local_port,
	       uint32_t seq);
void scene_ack(struct scene *s, const char *target, uint16_t port, uint16_t local_port,
	       uint32_t ack);
void scene_echo(struct scene *s, const char *target, uint32_t cookie);
void scene_timestamp(struct scene *s, const char *target, uint32_t cookie);
void scene_resolve(struct scene *s, const char *target); /* ARP or neighbour solicitation */

/* A TCP segment from a host to us; header as given but for addresses. */
void scene_tcp(struct scene *s, const char *from, const struct tcp_hdr *tcp);

/* The usual answers to scene_syn(). */
void scene_syn_ack(struct scene *s, const char *from, uint16_t port, uint16_t local_port,
		   uint32_t ack);
void scene_rst(struct scene *s, const char *from, uint16_t port, uint16_t local_port, uint32_t ack);

/* A TCP segment from us: a reset of our own kernel, for one. */
void scene_own_tcp(struct scene *s, const char *target, const struct tcp_hdr *tcp);

/* A UDP datagram from us without content, one from a host, and a question to a name server. */
void scene_udp(struct scene *s, const char *target, uint16_t port, uint16_t local_port);
void scene_udp_back(struct scene *s, const char *from, uint16_t port, uint16_t local_port);
void scene_lookup(struct scene *s, const char *server, uint16_t local_port);

/* An IP packet from us to target with this protocol and content (its checksum is not filled). */
void scene_ip(struct scene *s, const char *target, uint8_t protocol, const void *data,
	      uint16_t len);
/* The same from a host. */
void scene_ip_back(struct scene *s, const char *from, uint8_t protocol, const void *data,
		   uint16_t len);

/* An error by `from` that quotes the IP packet that s->bytes holds: the last one sent. */
void scene_error_of_last(struct scene *s, const char *from, uint8_t type, uint8_t code);

void scene_echo_reply(struct scene *s, const char *from, uint32_t cookie);
void scene_timestamp_reply(struct scene *s, const char *from, uint32_t cookie);
void scene_resolved(struct scene *s, const char *target, const uint8_t mac[static MAC_LEN]);

/* An ICMP or ICMPv6 error from `from` that quotes quoted_len bytes of our SYN to target. */
struct scene_error {
	const char *from;
	const char *target;
	uint8_t type;
	uint8_t code;
	uint16_t port;
	uint16_t local_port;
	uint32_t seq;
	uint8_t quoted_len; /* of the TCP header: 8 to 20 */
};
void scene_error(struct scene *s, const struct scene_error *e);

/* The index of a host, and the verdict on a port; both fail the test when there is none. */
uint32_t scene_host(const struct scene *s, const char *addr);
struct port_verdict scene_verdict(const struct scene *s, const char *addr, uint16_t port);

/* Asserts state and reason of a port that probes of this kind asked about. */
void scene_expect_by(const struct scene *s, const char *addr, enum probe_kind kind, uint16_t port,
		     enum port_state state, const char *reason);

/* The same of a port that SYNs asked about. */
void scene_expect(const struct scene *s, const char *addr, uint16_t port, enum port_state state,
		  const char *reason);

#endif
