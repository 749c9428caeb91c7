// SPDX-License-Identifier: Apache-2.0
// Display filters: compile, ask, explain what is wrong.
//
// Theory of operation. Text becomes tokens (dfilter_lex.c), tokens a tree of nodes in one arena
// (dfilter_parse.c), and every node its type (dfilter_check.c), by which literals become values
// (dfilter_literal.c). What nests draws from one depth budget while it is parsed, so everything
// that later walks the nodes may recurse; and/or are lists, so a thousand alternatives are not
// deep.
//
// While it is checked the filter notes in `wanted` which fields it looks at, so that a dissection
// builds those items and no others. Running (dfilter_run.c) finds items by id, lays their values
// on a stack made at compile time, and compares. It allocates nothing, and a budget of work ends
// what a hostile frame or filter would make slow: such a comparison is false and the frame marked
// as limited.
//
// A field may occur several times in a frame. A comparison holds when it holds for some pair of
// values, or with "all", "===" and "!=" for every pair; where one side has no value it does not
// hold.
//
// The quick way (dfilter_core.c) runs the same nodes over a handful of items filled straight from
// packet_decode(). There is one evaluator, so both ways agree wherever the items do.
#include "packet/dfilter.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "packet/dfilter_node.h"

#define BLOCK_SIZE  (16u * 1024)
#define NEAREST_MAX 3 /* edits; more is another word */

struct arena_block {
	struct arena_block *next;
	size_t room;
	_Alignas(16) uint8_t bytes[];
};

int filter_error(struct dfilter_error *error, struct span span, const char *format, ...)
{
	char sentence[ERR_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	error->at = span.at;
	error->len = span.len;
	return err_set(&error->err, -EINVAL, "%s", sentence);
}

void *filter_alloc(struct dfilter *f, size_t size)
{
	struct arena_block *b = f->blocks;
	void *room;

	size = (size + 15) & ~(size_t)15;
	if (!b || size > b->room - f->block_used) {
		size_t block = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		b = calloc(1, sizeof(*b) + block);
		if (!b)
			return NULL;
		b->room = block;
		b->next = f->blocks;
		f->blocks = b;
		f->block_used = 0;
	}
	room = b->bytes + f->block_used;
	f->block_used += size;
	return room;
}

struct node *filter_node(struct dfilter *f, enum node_kind kind, struct span span)
{
	struct node *n = f->node_count < DFILTER_NODES_MAX ? filter_alloc(f, sizeof(*n)) : NULL;

	if (!n)
		return NULL;
	f->node_count++;
	n->kind = (uint8_t)kind;
	n->span = span;
	return n;
}

const char *filter_type_name(enum field_type type)
{
	static const char *const names[FIELD_TYPES] = {
		"Label",
		"Protocol",
		"Boolean",
		"Unsigned integer",
		"Signed integer",
		"Floating point",
		"Sequence of bytes",
		"Ethernet or other MAC address",
		"IPv4 address",
		"IPv6 address",
		"Character string",
		"Date and time",
		"Time offset",
		"Frame number",
	};

	return names[type];
}

const char *filter_nearest(const struct dfilter *f, const char *text, size_t len)
{
	unsigned best = NEAREST_MAX + 1;
	const char *nearest = NULL;
	char word[64];

	if (len < 2 || len >= sizeof(word) || memchr(text, '\0', len))
		return NULL;
	memcpy(word, text, len);
	word[len] = '\0';
	for (unsigned protocol = 0; protocol < PROTOCOL_COUNT; protocol++) {
		const struct field *field;

		for (unsigned i = 0; i < 256; i++) {
			unsigned distance;

			field = f->names->get(FIELD_ID(protocol, i));
			if (!field)
				break;
			distance = text_distance(word, field->name);
			if (distance < best && distance < len) {
				best = distance;
				nearest = field->name;
			}
		}
	}
	return nearest;
}

static int prepare(struct dfilter *f, struct dfilter_error *error)
{
	f->values = malloc(VALUES_MAX * sizeof(*f->values));
	f->bytes = malloc(BYTES_MAX);
	if (!f->values || !f->bytes)
		return filter_error(error, (struct span) {0, 0},
				    "There is no memory for this filter.");
	filter_core_init(f);
	return 0;
}

int dfilter_compile_names(const char *text, size_t len, const struct dfilter_names *names,
			  struct dfilter **ret_filter, struct dfilter_error *ret_error)
{
	struct dfilter *f;
	int rc;

	*ret_error = (struct dfilter_error) {0};
	if (len > DFILTER_TEXT_MAX)
		return filter_error(ret_error, (struct span) {0, 0},
				    "The filter is too long: at most %u bytes.", DFILTER_TEXT_MAX);
	f = calloc(1, sizeof(*f));
	if (!f)
		return filter_error(ret_error, (struct span) {0, 0},
				    "There is no memory for this filter.");
	f->names = names;
	rc = filter_parse(f, text, len, &f->root, ret_error);
	if (rc == 0 && f->root)
		rc = filter_check(f, f->root, ret_error);
	if (rc == 0)
		rc = prepare(f, ret_error);
	if (rc) {
		dfilter_free(f);
		return rc;
	}
	*ret_filter = f;
	return 0;
}

int dfilter_compile(const char *text, size_t len, struct dfilter **ret_filter,
		    struct dfilter_error *ret_error)
{
	static const struct dfilter_names registry = {field_get, field_find};

	return dfilter_compile_names(text, len, &registry, ret_filter, ret_error);
}

void dfilter_free(struct dfilter *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < f->regex_count; i++)
		pcre2_code_free(f->regexes[i]);
	pcre2_match_data_free(f->match_data);
	pcre2_match_context_free(f->match_context);
	while (f->blocks) {
		struct arena_block *next = f->blocks->next;

		free(f->blocks);
		f->blocks = next;
	}
	free(f->values);
	free(f->bytes);
	free(f);
}

void dfilter_error_write(struct buf *out, const char *text, size_t len,
			 const struct dfilter_error *error)
{
	buf_puts(out, error->err.text);
	buf_putc(out, '\n');
	buf_pointed(out, text, len, error->at, error->len);
}

const uint64_t *dfilter_wanted(const struct dfilter *f)
{
	return f->wanted;
}

uint64_t dfilter_limited(const struct dfilter *f)
{
	return f->limited_frames;
}

bool dfilter_matches(struct dfilter *f, const struct dissect *d)
{
	f->dissect = d;
	f->tree = d->tree;
	return filter_run(f);
}
