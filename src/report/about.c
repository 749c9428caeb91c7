// SPDX-License-Identifier: Apache-2.0
// Which packet an ICMP error is about: the probe that it answers.
#include "report/about.h"

#include "packet/decode.h"
#include "wire/addr.h"

static void end_text(struct buf *out, const struct addr *address, int port)
{
	char text[ADDR_TEXT_MAX];
	bool brackets = port >= 0 && address->family == 6;

	if (brackets)
		buf_putc(out, '[');
	buf_puts(out, addr_text(address, text));
	if (brackets)
		buf_putc(out, ']');
	if (port >= 0) {
		buf_putc(out, ':');
		buf_u64(out, (uint64_t)port);
	}
}

void about_quote(struct buf *out, const struct ip_packet *quote)
{
	int source = -1, destination = -1;

	switch (quote->transport) {
	case TRANSPORT_TCP:
		buf_puts(out, "TCP ");
		source = quote->tcp.source_port;
		destination = quote->tcp.destination_port;
		break;
	case TRANSPORT_UDP:
		buf_puts(out, "UDP ");
		source = quote->udp.source_port;
		destination = quote->udp.destination_port;
		break;
	case TRANSPORT_ICMP:
		buf_puts(out, "ICMP ");
		break;
	case TRANSPORT_ICMPV6:
		buf_puts(out, "ICMPv6 ");
		break;
	case TRANSPORT_FRAGMENT:
		buf_puts(out, "fragment ");
		break;
	case TRANSPORT_NONE:
	case TRANSPORT_OTHER:
		buf_puts(out, "protocol ");
		buf_u64(out, quote->protocol);
		buf_putc(out, ' ');
		break;
	}
	end_text(out, &quote->source, source);
	buf_puts(out, " → ");
	end_text(out, &quote->destination, destination);
}

void about_text(struct buf *out, const struct frame_dissector *from)
{
	const struct dissect *d = &from->d;
	struct packet packet;
	struct frame frame = {
		.link = (enum link_type)d->frame->link,
		.captured_len = d->frame->captured_len,
		.wire_len = d->frame->wire_len,
	};

	if ((!d->met[PROTOCOL_ICMP] && !d->met[PROTOCOL_ICMPV6]) || !d->source_count)
		return;
	frame.bytes = d->sources[0].bytes;
	packet_decode(&frame, &packet);
	if (packet.has_quote)
		about_quote(out, &packet.quote);
}
