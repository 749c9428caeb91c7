// SPDX-License-Identifier: Apache-2.0
// Dissects the Transmission Control Protocol (RFC 9293): header, flags and options of one segment.
#include "proto/tcp.h"

#include "proto/tcp_fields.h"
#include "proto/tcp_payload.h"

#define PORTS_LEN     4
#define HEAD_LEN      16 /* up to the window: RFC 9293 s. 3.1 */
#define URGENT_OFFSET 18

/* Twelve places, the highest flag first; a middle dot where a flag is clear. */
static void say_flag_letters(struct dissect *d, unsigned flags, uint32_t at)
{
	static const char letters[] = "RRRACEUAPRSF";
	struct buf text = {0};

	d->item = NULL;
	if (!tree_wants(d->tree, F(STR)))
		return;
	for (unsigned i = 0; i < 12; i++) {
		if (flags >> (11 - i) & 1)
			buf_putc(&text, letters[i]);
		else
			buf_puts(&text, "·");
	}
	d->item = item_flag(tree_string(d->tree, F(STR), at, 2, buf_text(&text)), ITEM_GENERATED);
	buf_done(&text);
}

/* The remark on a flag that stands for a step of the connection. */
static void remark_flag(struct dissect *d, const struct tcp_hdr *h, uint16_t id)
{
	uint32_t under = tree_index(d->tree, d->item);

	if (id == F(RESET) && h->flags & TCP_RST)
		tcp_remark(d, under, F(CONNECTION_RST), EXPERT_WARN, EXPERT_SEQUENCE);
	else if (id == F(SYN) && (h->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		say_expert(d, under, F(CONNECTION_SYN), EXPERT_CHAT, EXPERT_SEQUENCE,
			   "Connection establish request (SYN): server port %u",
			   h->destination_port);
	else if (id == F(SYN) && h->flags & TCP_SYN)
		say_expert(d, under, F(CONNECTION_SYNACK), EXPERT_CHAT, EXPERT_SEQUENCE,
			   "Connection establish acknowledge (SYN+ACK): server port %u",
			   h->source_port);
	else if (id == F(FIN) && h->flags & TCP_FIN)
		tcp_remark(d, under, F(CONNECTION_FIN), EXPERT_CHAT, EXPERT_SEQUENCE);
}

static void say_flag_bits(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
			  uint32_t at, unsigned flags)
{
	static const uint16_t bits[] = {F(RES),  F(AE),   F(CWR),   F(ECE), F(URG),
					F(ACKF), F(PUSH), F(RESET), F(SYN), F(FIN)};

	for (unsigned i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		say_bits(d, at + (i >= 2), 1, flags, &bits[i],
			 1); /* RES and AE in the first byte */
		remark_flag(d, h, bits[i]);
	}
	say_flag_letters(d, flags, at);
	if (h->flags & TCP_FIN && view->known && !d->depth)
		tcp_remark(d, tree_index(d->tree, d->item),
			   view->closing ? F(FIN_PASSIVE) : F(FIN_ACTIVE), EXPERT_NOTE,
			   EXPERT_SEQUENCE);
}

static void say_flags(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
		      uint32_t at)
{
	static const char *const names[] = {"FIN", "SYN", "RST", "PSH", "ACK",
					    "URG", "ECE", "CWR", "AE"};
	unsigned flags = h->flags | (unsigned)h->reserved << 9;
	const char *lead = " (";
	uint32_t before;

	if (!d->tree)
		return;
	d->item = tree_uint(d->tree, F(FLAGS), at, 2, flags);
	item_text(d->tree, d->item, "Flags: 0x%03x", flags);
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(flags >> i & 1))
			continue;
		item_append(d->tree, d->item, "%s%s", lead, names[i]);
		lead = ", ";
	}
	if (h->reserved)
		item_append(d->tree, d->item, "%sReserved", lead);
	item_append(d->tree, d->item, flags ? ")" : " (<None>)");
	before = say_open(d);
	say_flag_bits(d, h, view, at, flags);
	say_close(d, before);
}

