// SPDX-License-Identifier: Apache-2.0
// The ICMP lines of the packet trace: what each type and code is called, and its fields.
#include <inttypes.h>

#include "report/trace_parts.h"

#define QUOTED_PORTS_MIN    8 /* Nmap names the port only when the quote holds more than this */
#define CODE_PORT           3
#define CODE_FRAG_NEEDED    4
#define CODE_MOBILE_ONLY    16 /* RFC 5944 s. 2.1.1 */
#define TYPE_ROUTER_ADVERT  9  /* RFC 1256 s. 3 */
#define TYPE_ROUTER_SOLICIT 10
#define TYPE_TRACEROUTE     30 /* RFC 1393 */
#define TYPE_NAME_REQUEST   37 /* RFC 1788 */
#define TYPE_NAME_REPLY     38
#define TYPE_SECURITY       40 /* RFC 2521 */

/* What stands between the two halves of a "destination unreachable" text. */
enum subject {
	SUBJECT_NONE,
	SUBJECT_ADDRESS,
	SUBJECT_PROTOCOL,
	SUBJECT_PORT,
};

/* Indexed by the code of type 3 (RFC 792, RFC 1122 s. 3.2.2.1, RFC 1812 s. 5.2.7.1). */
static const struct {
	const char *before;
	const char *after;
	enum subject subject;
} unreachable[] = {
	[0] = {"Network ", " unreachable", SUBJECT_ADDRESS},
	[1] = {"Host ", " unreachable", SUBJECT_ADDRESS},
	[2] = {"Protocol ", " unreachable", SUBJECT_PROTOCOL},
	[3] = {"Port ", "unreachable", SUBJECT_PORT},
	[4] = {"Fragmentation required", "", SUBJECT_NONE},
	[5] = {"Source route failed", "", SUBJECT_NONE},
	[6] = {"Destination network ", " unknown", SUBJECT_ADDRESS},
	[7] = {"Destination host ", " unknown", SUBJECT_ADDRESS},
	[8] = {"Source host isolated", "", SUBJECT_NONE},
	[9] = {"Destination network ", " administratively prohibited", SUBJECT_ADDRESS},
	[10] = {"Destination host ", " administratively prohibited", SUBJECT_ADDRESS},
	[11] = {"Network ", " unreachable for TOS", SUBJECT_ADDRESS},
	[12] = {"Host ", " unreachable for TOS", SUBJECT_ADDRESS},
	[13] = {"Communication administratively prohibited by filtering", "", SUBJECT_NONE},
	[14] = {"Host precedence violation", "", SUBJECT_NONE},
	[15] = {"Precedence cutoff in effect", "", SUBJECT_NONE},
};

#define UNREACHABLE_COUNT (sizeof(unreachable) / sizeof(unreachable[0]))

enum quote_state {
	QUOTE_GOOD,
	QUOTE_SHORT, /* ends before its IP header does */
	QUOTE_BOGUS, /* is not an IPv4 header */
};

/* Bytes of the quoted packet that we hold. */
static uint32_t quote_len(const struct frame *frame, const struct packet *packet)
{
	uint32_t at = packet->ip.data_at;
	uint32_t held = frame->captured_len > at ? frame->captured_len - at : 0;

	return held < packet->ip.data_len ? held : packet->ip.data_len;
}

static enum quote_state judge_quote(const struct packet *packet, uint32_t len)
{
	if (len < IPV4_HEADER_MIN)
		return QUOTE_SHORT;
	if (!packet->has_quote || packet->quote.ipv4.header_len < IPV4_HEADER_MIN)
		return QUOTE_BOGUS;
	return packet->quote.ipv4.header_len > len ? QUOTE_SHORT : QUOTE_GOOD;
}

/* The destination port is read from the bytes: Nmap does so even in a later fragment. */
static void add_port(struct buf *out, const struct frame *frame, const struct packet *packet)
{
	const struct ip_packet *quote = &packet->quote;
	uint32_t header_len = quote->ipv4.header_len;
	struct cursor c = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);
	unsigned port;

	if (quote_len(frame, packet) - header_len <= QUOTED_PORTS_MIN) {
		buf_puts(out, "unreachable");
		return;
	}
	cursor_skip(&c, packet->ip.data_at + header_len + 2);
	port = cursor_be16(&c);
	if (quote->protocol == IP_TCP || quote->protocol == IP_UDP || quote->protocol == IP_SCTP)
		buf_printf(out, "%u unreachable", port);
	else
		buf_printf(out, "unreachable (unknown protocol %u)", quote->protocol);
}

static void add_unreachable(struct buf *out, const struct frame *frame, const struct packet *packet)
{
	unsigned code = packet->ip.icmp.code;

	if (code >= UNREACHABLE_COUNT) {
		buf_puts(out, "Destination unreachable (unknown code)");
		return;
	}
	buf_puts(out, unreachable[code].before);
	switch (unreachable[code].subject) {
	case SUBJECT_NONE:
		break;
	case SUBJECT_ADDRESS:
		trace_addr(out, &packet->quote.destination);
		break;
	case SUBJECT_PROTOCOL:
		buf_u64(out, packet->quote.protocol);
		break;
	case SUBJECT_PORT:
		add_port(out, frame, packet);
		return;
	}
	buf_puts(out, unreachable[code].after);
}

