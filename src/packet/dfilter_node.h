/* SPDX-License-Identifier: Apache-2.0 */
/* What a display filter is made of between its text and its answer; only for dfilter*.c. */
#ifndef SONDE_PACKET_DFILTER_NODE_H
#define SONDE_PACKET_DFILTER_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "packet/dfilter.h"

#define FIELD_IDS_MAX 8 /* protocols that share one field name */
#define ARGUMENTS_MAX 64
#define VALUES_MAX    8192          /* values that one frame's comparison may hold at a time */
#define BYTES_MAX     (256u * 1024) /* bytes made by functions and slices for one frame */
#define PREFIX_WHOLE  255

/* The span of a node in the filter's text. */
struct span {
	size_t at;
	size_t len;
};

/*
 * A value of a field or a literal. Numbers of all widths, times and IPv4 addresses are one wide
 * signed number, so that arithmetic cannot wrap.
 */
struct value {
	uint8_t type;   /* enum field_type */
	uint8_t prefix; /* addresses: leading bits that count, or PREFIX_WHOLE */
	uint32_t len;   /* of bytes */
	union {
		__int128 number;
		double real;
		const uint8_t *bytes;
	};
};

enum node_kind {
	NODE_AND, /* children: left and its next */
	NODE_OR,
	NODE_NOT,
	NODE_PRESENT,
	NODE_NONZERO,
	NODE_COMPARE,
	NODE_IN,
	NODE_FIELD,
	NODE_REFERENCE, /* ${field}: of the frame a person selected; here there is none */
	NODE_WORD,      /* unquoted literal, until it is known what it stands beside */
	NODE_STRING,
	NODE_CHAR,
	NODE_LITERAL,
	NODE_SLICE,
	NODE_CALL,
	NODE_ARITHMETIC,
	NODE_NEGATE,
	NODE_RANGE, /* in a set: left to right */
};

enum compare_op {
	COMPARE_EQ,
	COMPARE_NE,
	COMPARE_GT,
	COMPARE_LT,
	COMPARE_GE,
	COMPARE_LE,
	COMPARE_CONTAINS,
	COMPARE_MATCHES,
};

enum function_id {
	FUNCTION_UPPER,
	FUNCTION_LOWER,
	FUNCTION_LEN,
	FUNCTION_COUNT,
	FUNCTION_STRING,
	FUNCTION_MAX,
	FUNCTION_MIN,
	FUNCTION_ABS,
	FUNCTION_COUNT_OF,
};

/* [from:count], [from-to], [from:] of bytes, or of layers counted from 1. */
enum slice_end {
	SLICE_COUNT,
	SLICE_TO,
	SLICE_OPEN,
};

struct slice {
	struct slice *next;
	int32_t from;
	int32_t end;
	uint8_t kind; /* enum slice_end */
};

struct core_field;

struct node {
	uint8_t kind;        /* enum node_kind */
	uint8_t op;          /* enum compare_op, enum function_id, or the sign of arithmetic */
	uint8_t type;        /* enum field_type of its values, once checked */
	uint8_t width;       /* bytes of its numbers: limit of literals beside it */
	bool all;            /* compare, in: every value must do, not one of them */
	bool negative;       /* in: "not in"; word: a sign stood before it */
	bool named_field;    /* word: a dot before it says that it must be a field */
	bool value_of_quick; /* compare: a bare field with a literal */
	uint8_t id_count;
	uint16_t ids[FIELD_IDS_MAX]; /* field */
	const struct field *field;
	const struct core_field *core; /* field: once filter_direct_init() found it */
	struct span span;
	const char *text; /* word, string, char, call: without quotes, escapes resolved */
	uint32_t text_len;
	struct node *left;
	struct node *right;   /* in: the first element of the set */
	struct node *next;    /* in a list of children, arguments or elements */
	struct slice *slices; /* slice; field: layers */
	struct value value;   /* literal */
	pcre2_code *regex;    /* compare with COMPARE_MATCHES */
};

struct arena_block;

/* A compiled filter, and the state of the compiler while it works. */
struct dfilter {
	const struct dfilter_names *names;
	struct node *root; /* NULL: everything matches */
	struct arena_block *blocks;
	size_t block_used;
	uint32_t node_count;
	pcre2_code **regexes; /* every one, to free */
	uint32_t regex_count;
	uint32_t regex_room;
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;

