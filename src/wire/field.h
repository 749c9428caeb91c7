/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a protocol's fields are called, and what kind of value each holds: one const table a
 * protocol. Names and labels are Wireshark's, so that filters and habits carry over.
 */
#ifndef SONDE_WIRE_FIELD_H
#define SONDE_WIRE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
	FIELD_NONE,     /* a line of the tree without a value ("Options") */
	FIELD_PROTOCOL, /* the protocol itself: present or not; its bytes can be sliced */
	FIELD_BOOL,
	FIELD_UINT,
	FIELD_INT,
	FIELD_DOUBLE,
	FIELD_BYTES,
	FIELD_ETHER,
	FIELD_IPV4,
	FIELD_IPV6,
	FIELD_STRING,
	FIELD_TIME,     /* absolute, ns since 1970 */
	FIELD_DURATION, /* relative, ns */
	FIELD_FRAME,    /* number of another frame */
	FIELD_TYPES
};

/*
 * How an integer is shown: 80, 0x0050, 80 (0x0050), 0x0050 (80). With a table of names a value is
 * "name (number)"; one that has none is "Unknown (number)", or the bare number with BASE_SPECIAL.
 */
enum field_base {
	BASE_DEC,
	BASE_HEX,
	BASE_DEC_HEX,
	BASE_HEX_DEC,
	BASE_OCT,
	BASE_NAME, /* the name alone */
	BASE_OUI,  /* an organisation's three bytes: "00:80:c2 (IEEE)" */
	BASE_MASK = 0x0f,
	BASE_SPECIAL = 0x10, /* names are for a few special values only */
	BASE_LOCAL = 0x20,   /* FIELD_TIME: the clock of the machine that reads; else UTC */
	BASE_COLON = 0x40,   /* FIELD_BYTES: "0a:0b" */
	BASE_NONE = 0x80,    /* FIELD_BYTES: may be empty, which is "<none>", not "<MISSING>" */
};

/* A value, or a range of values, with a name. Tables end with a NULL name. */
struct value_name {
	uint64_t first;
	uint64_t last;
	const char *name;
};

#define VALUE(number, text)                                                                        \
	{                                                                                          \
		(number), (number), (text)                                                         \
	}
#define VALUE_END                                                                                  \
	{                                                                                          \
		0, 0, NULL                                                                         \
	}

struct field {
	const char *name;  /* for filters: "tcp.srcport" */
	const char *label; /* for people: "Source Port" */
	uint8_t type;      /* enum field_type */
	uint8_t base;      /* enum field_base */
	uint8_t width;     /* bytes of the number: digits in hexadecimal, limit of a literal */
	uint64_t
		mask; /* bits within a number of `width` bytes, 0 for all; values are shifted down */
	const struct value_name *names;
	const char *yes; /* FIELD_BOOL: words for true and false; NULL: "True", "False" */
	const char *no;
	const char *unit; /* numbers: what follows them in the tree: " bytes" */
	uint8_t bits;     /* with a mask: how many its line draws; 0: all of `width` bytes */
	bool own; /* Wireshark has a protocol of that name: -T ek does not put ours before it */
};

/* A field of the program: number of its protocol (enum protocol_id) and place in its table. */
#define FIELD_ID(protocol, index) ((uint16_t)((protocol) << 8 | (index)))

/* A number's bits under a mask (0: all of them), shifted down. */
static inline uint64_t field_bits(uint64_t number, uint64_t mask)
{
	return mask ? (number & mask) >> __builtin_ctzll(mask) : number;
}

/* The name of value in a table (which may be NULL); NULL when it has none. */
const char *value_name(const struct value_name *names, uint64_t value);

#endif
