// SPDX-License-Identifier: Apache-2.0
// What `sonde read` writes for a frame: list, tree, bytes, fields, JSON.
#include "command/read_output.h"

#include <errno.h>
#include <stdio.h>

#include "report/tree_json.h"
#include "report/tree_pdml.h"

#define OUT_FLUSH   (256u << 10) /* bytes written at once */
#define LINES_ALONE 4096         /* lines before a second thread is worth its beginning */

void output_begin(struct run *r)
{
	if (r->format == READ_JSON)
		buf_putc(&r->out, '[');
	if (r->format == READ_FIELDS)
		fields_header(&r->out, &r->fields);
	if (r->format == READ_PSML)
		list_psml_begin(&r->out, &r->columns);
	if (r->format == READ_PDML)
		tree_pdml_begin(&r->out, r->options.operands.items[0]);
}

void output_end(struct run *r)
{
	if (r->format == READ_JSON)
		buf_puts(&r->out, r->shown ? "\n]\n" : "\n\n]\n");
	if (r->format == READ_PSML)
		list_psml_end(&r->out);
	if (r->format == READ_PDML)
		tree_pdml_end(&r->out);
	output_flush(r);
}

/* How the list is laid out in each format that shows one. */
static enum list_form form_of(enum read_format format)
{
	return format == READ_TABS ? LIST_TABS : format == READ_PSML ? LIST_PSML : LIST_BLANKS;
}

/* A line of the list; its colour ends before the newline. */
static void write_line(struct run *r)
{
	const struct frame_facts *facts = &r->facts.facts;
	bool coloured = r->colours && colours_begin(&r->out, r->colours, &r->dissector->d);

	if (r->columns.columns.count)
		list_line_of(&r->out, &r->columns, form_of(r->format), &r->style, r->dissector,
			     facts);
	else
		list_line(&r->out, &r->style, r->dissector, facts);
	if (coloured)
		colours_end(&r->out);
	buf_putc(&r->out, '\n');
}

/* The layout of tshark: line and tree directly, bytes behind an empty line. */
static void write_text(struct run *r)
{
	const struct print_style style = {.only = r->only, .ranges = r->options.ranges};
	const struct print_marks marks = {
		.only = r->only,
		.fields = r->filter ? dfilter_wanted(r->filter) : NULL,
	};

	if (r->output_line)
		write_line(r);
	if (r->options.tree)
		print_tree(&r->out, &r->dissector->d, &r->links, &style);
	else if (r->options.bytes && r->output_line)
		buf_putc(&r->out, '\n');
	if (r->options.bytes)
		print_bytes(&r->out, &r->dissector->d, r->highlight ? &marks : NULL);
}

static void spill(void *context)
{
	output_flush(context);
}

/* A whole tree as markup: it may be longer than what one frame may hold in memory. */
static void write_markup(struct run *r)
{
	const struct frame_facts *facts = &r->facts.facts;
	const struct tree_json_style style = {
		.first = r->shown == 0,
		.raw = r->options.bytes,
		.spill = {spill, r},
	};

	if (r->format == READ_JSON)
		tree_json(&r->out, r->dissector, &r->links, facts, &style);
	else
		tree_pdml(&r->out, r->dissector, &r->links, facts, &style.spill);
}

void output_frame(struct run *r)
{
	const struct frame_facts *facts = &r->facts.facts;

	switch (r->format) {
	case READ_TEXT:
		write_text(r);
		break;
	case READ_TABS:
	case READ_PSML:
		write_line(r);
		break;
	case READ_FIELDS:
		fields_line(&r->out, &r->fields, r->dissector, &r->style, facts);
		break;
	case READ_JSON:
	case READ_PDML:
		write_markup(r);
		break;
	case READ_EK:
		tree_ek(&r->out, r->dissector, &r->links, facts);
		break;
	}
	if (r->lines || r->out.len >= OUT_FLUSH)
		output_flush(r);
}

/* From here on the other thread writes. */
static void begin_lines(struct run *r)
{
	output_flush(r);
	r->lines = read_lines_new(&r->style);
}

void output_lines_end(struct run *r)
{
	int error = read_lines_free(r->lines);

	r->lines = NULL;
	if (!error)
		return;
	r->out_error = error;
	r->stopped = true;
}

void output_plain(struct run *r, const struct plain *p, const struct frame *frame,
		  const struct tcp_view *view)
{
	if (r->may_lines && r->shown == LINES_ALONE)
		begin_lines(r);
	if (r->lines) {
		if (!read_lines_plain(r->lines, p, frame, view, &r->facts.facts, r->facts.digits))
			r->stopped = true;
		return;
	}
	list_line_plain(&r->out, &r->style, p, frame, view, &r->facts.facts);
	buf_putc(&r->out, '\n');
	if (r->out.len >= OUT_FLUSH)
		output_flush(r);
}

void output_flush(struct run *r)
{
	if (r->lines) {
		if (r->out.len && !read_lines_text(r->lines, &r->out))
			r->stopped = true;
	} else if (!r->stopped && r->out.len &&
		   (fwrite(r->out.data, 1, r->out.len, stdout) != r->out.len ||
		    fflush(stdout) == EOF)) {
		r->out_error = errno;
		r->stopped = true;
	}
	buf_clear(&r->out);
}
