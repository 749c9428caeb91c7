/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a protocol's fields are called, and what kind of value each holds: one const table a
 * protocol. Names and labels are Wireshark's, so that filters and habits carry over.
 */
#ifndef SONDE_WIRE_FIELD_H
#define SONDE_WIRE_FIELD_H

#include <stdint.h>

enum field_type {
	FIELD_NONE,	/* a line of the tree without a value ("Options") */
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
	FIELD_TIME,	 /* absolute, ns since 1970 */
	FIELD_DURATION,	 /* relative, ns */
	FIELD_FRAME,	 /* number of another frame */
	FIELD_TYPES
};

/* How an integer is shown: 80, 0x0050, 80 (0x0050), 0x0050 (80). */
enum field_base {
	BASE_DEC,
	BASE_HEX,
	BASE_DEC_HEX,
	BASE_HEX_DEC,
	BASE_OCT,
};

/* A value, or a range of values, with a name. Tables end with a NULL name. */
struct value_name {
	uint64_t first;
	uint64_t last;
	const char *name;
};

#define VALUE(number, text) {(number), (number), (text)}
#define VALUE_END	    {0, 0, NULL}

struct field {
	const char *name;  /* for filters: "tcp.srcport" */
	const char *label; /* for people: "Source Port" */
	uint8_t type;	   /* enum field_type */
	uint8_t base;	   /* enum field_base */
	uint8_t width;	   /* bytes of the number: digits in hexadecimal, limit of a literal */
	uint64_t mask;	   /* bits within a wider number, 0 for all; the value is shifted down */
	const struct value_name *names;
	const char *yes; /* FIELD_BOOL: words for true and false; NULL: "True", "False" */
	const char *no;
};

/* The name of value in a table (which may be NULL); NULL when it has none. */
const char *value_name(const struct value_name *names, uint64_t value);

#endif
