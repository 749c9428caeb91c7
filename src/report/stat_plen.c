// SPDX-License-Identifier: Apache-2.0
// plen,tree: packet lengths in ranges, as text and JSON.
#include "packet/stat_plen.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/stat_kind.h"

#define WIDTH 130 /* of Wireshark's table */

static int make(struct stat *stat, const char *rest, const struct hash_key *key, struct err *err)
{
	(void)key;
	stat->state = calloc(1, sizeof(struct stat_plen));
	if (!stat->state)
		return err_set(err, -ENOMEM, "There is no memory for \"%s\".", stat->text);
	return stat_filter_rest(stat, rest, err);
}

static void done(struct stat *stat)
{
	free(stat->state);
}

static void feed(struct stat *stat, const struct stat_frame *f)
{
	stat_plen_feed(stat->state, f);
}

static void feed_bares(struct stat *stat, const struct stat_bares *b)
{
	stat_plen_bares(stat->state, b);
}

static double mean(const struct stat_plen_range *r)
{
	return r->count ? (double)r->bytes / (double)r->count : 0;
}

static double elapsed_ms(const struct stat_plen *p)
{
	return (double)(p->end - p->start) / (double)NSEC_PER_MSEC;
}

static double burst_rate(const struct stat_plen_range *r)
{
	return (double)r->burst.most / STAT_BURST_WINDOW_MS;
}

static double burst_start(const struct stat_plen_range *r)
{
	return (double)r->burst.most_at / (double)NSEC_PER_SEC;
}

/* One cell of formatted text, padded. */
__attribute__((format(printf, 3, 4))) static void cell(struct buf *out, size_t width,
						       const char *format, ...)
{
	va_list args;
	char text[64];
	size_t before = out->len;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_puts(out, text);
	if (out->len - before < width)
		buf_pad(out, ' ', width - (out->len - before));
}

#define NAME_WIDTH  19
#define CELL_WIDTH  14
#define START_WIDTH 13

static void line(struct buf *out, const struct stat_plen *p, const char *name,
		 const struct stat_plen_range *r)
{
	double elapsed = elapsed_ms(p);
	bool top = r == &p->all;

	cell(out, NAME_WIDTH, top ? "%s" : " %s", name);
	cell(out, CELL_WIDTH, "%" PRIu64, r->count);
	if (r->count) {
		cell(out, CELL_WIDTH, "%.2f", mean(r));
		cell(out, CELL_WIDTH, "%u", r->least);
		cell(out, CELL_WIDTH, "%u", r->most);
	} else {
		for (unsigned i = 0; i < 3; i++)
			cell(out, CELL_WIDTH, "%s", top ? "" : "-");
	}
	if (elapsed > 0)
		cell(out, CELL_WIDTH, "%.4f", (double)r->count / elapsed);
	else
		cell(out, CELL_WIDTH, "%s", "");
	if (top)
		cell(out, CELL_WIDTH, "100%%");
	else if (p->all.count)
		cell(out, CELL_WIDTH, "%.2f%%", 100.0 * (double)r->count / (double)p->all.count);
	else
		cell(out, CELL_WIDTH, "%s", "");
	if (r->burst.most) {
		cell(out, CELL_WIDTH, "%.4f", burst_rate(r));
		cell(out, START_WIDTH, "%.3f", burst_start(r));
	} else {
		cell(out, CELL_WIDTH, "-");
		cell(out, START_WIDTH, "-");
	}
	buf_putc(out, '\n');
}

static void rule(struct buf *out, char c)
{
	buf_pad(out, c, WIDTH);
	buf_putc(out, '\n');
}

static void print(const struct stat *stat, struct stats_out *out)
{
	static const char *const heads[] = {"Count",     "Average", "Min Val",   "Max Val",
					    "Rate (ms)", "Percent", "Burst Rate"};
	const struct stat_plen *p = stat->state;
	struct buf *b = out->buf;

	buf_putc(b, '\n');
	rule(b, '=');
	buf_puts(b, "Packet Lengths:\n");
	cell(b, NAME_WIDTH, "Topic / Item");
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		cell(b, CELL_WIDTH, "%s", heads[i]);
	cell(b, START_WIDTH, "Burst Start");
	buf_putc(b, '\n');
	rule(b, '-');
	line(b, p, "Packet Lengths", &p->all);
	for (unsigned i = 0; i < STAT_PLEN_RANGES; i++)
		line(b, p, stat_plen_names[i], &p->ranges[i]);
	buf_putc(b, '\n');
	rule(b, '-');
}

static void json_range(struct buf *out, const struct stat_plen *p, const char *name,
		       const struct stat_plen_range *r)
{
	double elapsed = elapsed_ms(p);

	buf_printf(out, "{\"range\": \"%s\", \"count\": %" PRIu64, name, r->count);
	if (r->count)
		buf_printf(out, ", \"average\": %.2f, \"min\": %u, \"max\": %u", mean(r), r->least,
			   r->most);
	if (elapsed > 0)
		buf_printf(out, ", \"rate_per_ms\": %.4f", (double)r->count / elapsed);
	if (r->burst.most)
		buf_printf(out, ", \"burst_rate_per_ms\": %.4f, \"burst_start\": %.3f",
			   burst_rate(r), burst_start(r));
	buf_putc(out, '}');
}

static void json(const struct stat *stat, struct stats_out *out)
{
	const struct stat_plen *p = stat->state;

	buf_puts(out->buf, "      \"all\": ");
	json_range(out->buf, p, "all", &p->all);
	buf_puts(out->buf, ",\n      \"ranges\": [");
	for (unsigned i = 0; i < STAT_PLEN_RANGES; i++) {
		buf_puts(out->buf, i ? ",\n        " : "\n        ");
		json_range(out->buf, p, stat_plen_names[i], &p->ranges[i]);
	}
	buf_puts(out->buf, "\n      ]");
}

const struct stat_kind stat_plen_kind = {
	.name = "plen,tree",
	.arguments = "[,FILTER]",
	.help = "Packet lengths in ranges, with the fastest burst of each.",
	.need = STAT_NEEDS_LENGTH,
	.make = make,
	.done = done,
	.feed = feed,
	.feed_bares = feed_bares,
	.print = print,
	.json = json,
};
