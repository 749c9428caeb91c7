// SPDX-License-Identifier: Apache-2.0
// A JSON document written straight down: commas and lines come by themselves.
#include "report/json_writer.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/json_string.h"

static void new_line(struct json_writer *w)
{
	buf_putc(w->out, '\n');
	buf_pad(w->out, ' ', w->depth);
}

/* What stands before a value: comma, line, name. */
static void lead(struct json_writer *w, const char *name)
{
	unsigned in = w->depth;

	if (in && w->any[in - 1])
		buf_putc(w->out, ',');
	if (in && w->lines[in - 1])
		new_line(w);
	else if (in && w->any[in - 1])
		buf_putc(w->out, ' ');
	if (in)
		w->any[in - 1] = true;
	if (!name)
		return;
	json_string(w->out, name, strlen(name));
	buf_puts(w->out, ": ");
}

static void begin(struct json_writer *w, const char *name, char mark, bool lines)
{
	assert(w->depth < JSON_DEPTH_MAX);
	lead(w, name);
	buf_putc(w->out, mark);
	w->lines[w->depth] = lines;
	w->any[w->depth] = false;
	w->depth++;
}

static void end(struct json_writer *w, char mark)
{
	bool broken = w->lines[w->depth - 1] && w->any[w->depth - 1];

	w->depth--;
	if (broken)
		new_line(w);
	buf_putc(w->out, mark);
}

void json_object(struct json_writer *w, const char *name, bool lines)
{
	begin(w, name, '{', lines);
}

void json_array(struct json_writer *w, const char *name, bool lines)
{
	begin(w, name, '[', lines);
}

void json_end_object(struct json_writer *w)
{
	end(w, '}');
}

void json_end_array(struct json_writer *w)
{
	end(w, ']');
}

void json_null(struct json_writer *w, const char *name)
{
	lead(w, name);
	buf_puts(w->out, "null");
}

void json_bool(struct json_writer *w, const char *name, bool value)
{
	lead(w, name);
	buf_puts(w->out, value ? "true" : "false");
}

void json_number(struct json_writer *w, const char *name, uint64_t value)
{
	lead(w, name);
	buf_u64(w->out, value);
}

void json_real(struct json_writer *w, const char *name, double value)
{
	if (!isfinite(value)) {
		json_null(w, name);
		return;
	}
	lead(w, name);
	buf_printf(w->out, "%.6g", value);
}

void json_seconds(struct json_writer *w, const char *name, nsec_t time)
{
	uint64_t size = time < 0 ? -(uint64_t)time : (uint64_t)time;

	lead(w, name);
	buf_printf(w->out, "%s%" PRIu64 ".%09u", time < 0 ? "-" : "", size / NSEC_PER_SEC,
		   (unsigned)(size % NSEC_PER_SEC));
}

void json_words(struct json_writer *w, const char *name, const char *text)
{
	if (!text) {
		json_null(w, name);
		return;
	}
	lead(w, name);
	json_string(w->out, text, strlen(text));
}

void json_addr(struct json_writer *w, const char *name, const struct addr *addr)
{
	char text[ADDR_TEXT_MAX];

	json_words(w, name, addr->family ? addr_text(addr, text) : NULL);
}
