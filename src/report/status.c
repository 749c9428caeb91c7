// SPDX-License-Identifier: Apache-2.0
// The state of a running capture: a table to redraw in place, one line, or one JSON object.
//
// Theory of operation. The table has two columns that are made side by side, line by line: the
// kinds of frames at the left, what a scan does at the right. A narrow terminal loses the right
// one. Every line ends before the terminal's last cell and the table before its last line, so that
// nothing wraps or scrolls and the caller can go back up by the number of lines. A character
// outside ASCII is taken to be two cells wide, which makes a line too short at worst.
#include "report/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/json_string.h"

#define WIDTH_WORDS  30u /* narrower tables are short of words */
#define WIDTH_MAX    100u
#define RIGHT_WIDTH  26u /* cells of the right column, with the gap before it */
#define RIGHT_FROM   70u /* narrower tables have none */
#define NAME_WIDTH   9u
#define COUNT_WIDTH  12u
#define TENTHS_WIDTH 8u /* " 100.0 %" */
#define TEXT_MAX     1024
#define BAR_EIGHTHS  8u

#define FRAME_LINES 8u /* all but kinds, filter and trouble */
#define ROWS_USUAL  4u /* kinds, filter and trouble: with less than that it is tight */

#define BOLD  "\033[1m"
#define RED   "\033[31m"
#define PLAIN "\033[0m"

/* One table being made: each line in a buffer of its own, cut to the width when it ends. */
struct table {
	struct buf line;
	struct buf *to;
	const struct status *status;
	const struct status_screen *screen;
	unsigned width;
	unsigned lines;
};

/* A row of the left column. */
struct row {
	const char *name;
	uint64_t count;
	unsigned tenths;
};

/* Appends at most width cells of strangers' text; returns how many it took. */
static unsigned put_text(struct buf *out, const char *text, unsigned width)
{
	char safe[TEXT_MAX];
	const char *at = safe;
	unsigned cells = 0;

	text_escape(safe, sizeof(safe), text);
	while (*at) {
		unsigned wide = (unsigned char)*at < 0x80 ? 1 : 2;
		size_t len = 1;

		while (wide == 2 && ((unsigned char)at[len] & 0xc0) == 0x80)
			len++;
		if (cells + wide > width)
			break;
		buf_add(out, at, len);
		at += len;
		cells += wide;
	}
	return cells;
}

/* Bytes of the character or colour sequence at text, and how many cells it takes. */
static size_t step(const char *text, unsigned *ret_cells)
{
	size_t len = 1;

	*ret_cells = 1;
	if (*text == '\033') { /* the only ones are ours: they end with an m */
		*ret_cells = 0;
		return strcspn(text, "m") + 1;
	}
	while (((unsigned char)text[len] & 0xc0) == 0x80)
		len++;
	return len;
}

/* Whether a low terminal has no room for blank lines. */
static bool is_low(const struct table *t)
{
	return t->screen->rows < FRAME_LINES + ROWS_USUAL;
}

static void end_line(struct table *t)
{
	const char *at = buf_text(&t->line);
	unsigned used = 0, cells;

	if (t->lines && t->lines + 1 >= t->screen->rows) {
		buf_clear(&t->line);
		return;
	}
	for (size_t len; *at; at += len, used += cells) {
		len = step(at, &cells);
		if (used + cells <= t->width)
			buf_add(t->to, at, len);
	}
	buf_putc(t->to, '\n');
	buf_clear(&t->line);
	t->lines++;
}

/* A count with its unit scaled: "5.2 kB". Returns the cells. */
static unsigned put_bytes(struct buf *out, uint64_t bytes, const char *behind)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
	double value = (double)bytes;
	size_t unit = 0, before = out->len;

	while (value >= 999.95 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		value /= 1000;
		unit++;
	}
	buf_printf(out, unit ? "%.1f %s%s" : "%.0f %s%s", value, units[unit], behind);
	return (unsigned)(out->len - before);
}

static unsigned put_clock(struct buf *out, const char *before_it, nsec_t elapsed)
{
	uint64_t s = elapsed > 0 ? (uint64_t)elapsed / NSEC_PER_SEC : 0;
	size_t before = out->len;

	buf_printf(out, "%s%02" PRIu64 ":%02u:%02u", before_it, s / 3600, (unsigned)(s / 60 % 60),
		   (unsigned)(s % 60));
	return (unsigned)(out->len - before);
}

