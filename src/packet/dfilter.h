/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Display filters: the language of Wireshark 4.0's -Y, compiled once, asked for each frame.
 * How it works stands at the head of dfilter.c.
 */
#ifndef SONDE_PACKET_DFILTER_H
#define SONDE_PACKET_DFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "packet/decode.h"
#include "packet/frame.h"
#include "proto/dissect.h"
#include "wire/tree.h"

/* A filter beyond these is refused. */
#define DFILTER_TEXT_MAX  (1024u * 1024)
#define DFILTER_NODES_MAX 20000
#define DFILTER_DEPTH_MAX 200

struct dfilter;

/* What is wrong with a filter, and with which bytes of its text; len 0: with its end. */
struct dfilter_error {
	struct err err; /* one sentence */
	size_t at;
	size_t len;
};

/* Where fields are looked up: the registry's own, or a test's. */
struct dfilter_names {
	const struct field *(*get)(uint16_t id);
	int (*find)(const char *name, int after); /* as field_find() */
};

/*
 * Compiles text (of len bytes; an empty one matches every frame). 0 and *ret_filter, to be given
 * back with dfilter_free(); or negative and *ret_error.
 */
int dfilter_compile(const char *text, size_t len, struct dfilter **ret_filter,
		    struct dfilter_error *ret_error);

/* The same with other fields; names must outlive the filter. */
int dfilter_compile_names(const char *text, size_t len, const struct dfilter_names *names,
			  struct dfilter **ret_filter, struct dfilter_error *ret_error);

void dfilter_free(struct dfilter *f);

/* Writes the sentence, the line of the filter, and a line that points at the place: "    ^~~". */
void dfilter_error_write(struct buf *out, const char *text, size_t len,
			 const struct dfilter_error *error);

/*
 * The TREE_FIELDS_MAX bits of struct tree's `wanted`: fields the filter looks at. Lives as long
 * as the filter.
 */
const uint64_t *dfilter_wanted(const struct dfilter *f);

/*
 * Whether the frame that was taken apart matches. d->tree holds at least the wanted fields; the
 * sources and layers say where the bytes of protocols lie, and nothing else of d is looked at.
 * Allocates nothing; a filter serves one thread.
 */
bool dfilter_matches(struct dfilter *f, const struct dissect *d);

/*
 * For how many frames so far a comparison was given up because it cost too much: it then did not
 * hold.
 */
uint64_t dfilter_limited(const struct dfilter *f);

enum dfilter_answer {
	DFILTER_NO,
	DFILTER_YES,
	DFILTER_UNSURE, /* take the frame apart and ask dfilter_matches() */
};

/*
 * Answers from the frame's bytes alone, without a tree, when the filter asks only for fields of
 * the core headers and the frame is a plain one. What it answers dfilter_matches() would answer.
 */
enum dfilter_answer dfilter_quick(struct dfilter *f, const struct frame *frame,
				  const struct dispatch *dispatch);

/* The same from what packet_decode() said of the frame. */
enum dfilter_answer dfilter_core(struct dfilter *f, const struct frame *frame,
				 const struct packet *packet, const struct dispatch *dispatch);

/*
 * False when the filter can match no segment between these two TCP ports, whichever is the source,
 * and no ICMP error that quotes one: nobody will ask for their stream. True also when that cannot
 * be told from ports.
 */
bool dfilter_may_match_ports(const struct dfilter *f, uint16_t one, uint16_t other);

/* Whether the filter asks only for fields of the core headers, so that this may ever be sure. */
bool dfilter_is_core(const struct dfilter *f);

#endif
