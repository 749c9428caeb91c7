// SPDX-License-Identifier: Apache-2.0
// io,phs: the protocol hierarchy, as text and JSON.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "packet/stat_phs.h"
#include "report/json_string.h"
#include "report/stat_kind.h"

#define NAME_WIDTH 40
#define INDENT_MAX 16 /* levels that are shown as such; deeper ones stand behind "..." */
#define RULE       "==================================================================="

static int make(struct stat *stat, const char *rest, const struct hash_key *key, struct err *err)
{
	(void)key;
	stat->state = calloc(1, sizeof(struct stat_phs));
	if (!stat->state)
		return err_set(err, -ENOMEM, "There is no memory for \"%s\".", stat->text);
	return stat_filter_rest(stat, rest, err);
}

static void done(struct stat *stat)
{
	if (stat->state)
		stat_phs_done(stat->state);
	free(stat->state);
}

static void want(const struct stat *stat, uint64_t *wanted)
{
	(void)stat;
	for (unsigned id = 0; id < (unsigned)PROTOCOL_COUNT << 8; id++)
		if (stat_phs_wants((uint16_t)id))
			stat_want_field(wanted, (uint16_t)id);
}

static void feed(struct stat *stat, const struct stat_frame *f)
{
	stat_phs_feed(stat->state, f);
}

static void feed_bares(struct stat *stat, const struct stat_bares *b)
{
	stat_phs_bares(stat->state, b);
}

static void print_node(struct buf *out, const struct stat_phs_node *n)
{
	size_t before = out->len;
	unsigned level = n->depth - 1u;

	buf_pad(out, ' ', 2 * (level < INDENT_MAX ? level : INDENT_MAX));
	if (level >= INDENT_MAX)
		buf_puts(out, "...");
	buf_puts(out, stat_phs_name(n));
	if (out->len - before < NAME_WIDTH)
		buf_pad(out, ' ', NAME_WIDTH - (out->len - before));
	buf_printf(out, " frames:%" PRIu64 " bytes:%" PRIu64 "\n", n->frames, n->bytes);
}

static void print(const struct stat *stat, struct stats_out *out)
{
	struct stat_phs *p = stat->state;

	stat_phs_settle(p);
	buf_printf(out->buf, "\n" RULE "\nProtocol Hierarchy Statistics\nFilter: %s\n\n",
		   stat->filter_text);
	for (uint32_t at = stat_phs_next(p, 0); at != STAT_PHS_NONE; at = stat_phs_next(p, at)) {
		print_node(out->buf, &p->nodes[at]);
		stat_out_line(out);
	}
	if (p->left_out)
		buf_printf(out->buf,
			   "Too many nests of protocols: %" PRIu64 " frames count in part.\n",
			   p->left_out);
	buf_puts(out->buf, RULE "\n");
}

/* A list in printing order; depth says how they nest. */
static void json(const struct stat *stat, struct stats_out *out)
{
	struct stat_phs *p = stat->state;
	const char *between = "";

	stat_phs_settle(p);
	buf_puts(out->buf, "      \"protocols\": [");
	for (uint32_t at = stat_phs_next(p, 0); at != STAT_PHS_NONE; at = stat_phs_next(p, at)) {
		const struct stat_phs_node *n = &p->nodes[at];
		const char *name = stat_phs_name(n);

		buf_printf(out->buf, "%s\n        {\"depth\": %u, \"protocol\": ", between,
			   n->depth - 1u);
		json_string(out->buf, name, strlen(name));
		buf_printf(out->buf, ", \"frames\": %" PRIu64 ", \"bytes\": %" PRIu64 "}",
			   n->frames, n->bytes);
		between = ",";
		stat_out_line(out);
	}
	buf_printf(out->buf, "%s],\n      \"left_out\": %" PRIu64, *between ? "\n      " : "",
		   p->left_out);
}

const struct stat_kind stat_phs_kind = {
	.name = "io,phs",
	.arguments = "[,FILTER]",
	.help = "The protocol hierarchy: frames and bytes of each nest of protocols.",
	.need = STAT_NEEDS_TOP,
	.make = make,
	.done = done,
	.want = want,
	.feed = feed,
	.feed_bares = feed_bares,
	.print = print,
	.json = json,
};
