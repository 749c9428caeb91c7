// SPDX-License-Identifier: Apache-2.0
// From the options of `sonde read` to what a run is to do.
#include "command/read_parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "command/print.h"
#include "command/read_stats.h"
#include "proto/registry.h"

#define PROTOCOL_WORD_MAX 64

/* Two languages of filters are easily confused: what would the other one say? */
static bool is_capture_filter(const char *text)
{
	struct err ignored = {0};
	struct capture_filter *filter = capture_filter_new(text, &ignored);
	bool fits = filter && !capture_filter_compile(filter, LINK_ETHERNET, &ignored);

	capture_filter_free(filter);
	return fits;
}

bool is_display_filter(const char *text)
{
	struct dfilter_error ignored;
	struct dfilter *filter = NULL;
	bool fits = !dfilter_compile(text, strlen(text), &filter, &ignored);

	dfilter_free(filter);
	return fits;
}

static int parse_format(struct run *r)
{
	static const char *const words[] = {
		[READ_TEXT] = "text", [READ_FIELDS] = "fields", [READ_JSON] = "json",
		[READ_EK] = "ek",     [READ_TABS] = "tabs",     [READ_PSML] = "psml",
		[READ_PDML] = "pdml",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(r->options.format, words[i]))
			continue;
		r->format = (enum read_format)i;
		return 0;
	}
	return err_set(&r->err, -EINVAL,
		       "There is no format \"%s\"; -T takes text, fields, json, ek, tabs, "
		       "psml or pdml.",
		       r->options.format);
}

static int parse_fields(struct run *r)
{
	const struct option_list *names = &r->options.fields;
	const struct option_list *settings = &r->options.setting;
	int code = 0;

	if (r->format == READ_FIELDS && !names->count)
		return err_set(&r->err, -EINVAL, "-T fields needs a field: -e ip.src, say.");
	if (r->format != READ_FIELDS && names->count)
		return err_set(&r->err, -EINVAL, "-e \"%s\" needs -T fields.", names->items[0]);
	for (size_t i = 0; i < names->count && !code; i++)
		code = columns_add(&r->fields.columns, names->items[i], false, &r->err);
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

/* The protocol whose filter name is nearest to a word; NULL when none is near. */
static const char *nearest_protocol(const char *word, size_t len)
{
	const char *best = NULL;
	unsigned least = (unsigned)(len / 3) + 2;
	char typed[PROTOCOL_WORD_MAX];

	text_escape_bytes(typed, sizeof(typed), word, len);
	for (unsigned id = 0; id < PROTOCOL_COUNT; id++) {
		const char *name = protocol_get(id)->filter;
		unsigned far = *name ? text_distance(typed, name) : least;

		if (far < least) {
			least = far;
			best = name;
		}
	}
	return best;
}

static int refuse_protocol(struct run *r, const char *word, size_t len)
{
	const char *nearest = nearest_protocol(word, len);

	return nearest ? err_set(&r->err, -EINVAL,
				 "-O knows no protocol \"%.*s\"; the nearest is \"%s\".", (int)len,
				 word, nearest)
		       : err_set(&r->err, -EINVAL,
				 "-O knows no protocol \"%.*s\"; sonde read --fields lists those "
				 "there are.",
				 (int)len, word);
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
			return refuse_protocol(r, at, len);
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
	if (is_capture_filter(text))
		fputs("That is tcpdump's language: give it with --capture-filter, not with -Y.\n",
		      stderr);
	return code;
}

static int parse_write(struct run *r)
{
	const struct read_options *o = &r->options;
	bool shows = o->print || o->tree || o->bytes || r->format != READ_TEXT;

	r->as_pcap = !strcmp(o->write_format, "pcap");
	if (!r->as_pcap && strcmp(o->write_format, "pcapng"))
		return err_set(&r->err, -EINVAL,
			       "There is no file format \"%s\"; -F takes pcapng or pcap.",
			       o->write_format);
	if (!o->write && (r->as_pcap || o->repair))
		return err_set(&r->err, -EINVAL, "%s needs a file to write: -w FILE.",
			       o->repair ? "--repair" : "-F");
	if (o->two_passes && o->follow)
		return err_set(&r->err, -EINVAL,
			       "-2 needs the end of the file, and -f waits for more.");
	if (o->repair && o->follow)
		return err_set(&r->err, -EINVAL,
			       "--repair needs the end of the file, and -f waits for more.");
	if (o->write && !strcmp(o->write, "-") && shows)
		return err_set(&r->err, -EINVAL,
			       "Standard output cannot take both the file of -w - and what is "
			       "shown; name a file.");
	if (o->write && !strcmp(o->write, "-") && isatty(STDOUT_FILENO))
		return err_set(&r->err, -EINVAL,
			       "-w - would write a capture file to the terminal; send it to a "
			       "file or a pipe.");
	return 0;
}

static int parse_capture_filter(struct run *r)
{
	if (!r->options.capture_filter)
		return 0;
	r->capture_filter = capture_filter_new(r->options.capture_filter, &r->err);
	return r->capture_filter ? 0 : -ENOMEM;
}

/* Words behind the file are often meant as a filter. */
static int refuse_second(struct run *r)
{
	const char *word = r->options.operands.items[1];
	const char *hint = "";

	if (is_display_filter(word))
		hint = "; a filter is given with -Y";
	else if (is_capture_filter(word))
		hint = "; a capture filter is given with --capture-filter";
	return err_set(&r->err, -EINVAL, "sonde read takes one file at a time%s.", hint);
}

static int parse_operand(struct run *r)
{
	if (r->options.operands.count == 1)
		return 0;
	if (r->options.operands.count && r->options.follow)
		return err_set(&r->err, -EINVAL,
			       "sonde read takes one file at a time; -f follows a file that grows, "
			       "and a capture filter is given with --capture-filter.");
	if (r->options.operands.count)
		return refuse_second(r);
	return err_set(&r->err, -EINVAL,
		       "sonde read needs a capture file, or - for standard input.");
}

static int parse_time(struct run *r)
{
	r->style.strict = r->options.strict;
	if (time_style_parse(r->options.time, &r->style.time))
		return 0;
	return err_set(&r->err, -EINVAL,
		       "\"%s\" is no style of time; -t takes r, a, ad, adoy, d, dd, e, u, ud or "
		       "udoy, and .0 to .9 behind it.",
		       r->options.time);
}

/* What of text is shown: called once -T, -V and -O are read. */
static int parse_layout(struct run *r)
{
	const struct read_options *o = &r->options;

	if (r->format != READ_TEXT && (o->tree || o->ranges))
		return err_set(&r->err, -EINVAL, "-V, -O and --ranges go with -T text only.");
	if (r->format != READ_TEXT && r->format != READ_JSON && o->bytes)
		return err_set(&r->err, -EINVAL, "-x goes with -T text or -T json.");
	if (o->ranges && !o->tree)
		return err_set(&r->err, -EINVAL, "--ranges is for the tree: add -V or -O.");
	r->output_line = r->format == READ_TABS || r->format == READ_PSML ||
			 (r->format == READ_TEXT && ((!o->tree && !o->bytes) || o->print));
	return 0;
}

/* The columns that tshark shows, for formats that name each. */
static int usual_columns(struct run *r)
{
	static const char *const usual[] = {
		"_ws.col.No.",      "_ws.col.Time",   "_ws.col.Source", "_ws.col.Destination",
		"_ws.col.Protocol", "_ws.col.Length", "_ws.col.Info",
	};
	int code = 0;

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]) && !code; i++)
		code = columns_add(&r->columns.columns, usual[i], false, &r->err);
	return code;
}

