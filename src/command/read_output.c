// SPDX-License-Identifier: Apache-2.0
// What `sonde read` writes for a frame: list, tree, bytes, fields, JSON.
#include "command/read_output.h"

#include <errno.h>
#include <stdio.h>

#include "report/tree_json.h"

#define OUT_FLUSH (256u << 10) /* bytes written at once */

void output_begin(struct run *r)
{
	if (r->format == READ_JSON)
		buf_putc(&r->out, '[');
	if (r->format == READ_FIELDS && r->fields.header)
		fields_header(&r->out, &r->fields);
}

void output_end(struct run *r)
{
	if (r->format == READ_JSON)
		buf_puts(&r->out, r->shown ? "\n]\n" : "\n\n]\n");
	output_flush(r);
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

void output_frame(struct run *r)
{
	const struct frame_facts *facts = &r->facts.facts;

	switch (r->format) {
	case READ_TEXT:
		write_text(r);
		break;
	case READ_FIELDS:
		fields_line(&r->out, &r->fields, r->dissector, &r->style, facts);
		break;
	case READ_JSON:
		tree_json(&r->out, r->dissector, &r->links, facts, r->shown == 0);
		break;
	case READ_EK:
		tree_ek(&r->out, r->dissector, &r->links, facts);
		break;
	}
	if (r->out.len >= OUT_FLUSH)
		output_flush(r);
}

void output_flush(struct run *r)
{
	if (!r->stopped && r->out.len &&
	    (fwrite(r->out.data, 1, r->out.len, stdout) != r->out.len || fflush(stdout) == EOF)) {
		r->out_error = errno;
		r->stopped = true;
	}
	buf_clear(&r->out);
}
