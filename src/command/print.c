// SPDX-License-Identifier: Apache-2.0
// A command's whole answer to standard output, where a full disk may not pass for success.
#include "command/print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum exit_status print_text(struct buf *text)
{
	bool whole = !text->failed && fwrite(text->data, 1, text->len, stdout) == text->len;
	int code = text->failed ? ENOMEM : errno;

	buf_clear(text);
	if (fflush(stdout)) {
		whole = false;
		code = errno;
	}
	if (whole)
		return STATUS_OK;
	fprintf(stderr, "sonde: Standard output cannot be written: %s.\n", strerror(code));
	return STATUS_FAILED;
}

enum exit_status print_help(const struct option_table *options)
{
	struct buf text = {0};
	enum exit_status status;

	option_help(options, &text);
	status = print_text(&text);
	buf_done(&text);
	return status;
}

void print_complaint(const char *sentence)
{
	size_t len = strlen(sentence);
	bool ended = len && strchr(".!?", sentence[len - 1]);

	fprintf(stderr, "sonde: %s%s\n", sentence, ended ? "" : ".");
}

void print_limited(const char *what, uint64_t packets)
{
	if (packets)
		fprintf(stderr,
			"sonde: %s cost too much for %" PRIu64 " packet%s: what was not finished "
			"there counts as not matching.\n",
			what, packets, packets == 1 ? "" : "s");
}