	/* While running. */
	struct value *values;
	uint32_t value_count;
	uint8_t *bytes;
	uint32_t bytes_used;
	uint64_t budget;         /* work left for this frame */
	bool limited;            /* in this frame a comparison cost too much */
	uint64_t limited_frames; /* so many of these */
	const struct tree *tree;
	const struct dissect *dissect;

	struct core *core; /* NULL: not all wanted fields are core fields */
	uint64_t wanted[TREE_FIELDS_MAX / 64];
};

/* Sets *error and returns -EINVAL. */
int filter_error(struct dfilter_error *error, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Zeroed memory that lives as long as the filter; NULL when there is none. */
void *filter_alloc(struct dfilter *f, size_t size);

/* A node; NULL when memory or DFILTER_NODES_MAX ran out. */
struct node *filter_node(struct dfilter *f, enum node_kind kind, struct span span);

/* Text into *ret_root (NULL when it is empty). */
int filter_parse(struct dfilter *f, const char *text, size_t len, struct node **ret_root,
		 struct dfilter_error *error);

/* Gives every node its type and every literal its value, or says what does not fit. */
int filter_check(struct dfilter *f, struct node *root, struct dfilter_error *error);

/*
 * Turns a literal (word, string, char) into a value of the field type; field (may be NULL) gives
 * names, width the limit of numbers.
 */
int filter_literal(struct dfilter *f, struct node *n, enum field_type type, uint8_t width,
		   const struct field *field, struct dfilter_error *error);

/* "Unsigned integer", as Wireshark calls a type in messages. */
const char *filter_type_name(enum field_type type);

/* The field whose name is nearest to text; NULL when none is near. */
const char *filter_nearest(const struct dfilter *f, const char *text, size_t len);

/* The value of an item of the tree; false when its bytes are not there. */
bool filter_item_value(const struct dfilter *f, const struct item *item, struct value *ret_value);

/* -1, 0, 1; 2 for values that do not compare. */
int filter_compare(const struct value *a, const struct value *b);

/* Whether a op b for all but COMPARE_MATCHES. Takes its cost off the budget. */
bool filter_holds(struct dfilter *f, enum compare_op op, const struct value *a,
		  const struct value *b);

/*
 * What "contains" and "matches" search of a protocol: its header and all that it carries. Other
 * values stay as they are.
 */
void filter_with_payload(const struct dfilter *f, const struct item *item, struct value *v);

bool filter_regex_holds(struct dfilter *f, const pcre2_code *regex, const struct value *a);

/* Room for bytes that live until the frame is done; NULL when the frame has used up its own. */
uint8_t *filter_bytes(struct dfilter *f, size_t len);

/* a sign b; false when there is no result (division by zero). */
bool filter_arithmetic(struct dfilter *f, char sign, const struct value *a, const struct value *b,
		       struct value *ret_value);

bool filter_negate(struct value *v);
bool filter_is_zero(const struct value *v);

/* The bytes of a value that can be sliced; false when it cannot or memory ran out. */
bool filter_as_bytes(struct dfilter *f, const struct value *v, struct value *ret_bytes);

/* Whether values of a type can be sliced, and compared as text or bytes. */
bool filter_sliceable(enum field_type type);
bool filter_bytes_like(enum field_type type);

/* Calls a function on its arguments' values; pushes results. */
void filter_call(struct dfilter *f, const struct node *n);

/* Appends the values of an operand to f->values. */
void filter_collect(struct dfilter *f, const struct node *n);
bool filter_push(struct dfilter *f, const struct value *v);

/* Runs f->root on the tree that is set. */
bool filter_run(struct dfilter *f);

/*
 * Whether the filter is made of comparisons of core fields that are numbers with literals, and of
 * protocols' presence; then filter_direct() answers for the frames dfilter_core() is sure of.
 */
bool filter_direct_init(struct node *root);
bool filter_direct(const struct node *n, const struct frame *frame, const struct packet *packet);

/* What filter_direct() makes of a number beside a literal; op: up to COMPARE_LE. */
bool filter_direct_holds(unsigned op, __int128 number, __int128 literal);

/*
 * What dfilter_may_match_ports() asks, for such a filter; NULL: it asks for no ports, or for many.
 */
struct filter_ports;
struct filter_ports *filter_ports_new(struct dfilter *f);
bool filter_ports_may_match(const struct filter_ports *p, uint16_t one, uint16_t other);

/* Prepares dfilter_quick(); leaves f->core NULL when it cannot serve this filter. */
void filter_core_init(struct dfilter *f);

#endif
