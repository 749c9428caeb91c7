// SPDX-License-Identifier: Apache-2.0
// The Info column of a TCP segment.
#include <inttypes.h>

#include "proto/tcp.h"
#include "proto/tcp_view.h"

#define WSCALE_MAX 14 /* RFC 7323 s. 2.3 */

static void add_flags(struct buf *out, const struct tcp_hdr *tcp)
{
	static const struct {
		uint16_t flag;
		const char *name;
	} names[] = {
		{TCP_FIN, "FIN"}, {TCP_SYN, "SYN"}, {TCP_RST, "RST"},
		{TCP_PSH, "PSH"}, {TCP_ACK, "ACK"}, {TCP_URG, "URG"},
		{TCP_ECE, "ECE"}, {TCP_CWR, "CWR"}, {TCP_AE, "AE"},
	};
	const char *separator = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(tcp->flags & names[i].flag))
			continue;
		buf_puts(out, separator);
		buf_puts(out, names[i].name);
		separator = ", ";
	}
	if (tcp->reserved) {
		buf_puts(out, separator);
		buf_puts(out, "Reserved");
	} else if (!tcp->flags) {
		buf_puts(out, "<None>");
	}
}

static inline void add_named(struct buf *out, const char *name, uint32_t number)
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

void tcp_info_head(struct buf *out, const struct tcp_hdr *h, const struct tcp_view *view)
{
	bool scaled = view->known && view->window_shift > 0 && !(h->flags & TCP_SYN);

	buf_u64(out, h->source_port);
	buf_puts(out, " → ");
	buf_u64(out, h->destination_port);
	buf_puts(out, " [");
	add_flags(out, h);
	add_named(out, "] Seq=", h->seq - view->seq_base);
	if (h->flags & TCP_ACK)
		add_named(out, " Ack=", h->ack - view->ack_base);
	add_named(out, " Win=", (uint32_t)h->window << (scaled ? view->window_shift : 0));
	if (h->flags & TCP_URG)
		add_named(out, " Urg=", h->urgent);
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
	tcp_info_head(out, h, view);
	if (h->header_len < TCP_HEADER_MIN)
		return;
	add_named(out, " Len=", data_len);
	if (h->options_len)
		tcp_info_options(out, h, view, frame_bytes, captured_len);
}
