// SPDX-License-Identifier: Apache-2.0
// The Info column of a DNS message.
#include "base/text.h"
#include "packet/summary_parts.h"
#include "proto/dns.h"

#define RECORDS_MAX    64                     /* shown in one line; the rest is "..." */
#define NAME_TEXT_SIZE (4 * DNS_NAME_MAX + 1) /* every byte may need an escape */

static void add_type(struct buf *out, uint16_t type)
{
	const char *name = dns_type_name(type);

	if (name)
		buf_printf(out, " %s", name);
	else
		buf_printf(out, " Unknown (%u)", type);
}

static void add_name(struct buf *out, const struct dns_name *name)
{
	char text[NAME_TEXT_SIZE];

	text_escape_bytes(text, sizeof(text), name->bytes, name->len);
	buf_printf(out, " %s", name->len ? text : "<Root>");
}

static void add_record(struct buf *out, const struct dns_record *r)
{
	add_type(out, r->type);
	if (r->address.family) {
		buf_putc(out, ' ');
		summary_addr(out, &r->address);
	}
	if (r->has_target) {
		if (r->type == DNS_MX)
			buf_printf(out, " %u", r->preference);
		add_name(out, &r->target);
	}
}

static void add_head(struct buf *out, const struct dns_hdr *h)
{
	const char *opcode = dns_opcode_name(h->flags);
	const char *rcode = dns_rcode_name(h->flags);

	if (opcode)
		buf_puts(out, opcode);
	else
		buf_printf(out, "Unknown operation (%u)", (h->flags & DNS_OPCODE_MASK) >> 11);
	if (h->flags & DNS_RESPONSE)
		buf_puts(out, " response");
	buf_printf(out, " 0x%04x", h->id);
	if (!(h->flags & DNS_RESPONSE) || (h->flags & DNS_RCODE_MASK) == 0)
		return;
	if (rcode)
		buf_printf(out, " %s", rcode);
	else
		buf_printf(out, " Unknown error (%u)", h->flags & DNS_RCODE_MASK);
}

static void add_status(struct buf *out, enum cursor_status status)
{
	if (status == CURSOR_MALFORMED)
		buf_puts(out, "[Malformed Packet]");
	else if (status == CURSOR_TRUNCATED)
		buf_puts(out, "[Packet size limited during capture]");
}

void summary_dns(struct buf *out, const struct frame *frame, const struct packet *packet)
{
	struct cursor data = summary_data(frame, &packet->ip);
	struct dns_reader reader;
	struct dns_question question;
	struct dns_record record;
	uint32_t records;
	uint32_t shown = 0;

	dns_open(&data, &reader);
	if (cursor_ok(&reader.next))
		add_head(out, &reader.header);
	for (uint32_t i = 0; i < reader.header.counts[0] && shown < RECORDS_MAX; i++, shown++) {
		if (!dns_read_question(&reader, &question))
			break;
		add_type(out, question.type);
		add_name(out, &question.name);
	}
	records = reader.header.counts[1] + (uint32_t)reader.header.counts[2] +
		  reader.header.counts[3];
	for (uint32_t i = 0; i < records && shown < RECORDS_MAX; i++, shown++) {
		if (!dns_read_record(&reader, &record))
			break;
		add_record(out, &record);
	}
	if (shown == RECORDS_MAX && shown < reader.header.counts[0] + records)
		buf_puts(out, " ...");
	add_status(out, reader.next.status);
}