/* "Capturing on eth0                 Running 00:00:23" */
static void put_heading(struct table *t)
{
	struct buf clock = {0};
	bool words = t->width >= WIDTH_WORDS;
	unsigned right = put_clock(&clock, words ? "Running " : "", t->status->elapsed);
	unsigned room = t->width > right + 1 ? t->width - right - 1 : 0;
	unsigned used;

	if (t->screen->color)
		buf_puts(&t->line, BOLD);
	used = put_text(&t->line, words ? "Capturing on " : "", room);
	used += put_text(&t->line, t->status->where, room - used);
	if (t->screen->color)
		buf_puts(&t->line, PLAIN);
	if (room) {
		buf_pad(&t->line, ' ', t->width - right - used);
		buf_puts(&t->line, buf_text(&clock));
	}
	buf_done(&clock);
	end_line(t);
}

static void put_filter(struct table *t)
{
	unsigned used;

	if (!t->status->filter || !*t->status->filter)
		return;
	used = put_text(&t->line, "Filter: ", t->width);
	put_text(&t->line, t->status->filter, t->width - used);
	end_line(t);
}

/* A bar of tenths/1000 of width cells. */
static void put_bar(struct table *t, unsigned tenths, unsigned width)
{
	static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	unsigned eighths = tenths * width * BAR_EIGHTHS / 1000;
	unsigned used = eighths / BAR_EIGHTHS;

	if (!t->screen->utf8) {
		buf_pad(&t->line, '#', used);
	} else {
		for (unsigned i = 0; i < used; i++)
			buf_puts(&t->line, "█");
		buf_puts(&t->line, parts[eighths % BAR_EIGHTHS]);
		used += eighths % BAR_EIGHTHS != 0;
	}
	buf_pad(&t->line, ' ', width - used);
}

/* One row of kinds in exactly width cells; no name: an empty one. */
static void put_row(struct table *t, const struct row *row, unsigned width)
{
	unsigned bar = width > NAME_WIDTH + TENTHS_WIDTH ? width - NAME_WIDTH - TENTHS_WIDTH : 0;
	char count[COUNT_WIDTH * 2];

	if (!row || !row->name) {
		buf_pad(&t->line, ' ', width);
		return;
	}
	buf_printf(&t->line, "%-*s", (int)NAME_WIDTH, row->name);
	snprintf(count, sizeof(count), "%*" PRIu64, (int)COUNT_WIDTH, row->count);
	if (bar > strlen(count) + 2) {
		bar -= (unsigned)strlen(count) + 2;
		buf_printf(&t->line, "%s  ", count);
		put_bar(t, row->tenths, bar);
	} else {
		buf_printf(&t->line, "%*" PRIu64, (int)bar, row->count);
	}
	buf_printf(&t->line, "%4u.%u %%", row->tenths / 10, row->tenths % 10);
}

/* What a scan does: the right column's rows, from 0. */
static void put_scan_row(struct table *t, unsigned index)
{
	const struct tally *tally = &t->status->tally;
	const struct {
		const char *name;
		uint64_t count;
	} rows[] = {
		{"SYN", tally->syn},
		{"SYN/ACK", tally->syn_ack},
		{"RST", tally->rst},
		{"unreachable", tally->unreachable},
		{"ARP asked", tally->arp_asked},
		{"ARP answered", tally->arp_answered},
	};

	if (index < sizeof(rows) / sizeof(rows[0]))
		buf_printf(&t->line, "   %-13s%10" PRIu64, rows[index].name, rows[index].count);
}

#define SCAN_ROWS 6u

static int by_count(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->count < y->count) - (x->count > y->count);
}

/*
 * The kinds that came, in the order of the window of 2007. With more than room of them, the rarest
 * are one row.
 */
static unsigned collect_rows(const struct tally *tally, struct row rows[static TALLY_KINDS],
			     unsigned room)
{
	unsigned tenths[TALLY_KINDS], count = 0;

	tally_tenths(tally, tenths);
	for (unsigned i = 0; i < TALLY_KINDS; i++)
		if (tally->kinds[i])
			rows[count++] = (struct row) {tally_name((enum tally_kind)i),
						      tally->kinds[i], tenths[i]};
	if (count <= room)
		return count;
	qsort(rows, count, sizeof(*rows), by_count);
	for (unsigned i = room; i < count; i++) {
		rows[room - 1].count += rows[i].count;
		rows[room - 1].tenths += rows[i].tenths;
	}
	rows[room - 1].name = "the rest";
	return room;
}