/* The words for every type but "destination unreachable". */
static const char *words(uint8_t type, uint8_t code)
{
	static const char *const exceeded[] = {"TTL=0 during transit", "TTL=0 during reassembly",
					       "TTL exceeded (unknown code)"};
	static const char *const redirect[] = {"Network redirect", "Host redirect",
					       "Redirect (unknown code)"};
	static const char *const problem[] = {
		"Parameter problem (pointer indicates error)", "Parameter problem (option missing)",
		"Parameter problem (bad length)", "Parameter problem (unknown code)"};

	switch (type) {
	case ICMP_TYPE_ECHO_REPLY:
		return "Echo reply";
	case ICMP_TYPE_SOURCE_QUENCH:
		return "Source quench";
	case ICMP_TYPE_REDIRECT:
		return redirect[code < 2 ? code : 2];
	case ICMP_TYPE_ECHO:
		return "Echo request";
	case TYPE_ROUTER_ADVERT:
		return code == CODE_MOBILE_ONLY ? "Router advertisement (Mobile Agent Only)"
						: "Router advertisement";
	case TYPE_ROUTER_SOLICIT:
		return "Router solicitation";
	case ICMP_TYPE_TIME_EXCEEDED:
		return exceeded[code < 2 ? code : 2];
	case ICMP_TYPE_PARAMETER_PROBLEM:
		return problem[code < 3 ? code : 3];
	case ICMP_TYPE_TIMESTAMP:
		return "Timestamp request";
	case ICMP_TYPE_TIMESTAMP_REPLY:
		return "Timestamp reply";
	case ICMP_TYPE_INFORMATION:
		return "Information request";
	case ICMP_TYPE_INFORMATION_REPLY:
		return "Information reply";
	case ICMP_TYPE_MASK:
		return "Address mask request";
	case ICMP_TYPE_MASK_REPLY:
		return "Address mask reply";
	case TYPE_TRACEROUTE:
		return "Traceroute";
	case TYPE_NAME_REQUEST:
		return "Domain name request";
	case TYPE_NAME_REPLY:
		return "Domain name reply";
	case TYPE_SECURITY:
		return "Security failures";
	default:
		return "Unknown type";
	}
}

static void add_router_advert(struct buf *out, const struct frame *frame,
			      const struct ip_packet *ip)
{
	struct cursor c = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);
	unsigned count, size;

	cursor_skip(&c, ip->transport_at + 4);
	count = cursor_u8(&c);
	size = cursor_u8(&c);
	buf_printf(out, "addrs=%u addrlen=%u lifetime=%u", count, size, cursor_be16(&c));
}

/* What stands behind "(type=N/code=N) ". */
static void add_fields(struct buf *out, const struct frame *frame, const struct ip_packet *ip)
{
	const struct icmp_hdr *h = &ip->icmp;
	struct addr mask = addr_v4_number(h->mask);

	switch (h->type) {
	case ICMP_TYPE_UNREACHABLE:
		if (h->code == CODE_FRAG_NEEDED)
			buf_printf(out, "Next-Hop-MTU=%u", h->mtu);
		break;
	case ICMP_TYPE_REDIRECT:
		buf_puts(out, "addr=");
		trace_addr(out, &h->gateway);
		break;
	case TYPE_ROUTER_ADVERT:
		add_router_advert(out, frame, ip);
		break;
	case ICMP_TYPE_PARAMETER_PROBLEM:
		buf_printf(out, "pointer=%u", h->pointer);
		break;
	case ICMP_TYPE_TIMESTAMP:
	case ICMP_TYPE_TIMESTAMP_REPLY:
		buf_printf(out, "id=%u seq=%u orig=%" PRIu32 " recv=%" PRIu32 " trans=%" PRIu32,
			   h->id, h->sequence, h->originate, h->receive, h->transmit);
		break;
	case ICMP_TYPE_ECHO:
	case ICMP_TYPE_ECHO_REPLY:
	case ICMP_TYPE_INFORMATION:
	case ICMP_TYPE_INFORMATION_REPLY:
		buf_printf(out, "id=%u seq=%u", h->id, h->sequence);
		break;
	case ICMP_TYPE_MASK:
	case ICMP_TYPE_MASK_REPLY:
		buf_printf(out, "id=%u seq=%u mask=", h->id, h->sequence);
		trace_addr(out, &mask);
		break;
	default:
		break;
	}
}

void trace_icmp(struct buf *out, const struct frame *frame, const struct packet *packet)
{
	const struct ip_packet *ip = &packet->ip;
	bool is_unreachable = ip->icmp.type == ICMP_TYPE_UNREACHABLE;
	enum quote_state quote = QUOTE_GOOD;

	if (is_unreachable)
		quote = judge_quote(packet, quote_len(frame, packet));
	buf_puts(out, quote == QUOTE_GOOD ? "ICMP [" : "ICMP ");
	trace_addr(out, &ip->source);
	buf_puts(out, " > ");
	trace_addr(out, &ip->destination);
	buf_putc(out, ' ');
	if (quote == QUOTE_SHORT)
		buf_puts(out, "Destination unreachable");
	else if (quote == QUOTE_BOGUS)
		buf_puts(out, "Destination unreachable (bogus original datagram)");
	else if (is_unreachable)
		add_unreachable(out, frame, packet);
	else
		buf_puts(out, words(ip->icmp.type, ip->icmp.code));
	buf_printf(out, " (type=%u/code=%u) ", ip->icmp.type, ip->icmp.code);
	if (quote != QUOTE_GOOD) {
		trace_ip(out, frame, ip);
		return;
	}
	add_fields(out, frame, ip);
	buf_puts(out, "] IP [");
	trace_ip(out, frame, ip);
	buf_putc(out, ']');
}
