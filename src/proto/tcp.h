/* SPDX-License-Identifier: Apache-2.0 */
/* The Transmission Control Protocol (RFC 9293). */
#ifndef SONDE_PROTO_TCP_H
#define SONDE_PROTO_TCP_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/addr.h"
#include "wire/build.h"
#include "wire/cursor.h"

#define TCP_HEADER_MIN  20
#define TCP_OPTIONS_MAX 40

enum tcp_flag {
	TCP_FIN = 0x001,
	TCP_SYN = 0x002,
	TCP_RST = 0x004,
	TCP_PSH = 0x008,
	TCP_ACK = 0x010,
	TCP_URG = 0x020,
	TCP_ECE = 0x040, /* RFC 3168 */
	TCP_CWR = 0x080, /* RFC 3168 */
	TCP_AE = 0x100,  /* accurate ECN, formerly NS */
};

enum tcp_option_kind {
	TCP_OPTION_END = 0,
	TCP_OPTION_NOP = 1,
	TCP_OPTION_MSS = 2,
	TCP_OPTION_WSCALE = 3,  /* RFC 7323 */
	TCP_OPTION_SACK_OK = 4, /* RFC 2018 */
	TCP_OPTION_SACK = 5,    /* RFC 2018 */
	TCP_OPTION_ECHO = 6,    /* RFC 1072 */
	TCP_OPTION_ECHO_REPLY = 7,
	TCP_OPTION_TIMESTAMP = 8, /* RFC 7323 */
	TCP_OPTION_CC = 11,       /* RFC 1644 */
	TCP_OPTION_CC_NEW = 12,
	TCP_OPTION_CC_ECHO = 13,
	TCP_OPTION_MD5 = 19,          /* RFC 2385 */
	TCP_OPTION_QUICK_START = 27,  /* RFC 4782 */
	TCP_OPTION_USER_TIMEOUT = 28, /* RFC 5482 */
	TCP_OPTION_AO = 29,           /* RFC 5925 */
	TCP_OPTION_MULTIPATH = 30,    /* RFC 8684 */
	TCP_OPTION_FASTOPEN = 34,     /* RFC 7413 */
	TCP_OPTION_ACCECN0 = 172,     /* IANA: accurate ECN, two orders */
	TCP_OPTION_ACCECN1 = 174,
	TCP_OPTION_EXPERIMENT1 = 253, /* RFC 4727 */
	TCP_OPTION_EXPERIMENT2 = 254,
};

#define TCP_EXPERIMENT_FASTOPEN 0xf989 /* RFC 7413 s. 4.1.1; IANA's experiment ids, RFC 6994 */

struct dissector;

struct tcp_hdr {
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
	uint32_t ack;
	uint8_t header_len; /* bytes; 0 when it was not there (see complete) */
	uint8_t reserved;   /* the three bits between the offset and AE */
	uint16_t flags;     /* enum tcp_flag */
	uint16_t window;
	uint16_t checksum;
	uint16_t urgent;
	uint32_t options_at; /* offset in the frame and length of the options */
	uint32_t options_len;
	bool complete; /* all 20 fixed bytes were there; false: only ports and seq (a quote) */
};

/*
 * Reads header and options; c then stands at the data. A data offset below 5 words or beyond the
 * segment makes c malformed; the fields before it stay readable.
 */
void tcp_read(struct cursor *c, struct tcp_hdr *ret_header);

/*
 * Only what an ICMP error must quote (RFC 792): ports, sequence number, and where more is there
 * the rest. Never malformed for being short after the first eight bytes.
 */
void tcp_read_quoted(struct cursor *c, struct tcp_hdr *ret_header);

/*
 * Writes header and options (options_len a multiple of 4, at most 40) and, over both and the
 * pseudo-header, the checksum. Takes ports, seq, ack, flags, window, urgent. No data follows.
 */
void tcp_write(struct build *b, const struct tcp_hdr *header, const struct addr *source,
	       const struct addr *destination, const void *options, uint8_t options_len);

/* One option as it lies in the segment. */
struct tcp_option {
	uint8_t kind;        /* enum tcp_option_kind, or any other number */
	uint8_t len;         /* by its own length byte; 1 for END and NOP */
	bool fits;           /* the length is one that this kind may have */
	bool malformed;      /* length 0 or 1, or beyond the header: nothing can follow */
	uint32_t at;         /* offset in the frame of the kind byte */
	struct cursor value; /* over the bytes behind kind and length, those that are there */
};

/* A cursor over the options of a header that tcp_read() read from this frame. */
struct cursor tcp_options(const struct tcp_hdr *header, const void *frame_bytes,
			  uint32_t captured_len);

/*
 * The next option; false when there is none or the capture ends here (options->status tells).
 * Every true consumes at least a byte; after END or a malformed option comes no other.
 */
bool tcp_option_next(struct cursor *options, struct tcp_option *ret_option);

/* a comes before b in sequence space (RFC 9293 s. 3.4). */
static inline bool seq_lt(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/* Fields and function for trees, filters and columns (proto/dissect.h). */
extern const struct dissector tcp_dissector;

#endif
