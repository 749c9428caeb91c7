/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conversations that a packet of another one announces: a transfer that goes on between other
 * ports (TFTP, FTP), a stream of speech that a call agrees upon (RTP).
 *
 * Theory of operation. A dissector that reads such an agreement calls dissect_announce() with the
 * place (an address and a port) and, where it knows them, the other side's address and port. From
 * then on what is sent to or from that place is asked for before any port number is: the table
 * behind hooks->announced finds the announcement, and the protocol named there may read the
 * payload, unless its `accepts` refuses. What fits several announcements belongs to that which
 * says most of the other side; then to the receiver's place, then to the sender's; and what was
 * announced again belongs to the newer one.
 *
 * An announcement also carries what its protocol keeps from packet to packet (struct announced).
 * The dissector finds it by dissect_announced() and may change it. It lies in a table of fixed size
 * (packet/announcements.h): between two packets it may be gone, and then nobody knows that the
 * conversation was announced. A second pass begins with an empty table, so that both passes say
 * the same.
 *
 * Frames without payload never ask, and where nothing was announced for either port an answer
 * costs two bits of a table: the ways that read headers only (packet/plain.h, packet/bare.h,
 * display filters of core fields) know nothing of this, because none of it is of their fields.
 */
#ifndef SONDE_PROTO_ANNOUNCE_H
#define SONDE_PROTO_ANNOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/dissect.h"
#include "wire/addr.h"

#define ANNOUNCED_TEXT_MAX 256 /* of a name or a path that is kept, with its NUL */

/* A transfer of TFTP. */
struct announced_tftp {
	uint32_t block; /* the highest so far, counted on beyond 65535 */
	uint16_t client_port;
	uint16_t block_len; /* as agreed */
	bool write;
	bool sized; /* the server told the file's length */
	char file[ANNOUNCED_TEXT_MAX];
};

#define ANNOUNCED_CALL_MAX  96
#define ANNOUNCED_NAMES_MAX 184

/* A stream of RTP or its RTCP. */
struct announced_rtp {
	uint32_t sequence;                  /* the last one, counted on; rtp.h has the first */
	char call_id[ANNOUNCED_CALL_MAX];   /* of the call that agreed upon it */
	uint8_t names[ANNOUNCED_NAMES_MAX]; /* of payload types: rtp_names_add() */
	uint8_t names_len;
	bool secure; /* SRTP: the payload is encrypted */
};

/* A transfer of FTP; and, on the control connection, the one agreed to last. */
struct announced_ftp {
	char method[8]; /* the command that agreed to it: "PASV" */
	struct addr address;
	uint16_t port;
	uint32_t command_frame; /* 0: none yet */
	char command[ANNOUNCED_TEXT_MAX];
};

struct announced {
	uint8_t protocol; /* enum protocol_id: who reads it */
	uint32_t frame;   /* that announced it */
	union {
		struct announced_tftp tftp;
		struct announced_rtp rtp;
		struct announced_ftp ftp;
	};
};

/* A place, and who may speak with it. */
struct announcement {
	uint8_t transport; /* IP_UDP or IP_TCP */
	const struct addr *address;
	uint16_t port;
	const struct addr *other; /* NULL: anybody */
	uint16_t other_port;      /* 0: from any port */
	struct announced what;
};

/*
 * Takes note of it, in place of an older one for the same; nothing within a quoted packet's reach.
 */
static inline void dissect_announce(struct dissect *d, const struct announcement *a)
{
	if (d->hooks && d->hooks->announce && a->port && a->address->family)
		d->hooks->announce(d->flows, a);
}

/*
 * The message being read is of a server over TCP, and says that another protocol begins behind it:
 * from here on the connection's payload is read as that.
 */
void dissect_announce_rest(struct dissect *d, enum protocol_id protocol);

/* What announced the packet being read, if it was announced as this protocol; else NULL. */
static inline struct announced *dissect_announced(const struct dissect *d,
						  enum protocol_id protocol)
{
	struct announced *a = d->kept.announced;

	return a && a->protocol == protocol ? a : NULL;
}

/* A number that wraps at 65536, counted on: the nearest to the last one that is not negative. */
static inline uint32_t announced_count_on(uint32_t last, uint16_t number)
{
	uint32_t step = (uint16_t)(number - last);

	if (step <= 0x8000)
		return last + step;
	return last >= 0x10000 - step ? last - (0x10000 - step) : number;
}

#endif
