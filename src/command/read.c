// SPDX-License-Identifier: Apache-2.0
// `sonde read`: the packets of a capture file, as Wireshark would show them.
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"
#include "command/print.h"
#include "command/read_output.h"
#include "command/read_parse.h"
#include "command/read_session.h"
#include "command/read_stats.h"
#include "proto/registry.h"

static enum exit_status complain(const struct run *r, enum exit_status status)
{
	print_complaint(r->err.text);
	return status;
}

/* The capture filter with a mark where it is wrong, if that is what failed. */
static void point_at_filter(const struct run *r)
{
	struct buf where = {0};

	if (r->capture_filter)
		capture_filter_point(r->capture_filter, &where);
	fputs(buf_text(&where), stderr);
	if (*buf_text(&where) && is_display_filter(r->options.capture_filter))
		fputs("That is a display filter: give it with -Y, not with --capture-filter.\n",
		      stderr);
	buf_done(&where);
}

/* What did not end the reading, and yet is not as the user asked or the file has it. */
static void tell_small_losses(const struct run *r)
{
	uint64_t left_out = r->write.copy ? copy_left_out(r->write.copy) : 0;
	uint64_t limited = r->filter ? dfilter_limited(r->filter) : 0;
	const char *first;
	uint64_t notes = r->capture ? capture_notes(r->capture, &first) : 0;

	if (notes)
		fprintf(stderr, "sonde: %s (%" PRIu64 " such small fault%s; no packet is lost.)\n",
			first, notes, notes == 1 ? "" : "s");
	print_limited("The filter", limited);
	if (left_out)
		fprintf(stderr,
			"sonde: %" PRIu64 " custom block%s of the file ask%s not to be copied: not "
			"in \"%s\".\n",
			left_out, left_out == 1 ? "" : "s", left_out == 1 ? "s" : "",
			r->options.write);
}

/* What reading came to, code being session_read()'s; the file of -w is ended in any case. */
static enum exit_status finish(struct run *r, int code)
{
	struct err why = r->err;
	int write_code = session_finish(r);

	if (write_code)
		complain(r, STATUS_FAILED);
	r->err = why;
	if (code)
		complain(r, STATUS_FAILED);
	tell_small_losses(r);
	if (code == -EINVAL) {
		point_at_filter(r);
		return STATUS_USAGE;
	}
	if (r->out_error && r->out_error != EPIPE)
		fprintf(stderr, "sonde: Standard output cannot be written: %s.\n",
			strerror(r->out_error));
	if (r->stopped || write_code)
		return STATUS_FAILED;
	if (code && r->options.repair)
		fprintf(stderr, "sonde: The good part is in \"%s\".\n", r->options.write);
	else if (code)
		return STATUS_FAILED;
	return r->interrupted ? STATUS_INTERRUPTED : STATUS_OK;
}

static enum exit_status read_file(struct run *r)
{
	int code;

	signal(SIGPIPE, SIG_IGN); /* a reader that leaves is an error we see, not our death */
	signal(SIGXFSZ, SIG_IGN); /* so is a limit on file sizes */
	code = session_open(r, r->options.operands.items[0]);
	if (code)
		return complain(r, code == -ENOMEM ? STATUS_FAILED : STATUS_USAGE);
	return finish(r, session_read(r));
}

static const char *type_word(const struct field *field)
{
	static const char *const words[FIELD_TYPES] = {
		[FIELD_NONE] = "none",         [FIELD_PROTOCOL] = "protocol",
		[FIELD_BOOL] = "boolean",      [FIELD_UINT] = "unsigned",
		[FIELD_INT] = "signed",        [FIELD_DOUBLE] = "real",
		[FIELD_BYTES] = "bytes",       [FIELD_ETHER] = "ether",
		[FIELD_IPV4] = "ipv4",         [FIELD_IPV6] = "ipv6",
		[FIELD_STRING] = "string",     [FIELD_TIME] = "time",
		[FIELD_DURATION] = "duration", [FIELD_FRAME] = "frame",
	};

	return words[field->type];
}

/* Name, type, protocol and label of every field. */
static void list_fields(struct buf *out)
{
	for (unsigned id = 0; id < (unsigned)PROTOCOL_COUNT << 8; id++) {
		const struct field *field = field_get((uint16_t)id);

		if (field && field->name[0])
			buf_printf(out, "%s\t%s\t%s\t%s\n", field->name, type_word(field),
				   protocol_get(id >> 8)->filter, field->label);
	}
}

static void run_done(struct run *r)
{
	session_done(r);
	read_parse_done(r);
	read_facts_done(&r->facts);
	tree_links_done(&r->links);
	buf_done(&r->out);
	option_done(&read_option_table, &r->options);
}

int command_read(int argc, char *const argv[])
{
	struct run *r = calloc(1, sizeof(*r));
	enum exit_status status = STATUS_USAGE;

	if (!r) {
		print_complaint("There is no memory.");
		return STATUS_FAILED;
	}
	fields_init(&r->fields);
	fields_init(&r->columns);
	r->columns.resolve = true;
	if (option_parse(&read_option_table, argc, argv, &r->options, &r->err)) {
		print_complaint(r->err.text);
	} else if (r->options.help || r->options.list_fields || read_stats_help(r)) {
		if (r->options.help)
			option_help(&read_option_table, &r->out);
		else if (read_stats_help(r))
			stats_help(&r->out);
		else
			list_fields(&r->out);
		status = print_text(&r->out);
	} else if (!read_parse(r)) {
		status = read_file(r);
	}
	run_done(r);
	free(r);
	return status;
}
