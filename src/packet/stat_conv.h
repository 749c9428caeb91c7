/* SPDX-License-Identifier: Apache-2.0 */
/* Conversations and endpoints of one protocol: who talks to whom, and how much. */
#ifndef SONDE_PACKET_STAT_CONV_H
#define SONDE_PACKET_STAT_CONV_H

#include "packet/stat_frame.h"
#include "packet/stat_table.h"

/* A kind of conversation: conv,NAME and endpoints,NAME. */
struct stat_conv_type {
	const char *name;  /* "tcp" */
	const char *title; /* "TCP" */
	uint8_t protocol;  /* enum protocol_id whose headers are counted */
	bool ports;        /* its sides have ports */
	bool core;         /* its headers are among those packet_decode() reads */
};

/* All of them; ends with a NULL name. */
extern const struct stat_conv_type stat_conv_types[];

/* NULL when there is none of this name (of len bytes). */
const struct stat_conv_type *stat_conv_type(const char *name, size_t len);

struct stat_conv {
	const struct stat_conv_type *type;
	bool endpoints; /* else conversations */
	struct stat_table table;
};

/* key: a secret drawn once a run. */
void stat_conv_init(struct stat_conv *c, const struct stat_conv_type *type, bool endpoints,
		    const struct hash_key *key);
void stat_conv_done(struct stat_conv *c);
void stat_conv_feed(struct stat_conv *c, const struct stat_frame *f);
void stat_conv_bares(struct stat_conv *c, const struct stat_bares *b);

#endif
