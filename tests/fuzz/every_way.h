/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts a frame through every way the program has for one, and checks what must hold of the result
 * whatever its bytes are: text is clean for a terminal, JSON is JSON, a filter answers the same
 * from bytes and from the tree, offsets stay inside. What is broken aborts. Shared by the fuzz
 * targets and by cut_frames.c.
 */
#ifndef SONDE_TESTS_FUZZ_EVERY_WAY_H
#define SONDE_TESTS_FUZZ_EVERY_WAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "packet/frame.h"

enum way {
	WAY_LIST,   /* the packet list: columns, no tree */
	WAY_TREE,   /* -V */
	WAY_BYTES,  /* -x */
	WAY_FIELDS, /* -T fields */
	WAY_JSON,   /* -T json */
	WAY_EK,     /* -T ek */
	WAY_RAW,    /* -T json -x */
	WAY_PDML,   /* -T pdml */
	WAY_FILTER, /* -Y, some filters */
	WAY_QUICK,  /* decode, checksum, summary, trace line */
	WAY_LEDGER, /* what a scan makes of it */
	WAYS,
};

extern const char *const way_names[WAYS];

/* What one way did with one frame; none of it depends on the clock. */
struct way_cost {
	uint32_t steps; /* turns of the dissectors' loops */
	uint32_t items; /* of the tree */
	size_t text;    /* bytes in the tree's arena */
	size_t out;     /* bytes written */
};

#define EVERY_WAY_FILTERS 6

struct every_way;

/* One reader of one capture, its tables empty; aborts when memory is out. */
struct every_way *every_way_new(void);
void every_way_free(struct every_way *w);

/* Another capture: the tables are empty again. Filters and columns, which cost more, are kept. */
void every_way_renew(struct every_way *w);

/* The capture comes a second time, as -2 has it. */
void every_way_rewind(struct every_way *w);

/* Takes the frame one way. */
void every_way_take(struct every_way *w, enum way way, const struct frame *frame,
		    struct way_cost *ret_cost);

/* Checks what was written last. */
void every_way_check(const struct every_way *w, enum way way);

/* All of them, each checked. */
void every_way_frame(struct every_way *w, const struct frame *frame);

/*
 * The quick way, the tree, and one more in turn (all of them in WAYS turns). Of a long frame's cuts
 * the latter two only where the tree looks otherwise than that of the last one, or once in a while;
 * the tree is made of each.
 */
void every_way_some(struct every_way *w, const struct frame *frame, unsigned turn);

/*
 * Gives back what was kept for the next frame, so that whatever is held after it is the next
 * frame's; room for what is written, which goes out at once, is made beforehand.
 */
void every_way_forget(struct every_way *w);

#endif
