// SPDX-License-Identifier: Apache-2.0
// Whole frames as PDML, the Packet Details Markup Language: tshark's -T pdml.
//
// Theory of operation. The tree is walked once in printing order; an item with children stays open
// until the walk leaves it, and the parents in the tree say which elements those are. A protocol is
// a <proto>, all else a <field>; Wireshark's own expert notes are fields though they are protocols,
// and Data is a field within a <proto> that stands for nothing.
#include "report/tree_pdml.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "packet/value_text.h"
#include "proto/registry.h"
#include "proto/ws.h"
#include "report/xml_text.h"

#define WRAPPER     "fake-field-wrapper"
#define ESCAPED_MAX 32 /* bytes of one character, each as \xNN */

/* A frame on its way into XML. */
struct pdml {
	struct buf *out;
	const struct frame_dissector *f;
	struct buf line; /* of one item, before it is escaped for XML */
	uint32_t open;   /* the innermost element that is open, TREE_NO_PARENT: none */
	uint32_t depth;  /* of what follows */
	bool wrapped;    /* in a WRAPPER */
};

void tree_pdml_begin(struct buf *out, const char *file)
{
	struct buf name = {0};

	buf_escaped(&name, file);
	buf_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		      "<?xml-stylesheet type=\"text/xsl\" href=\"pdml2html.xsl\"?>\n"
		      "<pdml version=\"0\" creator=\"sonde/" SONDE_VERSION "\" capture_file=\"");
	xml_text(out, buf_text(&name), name.len);
	buf_puts(out, "\">\n");
	buf_done(&name);
}

void tree_pdml_end(struct buf *out)
{
	buf_puts(out, "</pdml>\n");
}

static bool is_data(const struct item *item)
{
	return item->id == FIELD_ID(PROTOCOL_DATA, 0);
}

static bool is_proto(const struct item *item)
{
	return field_get(item->id)->type == FIELD_PROTOCOL && !is_data(item) &&
	       item->id != FIELD_ID(PROTOCOL_WS, WS_EXPERT);
}

static void attribute(struct pdml *p, const char *name, const char *text, size_t len)
{
	buf_putc(p->out, ' ');
	buf_puts(p->out, name);
	buf_puts(p->out, "=\"");
	xml_text(p->out, text, len);
	buf_putc(p->out, '"');
}

/* What bytes an item stands for, in hexadecimal; what are not held are left out. */
static void put_bytes(struct pdml *p, const char *name, const struct item *item)
{
	buf_printf(p->out, " %s=\"", name);
	item_hex(p->out, &p->f->d, item);
	buf_putc(p->out, '"');
}

/* The bytes, and of a field of bits first its own value. */
static void put_value(struct pdml *p, const struct item *item)
{
	const struct field *field = field_get(item->id);

	if (!item->len)
		return;
	if (!field->mask) {
		put_bytes(p, "value", item);
		return;
	}
	buf_printf(p->out, " value=\"%" PRIX64 "\"", item->number);
	put_bytes(p, "unmaskedvalue", item);
}

/* The line, which is "showname" of what has a name for filters and "show" of what has none. */
static void put_line(struct pdml *p, const char *name, const struct item *item)
{
	buf_clear(&p->line);
	item_words(&p->line, &p->f->d, item);
	attribute(p, name, buf_text(&p->line), p->line.len);
}

/*
 * What a stranger sent, escaped for a terminal and for XML, a character or a plain run at a time.
 */
static void put_strange(struct buf *out, const char *text, size_t len)
{
	char safe[ESCAPED_MAX];

	while (len) {
		size_t step = text_plain(text, len);
		uint32_t code;

		if (step) {
			xml_text(out, text, step);
		} else {
			step = text_character(text, len, &code);
			step += step == 0;
			xml_text(out, safe, text_escape_bytes(safe, sizeof(safe), text, step));
		}
		text += step;
		len -= step;
	}
}

/* Values but strings are our own plain text and go out as they are made, however long. */
static void put_show(struct pdml *p, const struct item *item)
{
	buf_puts(p->out, " show=\"");
	if (field_get(item->id)->type == FIELD_STRING) {
		buf_clear(&p->line);
		value_text(&p->line, &p->f->d, item, VALUE_JSON);
		put_strange(p->out, buf_text(&p->line), p->line.len);
	} else {
		value_text(p->out, &p->f->d, item, VALUE_JSON);
	}
	buf_putc(p->out, '"');
}

static void put_place(struct pdml *p, const struct item *item)
{
	buf_printf(p->out, " size=\"%" PRIu32 "\" pos=\"%" PRIu32 "\"", item->len, item->at);
}

