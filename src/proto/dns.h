/* SPDX-License-Identifier: Apache-2.0 */
/* The Domain Name System (RFC 1035): header, questions, and the records with the names in them. */
#ifndef SONDE_PROTO_DNS_H
#define SONDE_PROTO_DNS_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/addr.h"
#include "wire/cursor.h"

#define DNS_PORT       53
#define DNS_NAME_MAX   255  /* RFC 1035 s. 2.3.4: bytes on the wire, which the text never exceeds */
#define DNS_HOPS_MAX   1024 /* pointers followed in one message: a budget, not a standard */
#define DNS_LABELS_MAX 20000 /* of names that are not kept, in one message: a budget too */

/* Bits of the flags word (RFC 1035 s. 4.1.1). */
enum dns_flag {
	DNS_RESPONSE = 0x8000,
	DNS_OPCODE_MASK = 0x7800,
	DNS_RCODE_MASK = 0x000f,
};

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_AAAA = 28, /* RFC 3596 */
	DNS_SRV = 33,  /* RFC 2782 */
	DNS_OPT = 41,  /* RFC 6891 */
	DNS_ANY = 255,
};

struct dns_hdr {
	uint16_t id;
	uint16_t flags;     /* enum dns_flag */
	uint16_t counts[4]; /* questions, answers, authority records, additional records */
};

/* Labels joined by dots, bytes as they came (escape before printing); empty for the root. */
struct dns_name {
	uint8_t len;
	char bytes[DNS_NAME_MAX];
};

struct dns_question {
	struct dns_name name;
	uint16_t type;
	uint16_t class;
};

/* target and address are filled for the types that have one. */
struct dns_record {
	struct dns_name name;
	uint16_t type;
	uint16_t class;
	uint32_t ttl;        /* seconds */
	struct addr address; /* A, AAAA */
	bool has_target;
	struct dns_name target; /* NS, CNAME, PTR, SOA's first, MX, SRV */
	uint16_t preference;    /* MX */
};

/*
 * Walks one message. Pointers must lead backwards and are counted over the whole message, so that
 * no name can make the walk long (RFC 1035 s. 4.1.4 has no bound).
 */
struct dns_reader {
	struct cursor message; /* at the first byte of the header, over the whole message */
	struct cursor next;    /* at what is read next; its status is the reader's */
	uint32_t hops;
	uint32_t labels; /* walked of names that are too long to keep */
	struct dns_hdr header;
};

/* Reads the header of the message that *data covers. */
void dns_open(const struct cursor *data, struct dns_reader *ret_reader);

/* The name at c, over which c steps; an error is c's. */
void dns_name_read(struct dns_reader *reader, struct cursor *c, struct dns_name *ret_name);

/* The next question or record; false, and nothing promised, when it cannot be read. */
bool dns_read_question(struct dns_reader *reader, struct dns_question *ret_question);
bool dns_read_record(struct dns_reader *reader, struct dns_record *ret_record);

/* Names of numbers, constants; NULL when a number has none. */
const char *dns_type_name(uint16_t type);
const char *dns_opcode_name(uint16_t flags);
const char *dns_rcode_name(uint16_t flags);

#endif