/* Bits of tcp.completeness that have a name; the rest is only incomplete. */
static const char *completeness_name(unsigned seen)
{
	switch (seen) {
	case TCP_COMPLETE_SYN:
		return "Incomplete, SYN_SENT";
	case TCP_COMPLETE_SYN | TCP_COMPLETE_SYN_ACK:
		return "Incomplete, CLIENT_ESTABLISHED";
	case 7:
		return "Incomplete, ESTABLISHED";
	case 15:
		return "Incomplete, DATA";
	case 23:
	case 39:
	case 55:
		return "Complete, NO_DATA";
	case 31:
	case 47:
	case 63:
		return "Complete, WITH_DATA";
	default:
		return "Incomplete";
	}
}

static void say_generated(struct dissect *d, uint16_t id, uint32_t at, uint64_t number)
{
	d->item = item_flag(tree_uint(d->tree, id, at, at ? 1 : 0, number), ITEM_GENERATED);
}

static void say_ack(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
		    uint32_t at)
{
	bool set = h->flags & TCP_ACK;
	uint32_t ack = set ? h->ack - view->ack_base : h->ack;
	uint32_t under;

	d->item = tree_uint(d->tree, F(ACK), at + 8, 4, ack);
	under = tree_index(d->tree, d->item);
	if (set && view->known)
		item_append(d->tree, d->item, "    (relative ack number)");
	if (!set && h->ack)
		tcp_remark(d, under, F(ACK_NONZERO), EXPERT_NOTE, EXPERT_PROTOCOL);
	else if (set && h->flags & TCP_SYN && view->known && ack > 1)
		tcp_remark(d, under, F(TFO_ACK), EXPERT_NOTE, EXPERT_SEQUENCE);
	tree_uint(d->tree, F(ACK_RAW), at + 8, 4, h->ack);
}

/* How much of a segment's header is there. */
struct extent {
	bool rest;    /* the fixed header */
	bool cut;     /* the capture cut the options off, all or some */
	bool fits;    /* it ends within the segment */
	uint32_t len; /* of the data behind it */
};

static struct extent extent_of(const struct dissect *d, const struct tcp_hdr *h,
			       const struct cursor *frame, const struct cursor *c)
{
	uint32_t there = frame->wire - frame->at;
	struct extent e = {
		.rest = h->complete,
		.cut = h->options_len && frame->captured < h->options_at + h->options_len,
		.fits = h->header_len <= there,
	};

	if (d->depth) { /* of a quoted segment there may be any part */
		e.fits = true;
		e.len = cursor_left(c);
	} else if (e.fits) {
		e.len = there - h->header_len;
	}
	return e;
}

static void say_header_len(struct dissect *d, const struct tcp_hdr *h, uint32_t at)
{
	d->item = tree_uint(d->tree, F(HDR_LEN), at + 12, 1, h->header_len);
	item_text(d->tree, d->item, "%u%u%u%u .... = Header Length: %u bytes (%u)",
		  h->header_len >> 5 & 1, h->header_len >> 4 & 1, h->header_len >> 3 & 1,
		  h->header_len >> 2 & 1, h->header_len, h->header_len / 4);
	if (h->header_len < TCP_HEADER_MIN)
		say_expert(d, tree_index(d->tree, d->item), F(BOGUS_HEADER), EXPERT_ERROR,
			   EXPERT_PROTOCOL, "Bogus TCP header length (%u, must be at least %u)",
			   h->header_len, TCP_HEADER_MIN);
}

/* Which stream, and how much data: or that there cannot be any. */
static void say_stream(struct dissect *d, const struct tcp_view *view, const struct extent *e,
		       uint32_t at)
{
	static const char too_short[] =
		"Short segment. Segment/fragment does not contain a full TCP header (might be "
		"NMAP or someone else deliberately sending unusual packets)";

	if (view->known) {
		say_generated(d, F(STREAM), 0, view->stream);
		say_generated(d, F(COMPLETENESS), 0, view->completeness);
		item_text(d->tree, d->item, "Conversation completeness: %s (%u)",
			  completeness_name(view->completeness), view->completeness);
	}
	if (e->fits) {
		say_generated(d, F(LEN), at + 12, e->len);
		return;
	}
	d->item = say_line(d, at, 0, "%s", too_short);
	say_expert(d, tree_index(d->tree, d->item), F(SHORT_SEGMENT), EXPERT_WARN, EXPERT_MALFORMED,
		   "%s", too_short);
}