static void put_kinds(struct table *t)
{
	bool two = t->width >= RIGHT_FROM;
	unsigned left = two ? t->width - RIGHT_WIDTH : t->width;
	unsigned used = FRAME_LINES - (is_low(t) ? 2 : 0) +
			(t->status->filter && *t->status->filter) + (t->status->trouble != NULL);
	unsigned room = t->screen->rows > used + 2 ? t->screen->rows - used - 1 : 1;
	struct row rows[TALLY_KINDS];
	unsigned count = collect_rows(&t->status->tally, rows, room);
	unsigned lines = two && count < SCAN_ROWS && room >= SCAN_ROWS ? SCAN_ROWS : count;
	struct row total = {"Total", t->status->tally.frames, 0};

	buf_printf(&t->line, "%-*s%*" PRIu64, (int)NAME_WIDTH, total.name, (int)COUNT_WIDTH,
		   total.count);
	if (left > NAME_WIDTH + COUNT_WIDTH + 14)
		buf_printf(&t->line, "%*s", (int)(left - NAME_WIDTH - COUNT_WIDTH), "% of total");
	if (two)
		buf_puts(&t->line, "   of these");
	end_line(t);
	for (unsigned i = 0; i < lines; i++) {
		put_row(t, i < count ? &rows[i] : NULL, left);
		if (two)
			put_scan_row(t, i);
		end_line(t);
	}
}

/* The packets of the last seconds as a line of columns. */
static void put_graph(struct table *t, unsigned room)
{
	static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char marks[] = " .:-=+*#@";
	const struct status *s = t->status;
	unsigned count = s->second_count < room ? s->second_count : room;
	const uint32_t *from = s->seconds + (s->second_count - count);
	uint32_t most = 1;

	for (unsigned i = 0; i < count; i++)
		most = from[i] > most ? from[i] : most;
	for (unsigned i = 0; i < count; i++) {
		unsigned level = from[i] ? 1 + (unsigned)((uint64_t)from[i] * 7 / most) : 0;

		if (t->screen->utf8)
			buf_puts(&t->line, blocks[level]);
		else
			buf_putc(&t->line, marks[level]);
	}
}

static void put_rate(struct table *t)
{
	struct buf text = {0};
	unsigned used;

	buf_printf(&text, "%" PRIu64 " packets/s, ", t->status->packets_per_sec);
	put_bytes(&text, t->status->bytes_per_sec, "/s  ");
	used = put_text(&t->line, buf_text(&text), t->width);
	buf_done(&text);
	if (t->width > used)
		put_graph(t, t->width - used);
	end_line(t);
}

static void put_file(struct table *t)
{
	const struct status *s = t->status;
	struct buf size = {0};
	unsigned room;

	if (!s->file) {
		put_text(&t->line, "Not written to a file", t->width);
		end_line(t);
		return;
	}
	buf_puts(&size, ", ");
	put_bytes(&size, s->file_bytes, "");
	if (s->file_number)
		buf_printf(&size, ", file %u", s->file_number);
	room = t->width > size.len ? t->width - (unsigned)size.len : 0;
	room -= put_text(&t->line, s->file, room);
	put_text(&t->line, buf_text(&size), (unsigned)size.len + room);
	buf_done(&size);
	end_line(t);
}

static void put_losses(struct table *t)
{
	const struct status *s = t->status;
	bool bad = s->dropped || s->lost;
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%" PRIu64 " dropped%s", s->dropped,
		 t->width < WIDTH_WORDS ? "" : " by the kernel");
	if (s->lost)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 ", %" PRIu64 " not written", s->lost);
	if (bad && t->screen->color)
		buf_puts(&t->line, RED);
	put_text(&t->line, text, t->width);
	if (bad && t->screen->color)
		buf_puts(&t->line, PLAIN);
	end_line(t);
}

