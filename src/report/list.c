// SPDX-License-Identifier: Apache-2.0
// The packet list: one line a frame, laid out as tshark's default columns.
#include "report/list.h"

#include <string.h>
#include <time.h>

#include "packet/value_text.h"

#define NUMBER_WIDTH  5
#define TIME_WIDTH    10
#define ADDRESS_WIDTH 12
#define NSEC_IN_SEC   1000000000

bool list_time_parse(const char *word, struct list_style *ret_style)
{
	static const struct {
		const char *word;
		enum list_time time;
		bool utc;
	} words[] = {
		{"r", LIST_TIME_RELATIVE, false},   {"a", LIST_TIME_ABSOLUTE, false},
		{"ad", LIST_TIME_DATE, false},      {"d", LIST_TIME_DELTA, false},
		{"dd", LIST_TIME_DISPLAYED, false}, {"e", LIST_TIME_EPOCH, false},
		{"u", LIST_TIME_ABSOLUTE, true},    {"ud", LIST_TIME_DATE, true},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i].word))
			continue;
		ret_style->time = words[i].time;
		ret_style->utc = words[i].utc;
		return true;
	}
	return false;
}

static void two_digits(char out[static 2], unsigned number)
{
	out[0] = (char)('0' + number / 10 % 10);
	out[1] = (char)('0' + number % 10);
}

/* "2014-12-09 17:16:09.924505488" or the part behind the blank. */
static void clock_text(struct buf *out, const struct list_style *style, nsec_t time)
{
	nsec_t seconds = time / NSEC_IN_SEC - (time % NSEC_IN_SEC < 0);
	time_t t = (time_t)seconds;
	char text[] = "hh:mm:ss";
	struct buf fraction = {0};
	struct tm tm;

	if (!(style->utc ? gmtime_r(&t, &tm) : localtime_r(&t, &tm))) {
		duration_text(out, time, style->digits);
		return;
	}
	if (style->time == LIST_TIME_DATE)
		buf_printf(out, "%04d-%02d-%02d ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	two_digits(text, (unsigned)tm.tm_hour);
	two_digits(text + 3, (unsigned)tm.tm_min);
	two_digits(text + 6, (unsigned)tm.tm_sec);
	buf_puts(out, text);
	duration_text(&fraction, time - seconds * NSEC_IN_SEC, style->digits);
	if (style->digits)
		buf_puts(out, strchr(buf_text(&fraction), '.'));
	buf_done(&fraction);
}

void list_time(struct buf *out, const struct list_style *style, const struct frame_facts *facts)
{
	if (!facts->has_time)
		return;
	switch (style->time) {
	case LIST_TIME_RELATIVE:
		duration_text(out, facts->time - facts->first, style->digits);
		break;
	case LIST_TIME_ABSOLUTE:
	case LIST_TIME_DATE:
		clock_text(out, style, facts->time);
		break;
	case LIST_TIME_DELTA:
		duration_text(out, facts->time - facts->previous, style->digits);
		break;
	case LIST_TIME_DISPLAYED:
		duration_text(out, facts->time - facts->shown, style->digits);
		break;
	case LIST_TIME_EPOCH:
		duration_text(out, facts->time, style->digits);
		break;
	}
}

/* Moves what was written since `from` to the right end of a column. */
static void align_right(struct buf *out, size_t from, size_t width)
{
	size_t len = out->len - from;

	if (len >= width || out->failed)
		return;
	buf_pad(out, ' ', width - len);
	if (out->failed)
		return;
	memmove(out->data + from + width - len, out->data + from, len);
	memset(out->data + from, ' ', width - len);
}

void list_line(struct buf *out, const struct list_style *style, const struct frame_dissector *f,
	       const struct frame_facts *facts)
{
	size_t from = out->len;

	buf_u64(out, facts->number);
	align_right(out, from, NUMBER_WIDTH);
	buf_putc(out, ' ');
	from = out->len;
	list_time(out, style, facts);
	align_right(out, from, TIME_WIDTH);
	buf_putc(out, ' ');
	from = out->len;
	endpoint_text(out, &f->d.kept.source);
	align_right(out, from, ADDRESS_WIDTH);
	buf_puts(out, " → ");
	from = out->len;
	endpoint_text(out, &f->d.kept.destination);
	if (out->len - from < ADDRESS_WIDTH)
		buf_pad(out, ' ', ADDRESS_WIDTH - (out->len - from));
	buf_putc(out, ' ');
	buf_puts(out, f->d.protocol);
	buf_putc(out, ' ');
	buf_u64(out, facts->wire_len);
	buf_putc(out, ' ');
	buf_add(out, buf_text(&f->info), f->info.len);
	buf_putc(out, '\n');
}
