/* SPDX-License-Identifier: Apache-2.0 */
/* What the hellos of TLS share with their extensions; only proto/tls_*.c includes this. */
#ifndef SONDE_PROTO_TLS_HELLO_H
#define SONDE_PROTO_TLS_HELLO_H

#include "proto/dissect.h"
#include "proto/tls.h"

#define TLS_NOTED_MAX 1024 /* of a fingerprint: longer lists are cut, which no real hello needs */

/* IANA, "TLS ExtensionType Values" */
enum {
	TLS_EXT_SERVER_NAME = 0,
	TLS_EXT_MAX_FRAGMENT_LENGTH = 1,
	TLS_EXT_STATUS_REQUEST = 5,
	TLS_EXT_SUPPORTED_GROUPS = 10,
	TLS_EXT_POINT_FORMATS = 11,
	TLS_EXT_SIGNATURE_ALGORITHMS = 13,
	TLS_EXT_HEARTBEAT = 15,
	TLS_EXT_ALPN = 16,
	TLS_EXT_PADDING = 21,
	TLS_EXT_ENCRYPT_THEN_MAC = 22,
	TLS_EXT_EXTENDED_MASTER_SECRET = 23,
	TLS_EXT_COMPRESS_CERTIFICATE = 27,
	TLS_EXT_RECORD_SIZE_LIMIT = 28,
	TLS_EXT_SESSION_TICKET = 35,
	TLS_EXT_PRE_SHARED_KEY = 41,
	TLS_EXT_SUPPORTED_VERSIONS = 43,
	TLS_EXT_COOKIE = 44,
	TLS_EXT_PSK_MODES = 45,
	TLS_EXT_POST_HANDSHAKE_AUTH = 49,
	TLS_EXT_SIGNATURE_ALGORITHMS_CERT = 50,
	TLS_EXT_KEY_SHARE = 51,
	TLS_EXT_RENEGOTIATION_INFO = 65281,
};

/* Lists of numbers that fingerprints are made of. */
enum tls_noted {
	TLS_NOTED_SUITES,
	TLS_NOTED_EXTENSIONS,
	TLS_NOTED_GROUPS,
	TLS_NOTED_POINTS,
	TLS_NOTED
};

/* One hello as far as it was read. */
struct tls_hello {
	bool server;
	uint16_t version;
	struct tls_choice *choice;
	size_t lens[TLS_NOTED];
	char lists[TLS_NOTED][TLS_NOTED_MAX];
};

/* A list of numbers of `size` bytes behind a length of `prefix` bytes; noted for a fingerprint. */
struct tls_list {
	uint16_t length_id;
	uint16_t list_id; /* 0: the numbers stand under no line of their own */
	uint16_t item_id;
	uint8_t prefix;
	uint8_t size;
	int list;          /* enum tls_noted, or -1 */
	const char *title; /* "Cipher Suites", "suite": "Cipher Suites (18 suites)" */
	const char *word;  /* NULL: "EC point formats (3)" */
};

/* Adds a number to a list of the fingerprint, unless it is there to try the reader (RFC 8701). */
void tls_note(struct tls_hello *h, enum tls_noted list, uint64_t number);

/* Says the list that begins with its length at the cursor, and notes its numbers where they count. */
void tls_say_list(struct dissect *d, struct cursor *c, struct tls_hello *h,
		  const struct tls_list *shape);

/* The extension that begins at the cursor: its number, its length and what is in it. */
void tls_say_extension(struct dissect *d, struct cursor *c, struct tls_hello *h);

#endif
