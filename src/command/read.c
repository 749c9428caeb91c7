// SPDX-License-Identifier: Apache-2.0
// `sonde read`: the packets of a capture file, as Wireshark would show them.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/capture.h"
#include "command/command.h"
#include "command/read_facts.h"
#include "command/read_options.h"
#include "packet/dfilter.h"
#include "packet/dissect_frame.h"
#include "packet/flow.h"
#include "packet/print_tree.h"
#include "report/fields.h"
#include "report/list.h"
#include "report/tree_json.h"

#define OUT_FLUSH (256u << 10) /* bytes written at once */

enum format {
	FORMAT_TEXT,
	FORMAT_FIELDS,
	FORMAT_JSON,
	FORMAT_EK,
};

/* One run. */
struct run {
	struct read_options options;
	enum format format;
	struct list_style style;
	struct fields fields;
	bool *only; /* -O: a flag for each protocol; NULL without */
	struct capture *capture;
	struct frame_dissector *dissector;
	struct dfilter *filter; /* -Y; NULL without */
	bool output_tree;       /* the output needs the tree, and the Info column */
	bool output_info;
	uint64_t wanted[TREE_FIELDS_MAX / 64]; /* by the output and the filter, of -T fields */
	struct read_facts facts;
	struct tree_links links;
	struct buf out;
	bool stopped; /* nobody reads our output any more */
	struct err err;
};

static void flush_out(struct run *r)
{
	if (r->out.len && !r->stopped && fwrite(r->out.data, 1, r->out.len, stdout) != r->out.len)
		r->stopped = true;
	buf_clear(&r->out);
}

static int parse_format(struct run *r)
{
	static const char *const words[] = {
		[FORMAT_TEXT] = "text",
		[FORMAT_FIELDS] = "fields",
		[FORMAT_JSON] = "json",
		[FORMAT_EK] = "ek",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(r->options.format, words[i]))
			continue;
		r->format = (enum format)i;
		return 0;
	}
	return err_set(&r->err, -EINVAL,
		       "There is no format \"%s\"; -T takes text, fields, json or ek.",
		       r->options.format);
}

static int parse_fields(struct run *r)
{
	const struct option_list *names = &r->options.fields;
	const struct option_list *settings = &r->options.setting;
	int code = 0;

	if (r->format == FORMAT_FIELDS && !names->count)
		return err_set(&r->err, -EINVAL, "-T fields needs a field: -e ip.src, say.");
	if (r->format != FORMAT_FIELDS && names->count)
		return err_set(&r->err, -EINVAL, "-e \"%s\" needs -T fields.", names->items[0]);
	for (size_t i = 0; i < names->count && !code; i++)
		code = fields_add(&r->fields, names->items[i], &r->err);
	for (size_t i = 0; i < settings->count && !code; i++)
		code = fields_set(&r->fields, settings->items[i], &r->err);
	return code;
}

/* One word of -O; every protocol with that filter name. */
static bool want_protocol(struct run *r, const char *word, size_t len)
{
	bool found = false;

	for (unsigned id = 0; id < PROTOCOL_COUNT; id++) {
		const char *name = protocol_get(id)->filter;

		if (strlen(name) == len && !memcmp(name, word, len))
			found = r->only[id] = true;
	}
	return found;
}

static int parse_only(struct run *r)
{
	const char *at = r->options.only;

	if (!at)
		return 0;
	r->options.tree = true;
	r->only = calloc(PROTOCOL_COUNT, sizeof(*r->only));
	if (!r->only)
		return err_set(&r->err, -ENOMEM, "There is no memory.");
	while (*at) {
		size_t len = strcspn(at, ",");

		if (!want_protocol(r, at, len))
			return err_set(&r->err, -EINVAL, "-O knows no protocol \"%.*s\".", (int)len,
				       at);
		at += len;
		at += *at == ',';
	}
	return 0;
}

/* The error of a filter is a sentence and the place under the filter's text. */
static int parse_filter(struct run *r)
{
	const char *text = r->options.filter;
	struct dfilter_error error;
	struct buf where = {0};
	int code = text ? dfilter_compile(text, strlen(text), &r->filter, &error) : 0;

	if (!code)
		return 0;
	dfilter_error_write(&where, text, strlen(text), &error);
	fputs("sonde: ", stderr);
	fputs(buf_text(&where), stderr);
	buf_done(&where);
	return code;
}

static int parse(struct run *r)
{
	int code = parse_format(r);

	if (!code && !list_time_parse(r->options.time, &r->style))
		code = err_set(&r->err, -EINVAL,
			       "\"%s\" is no style of time; -t takes r, a, ad, d, dd, e, u or ud.",
			       r->options.time);
	if (!code)
		code = parse_fields(r);
	if (!code)
		code = parse_only(r);
	if (!code && r->options.operands.count != 1)
		code = err_set(
			&r->err, -EINVAL, "%s",
			r->options.operands.count
				? "sonde read takes one file at a time."
				: "sonde read needs a capture file, or - for standard input.");
	return code;
}

/* What this format needs of the dissection: no more is made. */
static void set_wants(struct run *r)
{
	struct frame_dissector *f = r->dissector;
	bool text = r->format == FORMAT_TEXT;

	r->output_tree = !text || r->options.tree;
	r->output_info = (text && !r->options.tree && !r->options.bytes) || r->fields.want_info;
	f->tree.want_text = (text && r->options.tree) || r->format == FORMAT_JSON ||
			    r->format == FORMAT_EK || r->fields.want_text;
	f->tree.wanted = r->format == FORMAT_FIELDS ? r->fields.wanted : NULL;
	if (!r->filter || (r->output_tree && !f->tree.wanted))
		return;
	for (size_t i = 0; i < TREE_FIELDS_MAX / 64; i++)
		r->wanted[i] =
			dfilter_wanted(r->filter)[i] | (f->tree.wanted ? f->tree.wanted[i] : 0);
	f->tree.wanted = r->wanted;
}

