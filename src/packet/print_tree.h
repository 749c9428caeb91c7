/* SPDX-License-Identifier: Apache-2.0 */
/* The tree and the bytes of one frame as tshark -V and -x print them. */
#ifndef SONDE_PACKET_PRINT_TREE_H
#define SONDE_PACKET_PRINT_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "proto/dissect.h"
#include "wire/tree.h"

/* The children of each item in order, worked out once a frame; reused. Start with zero. */
struct tree_links {
	uint32_t *first; /* child of an item; place `count` is the top: TREE_NO_PARENT when none */
	uint32_t *next;  /* sibling */
	uint32_t *last;
	uint32_t room;
};

/* False when memory ran out. */
bool tree_links_make(struct tree_links *links, const struct tree *tree);
void tree_links_done(struct tree_links *links);

/*
 * A walk in printing order: begin with walk = {.at = TREE_NO_PARENT}, then each call gives the
 * next item's index or TREE_NO_PARENT; depth counts from 0. skip leaves out the children of the
 * item given last.
 */
struct tree_walk {
	uint32_t at;
	uint32_t depth;
	bool skip;
};

uint32_t tree_walk_next(struct tree_walk *walk, const struct tree_links *links,
			const struct tree *tree);

/* How a tree is printed; zero is tshark's way. */
struct print_style {
	const bool *only; /* -O: a flag for each protocol whose details are wanted; NULL: all */
	bool ranges;      /* behind each line the bytes it stands for: "frame[22:1]" */
};

/*
 * Appends the tree as tshark -V does, an empty line behind it. Protocols whose details are not
 * wanted get their one line.
 */
void print_tree(struct buf *out, const struct dissect *d, struct tree_links *links,
		const struct print_style *style);

/* Whose bytes stand out in print_bytes(), in reverse video. Zero: none. */
struct print_marks {
	const bool *only;       /* a flag for each protocol, NULL for none; */
	const uint64_t *fields; /* a bit for each field, NULL for none */
};

/*
 * Appends the bytes as tshark -x does, each source with its heading when there are several. marks
 * may be NULL; they need the tree with those fields.
 */
void print_bytes(struct buf *out, const struct dissect *d, const struct print_marks *marks);

#endif
