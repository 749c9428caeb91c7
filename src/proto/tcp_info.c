// SPDX-License-Identifier: Apache-2.0
// The Info column of a TCP segment.
#include <inttypes.h>

#include "base/digits.h"
#include "proto/tcp.h"
#include "proto/tcp_view.h"

#define WSCALE_MAX 14 /* RFC 7323 s. 2.3 */

static char *put_flags(char *at, const struct tcp_hdr *tcp)
{
	/* By bit, each with what stands before the next; copied whole, as that is cheaper. */
	static const char names[][8] = {
		"FIN, ", "SYN, ", "RST, ", "PSH, ", "ACK, ", "URG, ", "ECE, ", "CWR, ", "AE, ",
	};

	if (!tcp->flags && !tcp->reserved)
		return digits_text(at, "<None>");
	for (unsigned flags = tcp->flags & (2 * TCP_AE - 1); flags; flags &= flags - 1) {
		unsigned bit = (unsigned)__builtin_ctz(flags);

		memcpy(at, names[bit], sizeof(names[bit]));
		at += 1u << bit == TCP_AE ? 4 : 5;
	}
	return tcp->reserved ? digits_text(at, "Reserved") : at - 2;
}

static inline char *put_named(char *at, const char *name, uint32_t number)
{
	return digits_put(digits_text(at, name), number);
}

static void add_named(struct buf *out, const char *name, uint32_t number)
{
	buf_puts(out, name);
	buf_u64(out, number);
}

static void add_option(struct buf *out, struct tcp_option *o, const struct tcp_view *view)
{
	uint32_t first;

	switch (o->kind) {
	case TCP_OPTION_MSS:
		add_named(out, " MSS=", cursor_be16(&o->value));
		break;
	case TCP_OPTION_WSCALE:
		first = cursor_u8(&o->value);
		add_named(out, " WS=", 1u << (first < WSCALE_MAX ? first : WSCALE_MAX));
		break;
	case TCP_OPTION_SACK_OK:
		buf_puts(out, " SACK_PERM");
		break;
	case TCP_OPTION_SACK:
		while (cursor_held(&o->value) >= 8) {
			add_named(out, " SLE=", cursor_be32(&o->value) - view->ack_base);
			add_named(out, " SRE=", cursor_be32(&o->value) - view->ack_base);
		}
		break;
	case TCP_OPTION_TIMESTAMP:
		add_named(out, " TSval=", cursor_be32(&o->value));
		add_named(out, " TSecr=", cursor_be32(&o->value));
		break;
	case TCP_OPTION_FASTOPEN:
		buf_puts(out, o->len == 2 ? " TFO=R" : " TFO=C");
		break;
	case TCP_OPTION_AO: /* Wireshark leaves no space before it */
		buf_puts(out, "TCP AO");
		break;
	case TCP_OPTION_EXPERIMENT1:
	case TCP_OPTION_EXPERIMENT2: /* as it was tried before it had a number */
		if (cursor_be16(&o->value) == TCP_EXPERIMENT_FASTOPEN && cursor_ok(&o->value))
			buf_puts(out, o->len == 4 ? " TFO=R" : " TFO=C");
		break;
	default: /* says nothing in this column */
		break;
	}
}