/*
 * Takes a frame apart as far as it is needed; whether it is to be shown. One that is not still
 * passes through the dissectors, for what the flow tables learn from it.
 */
static bool take_frame(struct run *r, const struct frame *frame)
{
	struct frame_dissector *f = r->dissector;
	enum dfilter_answer answer = DFILTER_YES;

	if (r->filter)
		answer = dfilter_quick(r->filter, frame, &f->dispatch);
	f->want_tree = answer == DFILTER_UNSURE || (answer == DFILTER_YES && r->output_tree);
	f->want_info = answer != DFILTER_NO && r->output_info;
	dissect_frame(f, frame, &r->facts.facts);
	return answer == DFILTER_YES ||
	       (answer == DFILTER_UNSURE && dfilter_matches(r->filter, &f->d));
}

static void write_text(struct run *r)
{
	if (r->options.tree)
		print_tree(&r->out, &r->dissector->d, &r->links, r->only);
	else if (!r->options.bytes)
		list_line(&r->out, &r->style, r->dissector, &r->facts.facts);
	if (r->options.bytes)
		print_bytes(&r->out, &r->dissector->d);
}

static void write_frame(struct run *r, bool first)
{
	const struct frame_facts *facts = &r->facts.facts;

	switch (r->format) {
	case FORMAT_TEXT:
		write_text(r);
		break;
	case FORMAT_FIELDS:
		fields_line(&r->out, &r->fields, r->dissector, &r->style, facts);
		break;
	case FORMAT_JSON:
		tree_json(&r->out, r->dissector, &r->links, facts, first);
		break;
	case FORMAT_EK:
		tree_ek(&r->out, r->dissector, &r->links, facts);
		break;
	}
	if (r->out.len >= OUT_FLUSH)
		flush_out(r);
}

/* All frames; 0 at a clean end or a negative code. */
static int read_frames(struct run *r)
{
	uint64_t limit = r->options.count ? r->options.count : UINT64_MAX;
	struct frame frame;
	uint64_t done = 0, shown = 0;
	int code = 0;

	if (r->format == FORMAT_JSON)
		buf_putc(&r->out, '[');
	if (r->format == FORMAT_FIELDS && r->fields.header)
		fields_header(&r->out, &r->fields);
	while (done < limit && !r->stopped &&
	       (code = capture_next(r->capture, &frame, &r->err)) > 0) {
		read_facts_next(&r->facts, r->capture, &frame, r->output_tree || r->filter);
		r->style.digits = r->facts.digits;
		done++;
		if (!take_frame(r, &frame))
			continue;
		write_frame(r, shown++ == 0);
		read_facts_shown(&r->facts);
	}
	if (r->format == FORMAT_JSON)
		buf_puts(&r->out, shown ? "\n]\n" : "\n\n]\n");
	flush_out(r);
	return code < 0 ? code : 0;
}

static enum exit_status read_file(struct run *r)
{
	const char *file = r->options.operands.items[0];
	int code = capture_open(file, NULL, &r->capture, &r->err);
	struct flows *flows;

	if (code) {
		fprintf(stderr, "sonde: %s\n", r->err.text);
		return STATUS_USAGE;
	}
	r->dissector = frame_dissector_new();
	flows = flows_new();
	if (!r->dissector || !flows) {
		flows_free(flows);
		fprintf(stderr, "sonde: There is no memory to read \"%s\".\n", file);
		return STATUS_FAILED;
	}
	r->dissector->d.flows = flows;
	r->dissector->d.hooks = &flow_hooks;
	set_wants(r);
	code = read_frames(r);
	flows_free(flows);
	if (fflush(stdout) == EOF || r->stopped)
		return STATUS_FAILED;
	if (!code)
		return STATUS_OK;
	fprintf(stderr, "sonde: %s\n", r->err.text);
	return STATUS_FAILED;
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
	capture_free(r->capture);
	frame_dissector_free(r->dissector);
	dfilter_free(r->filter);
	read_facts_done(&r->facts);
	tree_links_done(&r->links);
	fields_done(&r->fields);
	buf_done(&r->out);
	free(r->only);
	option_done(&read_option_table, &r->options);
}

int command_read(int argc, char *const argv[])
{
	struct run *r = calloc(1, sizeof(*r));
	enum exit_status status = STATUS_USAGE;

	if (!r) {
		fputs("sonde: There is no memory.\n", stderr);
		return STATUS_FAILED;
	}
	fields_init(&r->fields);
	if (option_parse(&read_option_table, argc, argv, &r->options, &r->err)) {
		fprintf(stderr, "sonde: %s\n", r->err.text);
	} else if (r->options.help || r->options.list_fields) {
		if (r->options.help)
			option_help(&read_option_table, &r->out);
		else
			list_fields(&r->out);
		flush_out(r);
		status = STATUS_OK;
	} else if (parse(r)) {
		fprintf(stderr, "sonde: %s\n", r->err.text);
	} else if (!parse_filter(r)) {
		status = read_file(r);
	}
	run_done(r);
	free(r);
	return status;
}