static void put_hide(struct pdml *p, const struct item *item)
{
	if (item->flags & ITEM_HIDDEN)
		buf_puts(p->out, " hide=\"yes\"");
}

/* All attributes behind the element's name. */
static void put_attributes(struct pdml *p, const struct item *item)
{
	const struct field *field = field_get(item->id);

	attribute(p, "name", field->name, strlen(field->name));
	if (is_data(item)) {
		put_bytes(p, "value", item);
		return;
	}
	put_line(p, field->name[0] ? "showname" : "show", item);
	put_hide(p, item);
	put_place(p, item);
	if (field->type == FIELD_PROTOCOL)
		return;
	if (field->name[0] && field->type == FIELD_NONE)
		buf_puts(p->out, item->len ? " show=\"\"" : " show=\"\" value=\"\"");
	else if (field->name[0])
		put_show(p, item);
	put_value(p, item);
}

static void indent(struct pdml *p)
{
	buf_pad(p->out, ' ', 2 * ((size_t)p->depth + 1));
}

/* Closes elements until one of depth is the innermost. */
static void close_to(struct pdml *p, uint32_t depth)
{
	const struct tree *t = &p->f->tree;

	for (; p->depth > depth + p->wrapped; p->open = t->items[p->open].parent) {
		p->depth--;
		indent(p);
		buf_puts(p->out, is_proto(&t->items[p->open]) ? "</proto>\n" : "</field>\n");
	}
}

/* What stands at the top and is no protocol is wrapped in one. */
static void wrap(struct pdml *p, bool wanted)
{
	if (wanted == p->wrapped)
		return;
	if (wanted)
		buf_puts(p->out, "  <proto name=\"" WRAPPER "\">\n");
	else
		buf_puts(p->out, "  </proto>\n");
	p->wrapped = wanted;
	p->depth = wanted;
}

static void put_item(struct pdml *p, uint32_t at, bool children)
{
	const struct item *item = &p->f->tree.items[at];

	indent(p);
	buf_puts(p->out, is_proto(item) ? "<proto" : "<field");
	put_attributes(p, item);
	buf_puts(p->out, children ? ">\n" : "/>\n");
	if (!children)
		return;
	p->open = at;
	p->depth++;
}

/* Wireshark's summary of the frame, which is no protocol of the tree. */
static void put_general(struct pdml *p, const struct frame_facts *facts)
{
	struct buf *out = p->out;
	unsigned caplen = facts->captured_len;

	buf_printf(out,
		   "  <proto name=\"geninfo\" pos=\"0\" showname=\"General information\""
		   " size=\"%u\">\n",
		   caplen);
	buf_printf(out,
		   "    <field name=\"num\" pos=\"0\" show=\"%" PRIu64
		   "\" showname=\"Number\" value=\"%" PRIx64 "\" size=\"%u\"/>\n",
		   facts->number, facts->number, caplen);
	buf_printf(out,
		   "    <field name=\"len\" pos=\"0\" show=\"%u\" showname=\"Frame Length\""
		   " value=\"%x\" size=\"%u\"/>\n",
		   (unsigned)facts->wire_len, (unsigned)facts->wire_len, caplen);
	buf_printf(out,
		   "    <field name=\"caplen\" pos=\"0\" show=\"%u\" showname=\"Captured Length\""
		   " value=\"%x\" size=\"%u\"/>\n",
		   caplen, caplen, caplen);
	buf_puts(out, "    <field name=\"timestamp\" pos=\"0\" show=\"");
	time_text(out, facts->time);
	buf_puts(out, "\" showname=\"Captured Time\" value=\"");
	duration_text(out, facts->time, 9);
	buf_printf(out, "\" size=\"%u\"/>\n  </proto>\n", caplen);
}

void tree_pdml(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
	       const struct frame_facts *facts, const struct spill *spill)
{
	struct tree_walk walk = {.at = TREE_NO_PARENT};
	struct pdml p = {.out = out, .f = f, .open = TREE_NO_PARENT};
	uint32_t at;

	if (!tree_links_make(links, &f->tree)) {
		out->failed = true;
		return;
	}
	buf_puts(out, "<packet>\n");
	put_general(&p, facts);
	while ((at = tree_walk_next(&walk, links, &f->tree)) != TREE_NO_PARENT) {
		close_to(&p, walk.depth);
		if (walk.depth == 0)
			wrap(&p, !is_proto(&f->tree.items[at]));
		put_item(&p, at, links->first[at] != TREE_NO_PARENT);
		spill_when_full(spill, out);
	}
	close_to(&p, 0);
	wrap(&p, false);
	buf_puts(out, "</packet>\n\n\n");
	buf_done(&p.line);
}
