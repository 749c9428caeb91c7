// SPDX-License-Identifier: Apache-2.0
// Shows the state of a running capture on standard error: a table in place, lines, or JSON.
//
// Theory of operation. Nothing about the terminal is changed: no mode, no hidden cursor, no other
// screen. The table is written as plain lines; to redraw it the cursor goes up as many lines as it
// had and writes over them, clearing each line's rest. So however the program ends, the terminal is
// as it was, with the last state above the prompt. When the size of the terminal changed, lines
// may have been wrapped or cut by it, and the screen is cleared once.
#include "command/capture_status.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "command/terminal.h"

#define COLUMNS_USUAL 80
#define ROWS_USUAL    24

bool capture_status_form(const char *word, enum capture_status_form *ret_form)
{
	static const struct {
		const char *word;
		enum capture_status_form form;
	} words[] = {
		{"table", CAPTURE_STATUS_TABLE},
		{"lines", CAPTURE_STATUS_LINES},
		{"json", CAPTURE_STATUS_JSON},
		{"none", CAPTURE_STATUS_NONE},
	};

	if (!word)
		word = terminal_can_redraw(STDERR_FILENO) ? "table" : "lines";
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i].word) != 0)
			continue;
		*ret_form = words[i].form;
		return true;
	}
	return false;
}

/*
 * Whether standard error takes anything now. A terminal that was stopped (Ctrl-S) or a pipe that
 * nobody empties must not hold up the capture: frames would be lost meanwhile.
 */
static bool takes_output(void)
{
	struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};

	return poll(&ready, 1, 0) > 0 && ready.revents & POLLOUT;
}

static void write_out(struct capture_status *c)
{
	size_t done = 0;

	while (done < c->out.len) {
		ssize_t got = write(STDERR_FILENO, c->out.data + done, c->out.len - done);

		if (got <= 0)
			break; /* a state that nobody can see is no reason to stop */
		done += (size_t)got;
	}
	buf_clear(&c->out);
}

/*
 * Closes the seconds that have passed since the last look: usually one. Several, when we were not
 * asked for a while, share what came in them.
 */
static void count_seconds(struct capture_status *c, const struct status *s, nsec_t now)
{
	nsec_t passed = now - c->counted_at;
	uint64_t seconds = (uint64_t)(passed / NSEC_PER_SEC);

	if (passed < NSEC_PER_SEC)
		return;
	c->packets_per_sec = (s->tally.frames - c->packets) / seconds;
	c->bytes_per_sec = (s->tally.bytes - c->bytes) / seconds;
	c->packets = s->tally.frames;
	c->bytes = s->tally.bytes;
	c->counted_at += (nsec_t)seconds * NSEC_PER_SEC;
	for (uint64_t i = 0; i < seconds && i < STATUS_SECONDS_MAX; i++) {
		if (c->second_count == STATUS_SECONDS_MAX)
			memmove(c->seconds, c->seconds + 1,
				--c->second_count * sizeof(*c->seconds));
		c->seconds[c->second_count++] =
			c->packets_per_sec < UINT32_MAX ? (uint32_t)c->packets_per_sec : UINT32_MAX;
	}
}

static void draw(struct capture_status *c, const struct status *s)
{
	struct winsize size = {0};
	struct status_screen screen = {.columns = COLUMNS_USUAL,
				       .rows = ROWS_USUAL,
				       .utf8 = terminal_is_utf8(),
				       .color = terminal_has_color(STDERR_FILENO)};
	struct buf table = {0};
	unsigned lines;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row) {
		screen.columns = size.ws_col;
		screen.rows = size.ws_row;
	}
	if (c->lines && (screen.columns != c->columns || screen.rows != c->rows))
		buf_puts(&c->out, "\033[H\033[2J");
	else if (c->lines)
		buf_printf(&c->out, "\r\033[%uA", c->lines); /* a ^C may have been echoed */
	c->columns = screen.columns;
	c->rows = screen.rows;
	lines = status_table(&table, s, &screen);
	for (size_t i = 0; i < table.len; i++) {
		if (table.data[i] == '\n')
			buf_puts(&c->out, "\033[K"); /* what a longer line left behind */
		buf_putc(&c->out, table.data[i]);
	}
	buf_puts(&c->out, "\033[J");
	c->lines = lines;
	buf_done(&table);
}

void capture_status_show(struct capture_status *c, struct status *s, nsec_t now)
{
	if (!c->counted_at)
		c->counted_at = now - s->elapsed;
	count_seconds(c, s, now);
	s->packets_per_sec = c->packets_per_sec;
	s->bytes_per_sec = c->bytes_per_sec;
	s->seconds = c->seconds;
	s->second_count = c->second_count;
	if (!takes_output())
		return;
	switch (c->form) {
	case CAPTURE_STATUS_NONE:
		return;
	case CAPTURE_STATUS_TABLE:
		draw(c, s);
		break;
	case CAPTURE_STATUS_LINES:
		status_line(&c->out, s);
		break;
	case CAPTURE_STATUS_JSON:
		status_json(&c->out, s);
		break;
	}
	write_out(c);
}

void capture_status_done(struct capture_status *c)
{
	buf_done(&c->out);
}