static void say_numbers(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
			const struct extent *e, uint32_t at)
{
	uint32_t next = h->seq - view->seq_base + e->len + (h->flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
	const char *relative = view->known ? "    (relative sequence number)" : "";

	if (!d->tree)
		return;
	say_stream(d, view, e, at);
	item_append(d->tree, tree_uint(d->tree, F(SEQ), at + 4, 4, h->seq - view->seq_base), "%s",
		    relative);
	tree_uint(d->tree, F(SEQ_RAW), at + 4, 4, h->seq);
	if (h->header_len >= TCP_HEADER_MIN) {
		if (e->fits) {
			say_generated(d, F(NXTSEQ), 0, next);
			item_append(d->tree, d->item, "%s", relative);
		}
		say_ack(d, h, view, at);
	}
	say_header_len(d, h, at);
}

static void say_window(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
		       uint32_t at)
{
	bool scaled = view->known && !(h->flags & TCP_SYN) && view->window_shift > 0;
	int factor = view->window_shift >= 0 ? 1 << view->window_shift : view->window_shift;

	tree_uint(d->tree, F(WINDOW_VALUE), at + 14, 2, h->window);
	d->item = item_flag(tree_uint(d->tree, F(WINDOW), at + 14, 2,
				      (uint32_t)h->window << (scaled ? view->window_shift : 0)),
			    ITEM_GENERATED);
	if (h->flags & TCP_SYN || !view->known)
		return;
	d->item =
		item_flag(tree_int(d->tree, F(WINDOW_FACTOR), at + 14, 2, factor), ITEM_GENERATED);
	if (factor < 0)
		item_append(d->tree, d->item,
			    factor == TCP_SHIFT_UNKNOWN ? " (unknown)"
							: " (no window scaling used)");
}

/* end: how far the header could be read. */
static void say_rest(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
		     uint32_t at, uint32_t end)
{
	if (!d->tree)
		return;
	say_window(d, h, view, at);
	if (end < at + URGENT_OFFSET)
		return;
	item_append(d->tree, tree_uint(d->tree, F(CHECKSUM), at + 16, 2, h->checksum),
		    " [unverified]");
	item_flag(tree_uint(d->tree, F(CHECKSUM_STATUS), 0, 0, CHECKSUM_STATUS_UNVERIFIED),
		  ITEM_GENERATED);
	if (end < at + TCP_HEADER_MIN)
		return;
	d->item = tree_uint(d->tree, F(URGENT), at + 18, 2, h->urgent);
	if (h->urgent && !(h->flags & TCP_URG))
		tcp_remark(d, tree_index(d->tree, d->item), F(URGENT_NONZERO), EXPERT_NOTE,
			   EXPERT_PROTOCOL);
}

static void say_ports(struct dissect *d, const struct tcp_hdr *h, uint32_t at)
{
	tree_uint(d->tree, F(SRCPORT), at, 2, h->source_port);
	tree_uint(d->tree, F(DSTPORT), at + 2, 2, h->destination_port);
	say_hidden(d, F(PORT), at, 2, h->source_port);
	say_hidden(d, F(PORT), at + 2, 2, h->destination_port);
	d->kept.source_port = h->source_port;
	d->kept.destination_port = h->destination_port;
	say_title(d, ", Src Port: %u, Dst Port: %u", h->source_port, h->destination_port);
}

/* The marks stay in the Info column, whatever a protocol above writes there. */
static void add_info(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
		     const struct extent *e, const struct cursor *frame)
{
	if (!d->info)
		return;
	info_clear(d);
	if (!e->cut && e->rest && h->header_len >= TCP_HEADER_MIN)
		tcp_info_marks(d->info, view);
	d->info_fence = d->info->len;
	if (e->rest && e->fits) {
		tcp_info(d->info, h, view, e->len, frame->base, frame->captured);
		return;
	}
	tcp_info_head(d->info, h, view);
	if (e->rest && h->header_len >= TCP_HEADER_MIN)
		tcp_info_options(d->info, h, view, frame->base, frame->captured);
}

static void say_payload(struct dissect *d, const struct tcp_hdr *h, struct cursor *c)
{
	uint32_t held = cursor_held(c);

	if (!d->tree || !cursor_left(c) || !held)
		return;
	if (h->flags & TCP_RST) { /* RFC 9293 s. 3.10.7.4: text that tells why */
		struct cursor data = *c;

		say_string(d, &data, F(RESET_CAUSE), held);
		return;
	}
	item_text(d->tree, tree_view(d->tree, F(PAYLOAD), c->at, held, c->base + c->at, held),
		  "TCP payload (%u byte%s)", cursor_left(c), cursor_left(c) == 1 ? "" : "s");
}

static void ask_stream(struct dissect *d, const struct tcp_hdr *h, uint32_t data_len,
		       struct tcp_view *view)
{
	if (d->hooks && d->hooks->tcp)
		d->hooks->tcp(d->flows, d, h, data_len, view);
	if (view->known)
		d->kept.stream = view->stream;
	d->kept.followed = view->known;
	d->kept.datagram = false;
	if (!dissect_wants_text(d))
		return;
	say_title(d, ", Seq: %u", h->seq - view->seq_base);
	if (h->flags & TCP_ACK)
		say_title(d, ", Ack: %u", h->ack - view->ack_base);
	if (h->header_len >= TCP_HEADER_MIN)
		say_title(d, ", Len: %u", data_len);
}

/* What follows the ports. */
static void read_on(struct dissect *d, struct cursor *c, const struct tcp_hdr *h,
		    const struct cursor *frame)
{
	struct extent e = extent_of(d, h, frame, c);
	struct tcp_view view = {0};

	if (e.fits)
		ask_stream(d, h, e.len, &view);
	if (h->header_len < TCP_HEADER_MIN)
		view.completeness = 0;
	add_info(d, h, &view, &e, frame);
	say_numbers(d, h, &view, &e, frame->at);
	if (h->header_len < TCP_HEADER_MIN) {
		c->status = CURSOR_OK;
		return;
	}
	say_flags(d, h, &view, frame->at + 12);
	say_rest(d, h, &view, frame->at, c->at);
	if (e.rest)
		tcp_say_options(d, h, &view, frame);
	if (e.cut && cursor_ok(c))
		c->status = CURSOR_TRUNCATED;
	if (!cursor_ok(c)) { /* what the segment was beside others is not said of a part */
		view.marks = 0;
		view.acks_frame = 0;
		view.analysed = false;
	}
	tcp_say_analysis(d, &view);
	if (!cursor_ok(c))
		return;
	say_payload(d, h, c);
	tcp_pass_on(d, h, &view, c);
}

static void dissect_tcp(struct dissect *d, struct cursor *c)
{
	struct cursor frame = *c;
	struct tcp_hdr h;
	uint32_t at = c->at;

	info_clear(d);
	if (d->depth)
		tcp_read_quoted(c, &h);
	else
		tcp_read(c, &h);
	if (c->at < at + PORTS_LEN) {
		dissect_nameless(d);
		return;
	}
	say_ports(d, &h, at);
	if (d->depth && !h.complete) /* a router quotes eight bytes, and that suffices */
		tree_uint(d->tree, F(SEQ_RAW), at + 4, 4, h.seq);
	else if (h.complete || c->at >= at + HEAD_LEN)
		read_on(d, c, &h, &frame);
	else
		info_set(d, "%u → %u", h.source_port, h.destination_port);
}

const struct dissector tcp_dissector = {tcp_fields, TCP_FIELDS, dissect_tcp};