/* In the order of the column. */
static const struct {
	uint16_t mark;
	const char *text;
} marks[] = {
	{TCP_MARK_ZERO_WINDOW_PROBE_ACK, "[TCP ZeroWindowProbeAck] "},
	{TCP_MARK_ZERO_WINDOW, "[TCP ZeroWindow] "},
	{TCP_MARK_ZERO_WINDOW_PROBE, "[TCP ZeroWindowProbe] "},
	{TCP_MARK_DUPLICATE_ACK, NULL},
	{TCP_MARK_KEEP_ALIVE_ACK, "[TCP Keep-Alive ACK] "},
	{TCP_MARK_KEEP_ALIVE, "[TCP Keep-Alive] "},
	{TCP_MARK_WINDOW_FULL, "[TCP Window Full] "},
	{TCP_MARK_WINDOW_UPDATE, "[TCP Window Update] "},
	{TCP_MARK_ACK_LOST_SEGMENT, "[TCP ACKed unseen segment] "},
	{TCP_MARK_LOST_SEGMENT, "[TCP Previous segment not captured] "},
	{TCP_MARK_OUT_OF_ORDER, "[TCP Out-Of-Order] "},
	{TCP_MARK_SPURIOUS_RETRANSMISSION, "[TCP Spurious Retransmission] "},
	{TCP_MARK_FAST_RETRANSMISSION, "[TCP Fast Retransmission] "},
	{TCP_MARK_RETRANSMISSION, "[TCP Retransmission] "},
	{TCP_MARK_REUSED_PORTS, "[TCP Port numbers reused] "},
};

void tcp_info_marks(struct buf *out, const struct tcp_view *view)
{
	if (!view->marks)
		return;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (!(view->marks & marks[i].mark))
			continue;
		if (marks[i].text)
			buf_puts(out, marks[i].text);
		else
			buf_printf(out, "[TCP Dup ACK %" PRIu32 "#%" PRIu32 "] ",
				   view->duplicate_frame, view->duplicate_count);
	}
}

/* What stands before the options. */
static char *put_header(char *at, const struct tcp_hdr *h, const struct tcp_view *view)
{
	bool scaled = view->known && view->window_shift > 0 && !(h->flags & TCP_SYN);

	at = digits_put(at, h->source_port);
	at = digits_text(at, " → ");
	at = digits_put(at, h->destination_port);
	at = digits_text(at, " [");
	at = put_flags(at, h);
	at = put_named(at, "] Seq=", h->seq - view->seq_base);
	if (h->flags & TCP_ACK)
		at = put_named(at, " Ack=", h->ack - view->ack_base);
	at = put_named(at, " Win=", (uint32_t)h->window << (scaled ? view->window_shift : 0));
	return h->flags & TCP_URG ? put_named(at, " Urg=", h->urgent) : at;
}

char *tcp_info_put(char *at, const struct tcp_hdr *h, const struct tcp_view *view,
		   uint32_t data_len)
{
	return put_named(put_header(at, h, view), " Len=", data_len);
}

void tcp_info_head(struct buf *out, const struct tcp_hdr *h, const struct tcp_view *view)
{
	if (!buf_room(out, TCP_INFO_MAX))
		return;
	out->len = (size_t)(put_header(out->data + out->len, h, view) - out->data);
	out->data[out->len] = '\0';
	if (h->header_len < TCP_HEADER_MIN)
		buf_printf(out, ", bogus TCP header length (%u, must be at least %u)",
			   h->header_len, TCP_HEADER_MIN);
}

void tcp_info_options(struct buf *out, const struct tcp_hdr *h, const struct tcp_view *view,
		      const uint8_t *frame_bytes, uint32_t captured_len)
{
	struct cursor options = tcp_options(h, frame_bytes, captured_len);
	struct tcp_option o;

	while (tcp_option_next(&options, &o))
		if (cursor_ok(&options) && !o.malformed && o.fits &&
		    (cursor_held(&o.value) + 2u >= o.len || o.kind == TCP_OPTION_AO))
			add_option(out, &o, view);
}

void tcp_info(struct buf *out, const struct tcp_hdr *h, const struct tcp_view *view,
	      uint32_t data_len, const uint8_t *frame_bytes, uint32_t captured_len)
{
	if (h->header_len < TCP_HEADER_MIN) {
		tcp_info_head(out, h, view);
		return;
	}
	if (!buf_room(out, TCP_INFO_MAX))
		return;
	out->len = (size_t)(tcp_info_put(out->data + out->len, h, view, data_len) - out->data);
	out->data[out->len] = '\0';
	if (h->options_len)
		tcp_info_options(out, h, view, frame_bytes, captured_len);
}