/* --columns: names by commas, kept in one copy that is cut at them. */
static int parse_columns(struct run *r)
{
	int code = 0;
	char *save = NULL;

	if (!r->options.columns)
		return r->format == READ_TABS || r->format == READ_PSML ? usual_columns(r) : 0;
	if (!r->output_line)
		return err_set(&r->err, -EINVAL,
			       "--columns lays out the list; it does not go with -T (but tabs and "
			       "psml), nor with -V, -O or -x unless -P shows the list's line too.");
	r->column_names = strdup(r->options.columns);
	if (!r->column_names)
		return err_set(&r->err, -ENOMEM, "There is no memory.");
	for (char *name = strtok_r(r->column_names, ",", &save); name && !code;
	     name = strtok_r(NULL, ",", &save))
		code = columns_add(&r->columns.columns, name + strspn(name, " "), true, &r->err);
	if (!code && !r->columns.columns.count)
		return err_set(&r->err, -EINVAL,
			       "--columns needs a name: --columns no,time,info, say.");
	return code;
}

static int parse_names(struct run *r)
{
	int code = 0;

	if (r->options.names && !r->options.no_names)
		code = read_names_parse(&r->names, r->options.names, &r->err);
	if (!code && r->names.names.context)
		r->style.names = &r->names.names;
	return code;
}

/* NO_COLOR: https://no-color.org, set and not empty. */
static int parse_color(struct run *r)
{
	const char *when = r->options.color, *no = getenv("NO_COLOR"), *term = getenv("TERM");
	bool wanted = !strcmp(when, "always");

	if (!strcmp(when, "auto"))
		wanted = isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb");
	else if (!wanted && strcmp(when, "never"))
		return err_set(&r->err, -EINVAL,
			       "\"%s\" does not say when to colour; --color takes auto, always or "
			       "never.",
			       when);
	r->highlight = wanted && r->options.bytes && (r->only || r->options.filter);
	if (!wanted || !r->output_line)
		return 0;
	r->colours = colours_new(colour_depth_of(getenv("COLORTERM"), term));
	return r->colours ? 0 : err_set(&r->err, -ENOMEM, "There is no memory for colours.");
}

int read_parse(struct run *r)
{
	static int (*const steps[])(struct run * r) = {
		parse_format, parse_time,           parse_fields,  parse_only,
		parse_layout, parse_columns,        parse_names,   parse_color,
		parse_write,  parse_capture_filter, parse_operand, read_stats_parse,
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int code = steps[i](r);

		if (!code)
			continue;
		print_complaint(r->err.text);
		return code;
	}
	return parse_filter(r);
}

void read_parse_done(struct run *r)
{
	capture_filter_free(r->capture_filter);
	r->capture_filter = NULL;
	dfilter_free(r->filter);
	r->filter = NULL;
	free(r->only);
	r->only = NULL;
	fields_done(&r->fields);
	fields_done(&r->columns);
	read_names_done(&r->names);
	colours_free(r->colours);
	r->colours = NULL;
	free(r->column_names);
	r->column_names = NULL;
}