unsigned status_table(struct buf *out, const struct status *status,
		      const struct status_screen *screen)
{
	struct table t = {.to = out, .status = status, .screen = screen};

	t.width = screen->columns > 1 ? screen->columns - 1 : 1;
	if (t.width > WIDTH_MAX)
		t.width = WIDTH_MAX;
	put_heading(&t);
	put_filter(&t);
	if (!is_low(&t))
		end_line(&t);
	put_kinds(&t);
	if (!is_low(&t))
		end_line(&t);
	put_rate(&t);
	put_file(&t);
	put_losses(&t);
	if (status->trouble) {
		put_text(&t.line, status->trouble, t.width);
		end_line(&t);
	}
	buf_done(&t.line);
	return t.lines;
}

void status_line(struct buf *out, const struct status *s)
{
	unsigned tenths[TALLY_KINDS];
	const char *between = " (";

	tally_tenths(&s->tally, tenths);
	buf_printf(out, "%" PRIu64 " s: %" PRIu64 " packets", (uint64_t)(s->elapsed / NSEC_PER_SEC),
		   s->tally.frames);
	for (unsigned i = 0; i < TALLY_KINDS; i++) {
		if (!s->tally.kinds[i])
			continue;
		buf_printf(out, "%s%s %u.%u %%", between, tally_name((enum tally_kind)i),
			   tenths[i] / 10, tenths[i] % 10);
		between = ", ";
	}
	buf_printf(out, "%s, %" PRIu64 " packets/s, ", s->tally.frames ? ")" : "",
		   s->packets_per_sec);
	put_bytes(out, s->bytes_per_sec, "/s, ");
	buf_printf(out, "%" PRIu64 " dropped", s->dropped);
	if (s->lost)
		buf_printf(out, ", %" PRIu64 " not written", s->lost);
	if (s->trouble) {
		buf_puts(out, ". ");
		buf_escaped(out, s->trouble);
	}
	buf_putc(out, '\n');
}

static void put_count(struct buf *out, const char *key, uint64_t value)
{
	buf_printf(out, ",\"%s\":%" PRIu64, key, value);
}

/* A string of JSON must be UTF-8: what is not, is escaped as for a terminal. */
static void put_string(struct buf *out, const char *key, const char *text)
{
	char safe[TEXT_MAX];

	if (!text || !*text)
		return;
	text_escape(safe, sizeof(safe), text);
	buf_printf(out, ",\"%s\":", key);
	json_string(out, safe, strlen(safe));
}

static void put_kind_counts(struct buf *out, const struct tally *tally)
{
	const char *between = "";

	buf_puts(out, ",\"kinds\":{");
	for (unsigned i = 0; i < TALLY_KINDS; i++) {
		if (!tally->kinds[i])
			continue;
		buf_printf(out, "%s\"%s\":%" PRIu64, between, tally_name((enum tally_kind)i),
			   tally->kinds[i]);
		between = ",";
	}
	buf_putc(out, '}');
}

void status_json(struct buf *out, const struct status *s)
{
	buf_printf(out, "{\"seconds\":%" PRIu64 ".%03u", (uint64_t)(s->elapsed / NSEC_PER_SEC),
		   (unsigned)(s->elapsed % NSEC_PER_SEC / NSEC_PER_MSEC));
	put_string(out, "interface", s->where);
	put_string(out, "filter", s->filter);
	put_count(out, "packets", s->tally.frames);
	put_count(out, "bytes", s->tally.bytes);
	put_count(out, "packets_per_second", s->packets_per_sec);
	put_count(out, "bytes_per_second", s->bytes_per_sec);
	put_count(out, "dropped", s->dropped);
	put_count(out, "not_written", s->lost);
	put_string(out, "trouble", s->trouble);
	put_string(out, "file", s->file);
	put_count(out, "file_bytes", s->file_bytes);
	put_kind_counts(out, &s->tally);
	buf_printf(out,
		   ",\"scan\":{\"syn\":%" PRIu64 ",\"syn_ack\":%" PRIu64 ",\"rst\":%" PRIu64
		   ",\"unreachable\":%" PRIu64 ",\"arp_asked\":%" PRIu64
		   ",\"arp_answered\":%" PRIu64 "}}\n",
		   s->tally.syn, s->tally.syn_ack, s->tally.rst, s->tally.unreachable,
		   s->tally.arp_asked, s->tally.arp_answered);
}
