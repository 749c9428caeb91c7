// SPDX-License-Identifier: Apache-2.0
// `sonde explain`: why each verdict, from a capture alone.
#include "command/explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command/command.h"
#include "command/explain_answer.h"
#include "command/explain_input.h"
#include "command/explain_options.h"
#include "command/explain_query.h"
#include "command/print.h"
#include "command/state_file.h"

/* One run. */
struct run {
	struct explain_topics topics;
	struct explain_input input;
	struct explain_query query;
	struct explain_report report;
	struct buf last; /* path of the last scan */
	struct buf out;
	struct err err;
};

static int read_input(struct run *r)
{
	struct stat st;
	int code;

	if (r->topics.file)
		return explain_input_read(&r->input, r->topics.file, &r->err);
	code = state_last_capture(&r->last, NULL);
	if (code)
		return err_set(&r->err, code,
			       "there is no home directory that the last scan could be in; name a "
			       "capture file");
	if (stat(buf_text(&r->last), &st) && errno == ENOENT)
		return err_set(&r->err, -ENOENT,
			       "there is no last scan in %s; name a capture file, or scan first, "
			       "as in \"sonde scan HOST\"",
			       buf_text(&r->last));
	return explain_input_read(&r->input, buf_text(&r->last), &r->err);
}

/* Takes the port of --ladder. */
static int take_ladder(struct run *r, const char *port)
{
	if (!port)
		return 0;
	r->topics.ladder = true;
	if (r->query.ports.count)
		return err_set(&r->err, -EINVAL,
			       "--ladder %s names its port; leave out the other ports", port);
	if (explain_query_add(&r->query, port, &r->err))
		return -EINVAL;
	if (r->query.ports.count != 1)
		return err_set(&r->err, -EINVAL,
			       "--ladder draws one port, as in --ladder 22 or --ladder 53/udp, not "
			       "\"%s\"",
			       port);
	return 0;
}

/* Resolves the operands. Ports that were not probed are said and cost the others nothing. */
static int ask(struct run *r, const struct explain_options *options, size_t from, int state)
{
	const struct option_list *operands = &options->operands;
	int code = explain_query_begin(&r->query, &r->input, &r->err);

	r->query.state = state;
	for (size_t i = from; i < operands->count && !code; i++)
		code = explain_query_add(&r->query, operands->items[i], &r->err);
	if (!code)
		code = take_ladder(r, options->ladder);
	if (!code)
		code = explain_query_find(&r->query, &r->err);
	if (code != -ENOENT || !r->query.pairs)
		return code;
	print_complaint(r->err.text);
	return 0;
}

/* What is answered each by itself: of these only one can be asked for. */
static int check_topics(const struct explain_options *o, struct err *err)
{
	const char *story = o->phases ? "--phases" : o->unexpected ? "--unexpected" : NULL;
	const char *const asked[] = {
		o->ladder ? "--ladder" : NULL, o->compare ? "--compare" : NULL,
		o->state ? "--state" : NULL, story, /* these two do go together */
	};
	const char *first = NULL;

	if (o->json && o->ladder)
		return err_set(
			err, -EINVAL,
			"a ladder is drawn, not written as JSON; leave out --json or --ladder");
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]) && !o->json; i++) {
		if (!asked[i])
			continue;
		if (first)
			return err_set(err, -EINVAL,
				       "%s and %s are two questions; ask one after the other, or "
				       "for everything with --json",
				       first, asked[i]);
		first = asked[i];
	}
	return 0;
}

/* Reads, resolves the operands and writes. */
static int run(struct run *r, const struct explain_options *options)
{
	const struct option_list *operands = &options->operands;
	bool named = operands->count && explain_query_is_file(operands->items[0]);
	int state, code = explain_query_state(options->state, &state, &r->err);

	if (!code)
		code = check_topics(options, &r->err);
	if (code)
		return code;
	r->topics.json = options->json ? stdout : NULL;
	r->topics.file = named ? operands->items[0] : NULL;
	r->topics.phases = options->phases;
	r->topics.unexpected = options->unexpected;
	code = read_input(r);
	if (!code)
		code = ask(r, options, named ? 1 : 0, state);
	if (!code && options->compare) {
		r->topics.report = &r->report;
		code = explain_report_read(&r->report, options->compare, r->input.ledger, &r->err);
	}
	if (!code)
		code = explain_answer(&r->query, &r->topics, &r->out, &r->err);
	return code;
}

static void done(struct run *r)
{
	explain_report_done(&r->report);
	explain_query_done(&r->query);
	explain_input_done(&r->input);
	buf_done(&r->last);
	buf_done(&r->out);
	free(r);
}

int explain_capture(int fd, const char *path, bool is_last, struct buf *out, struct err *err)
{
	struct run *r = calloc(1, sizeof(*r));
	int code;

	if (!r)
		return err_set(err, -ENOMEM, "there is no memory left to explain anything.");
	r->topics.file = is_last ? NULL : path;
	code = explain_input_read_fd(&r->input, fd, path, err);
	if (!code)
		code = explain_query_begin(&r->query, &r->input, err);
	if (!code)
		code = explain_answer(&r->query, &r->topics, out, err);
	done(r);
	return code;
}

/* Writes the answer; false when it does not all arrive, and that was said. */
static bool write_answer(struct run *r)
{
	int code;

	fwrite(r->out.data, 1, r->out.len, stdout);
	if (!fflush(stdout) && !ferror(stdout))
		return true;
	code = errno;
	fprintf(stderr, "sonde: the explanation could not be written: %s.\n", strerror(code));
	return false;
}

/* Runs with parsed options; an exit status. */
static int run_with(const struct explain_options *options)
{
	struct run *r = calloc(1, sizeof(*r));
	int status = STATUS_USAGE;

	if (!r) {
		print_complaint("There is no memory left to explain anything.");
		return STATUS_FAILED;
	}
	if (run(r, options))
		print_complaint(r->err.text);
	else
		status = write_answer(r) ? STATUS_OK : STATUS_FAILED;
	if (r->report.claims.damaged)
		print_complaint(r->report.claims.damage.text);
	if (r->input.damaged)
		print_complaint(r->input.damage.text);
	if (r->input.damaged || r->report.claims.damaged ||
	    comparison_differences(&r->report.comparison))
		status = STATUS_FAILED;
	done(r);
	return status;
}

int command_explain(int argc, char *const argv[])
{
	struct explain_options options = {0};
	struct err err = {0};
	int status = STATUS_OK;

	if (option_parse(&explain_option_table, argc, argv, &options, &err)) {
		print_complaint(err.text);
		status = STATUS_USAGE;
	} else if (options.help) {
		status = print_help(&explain_option_table);
	} else {
		status = run_with(&options);
	}
	option_done(&explain_option_table, &options);
	return status;
}
