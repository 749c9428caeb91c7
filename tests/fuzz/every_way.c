// SPDX-License-Identifier: Apache-2.0
// Puts a frame through every way the program has for one. See the header.
#include "every_way.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "evidence/ledger.h"
#include "json_check.h"
#include "packet/decode.h"
#include "packet/dfilter.h"
#include "packet/dissect_frame.h"
#include "packet/flow.h"
#include "packet/print_tree.h"
#include "packet/reassembly.h"
#include "packet/stream.h"
#include "packet/summary.h"
#include "proto/registry.h"
#include "proto/tcp_payload.h"
#include "proto/tcp_view.h"
#include "report/fields.h"
#include "report/list.h"
#include "report/trace.h"
#include "report/tree_json.h"
#include "report/tree_pdml.h"

const char *const way_names[WAYS] = {
	[WAY_LIST] = "list",   [WAY_TREE] = "tree",     [WAY_BYTES] = "bytes",
	[WAY_JSON] = "json",   [WAY_FIELDS] = "fields", [WAY_EK] = "ek",
	[WAY_FILTER] = "-Y",   [WAY_QUICK] = "quick",   [WAY_LEDGER] = "ledger",
	[WAY_RAW] = "json -x", [WAY_PDML] = "pdml",
};

/* Answered from bytes, from the tree, and by what costs: regular expressions, all bytes. */
static const char *const filters[EVERY_WAY_FILTERS] = {
	"tcp.port == 80 || udp.port in {53, 67, 161} && !icmp",
	"ip.addr == 10.0.0.0/8 or ipv6.addr == fe80::/10",
	"frame matches \"(a+)+$\" || frame contains \"abcabd\"",
	"dns.qry.name matches \"(.*)*x\" || upper(http.host) contains \"X\"",
	"frame[0:4] == 00:01:02:03 || data.data[1:] contains 41:41",
	"count(ip.addr) > 2 || len(frame) < 20 || _ws.malformed || tcp.flags.syn == 1",
};

static const char *const columns[] = {
	"frame.number",
	"frame.protocols",
	"ip.src",
	"tcp.options",
	"dns.qry.name",
	"http.host",
	"dhcp.option.type",
	"data.data",
	"_ws.col.Info",
	"_ws.expert",
	"_ws.col.Time",
	"_ws.col.Protocol",
	"ip",
	"icmp.checksum",
	"lldp.tlv.type",
	"ipv6.opt",
	"dns.resp.name",
	"_ws.malformed",
};

#define OUT_ROOM   (8u << 20)
#define LONG_FRAME 8192 /* printing every cut of it would show nothing new */
#define LONG_STEP  64   /* of its cuts that look alike, one in so many is printed */

/* The marks that the flow tables gave the frame being taken when they met it first. */
struct first_marks {
	uint64_t frame;
	uint64_t met; /* a bit for each layer of the frame */
	uint16_t marks[DISSECT_LAYERS_MAX];
};

struct every_way {
	struct frame_dissector *dissector;
	struct flows *flows;
	struct ledger *ledger;
	struct dfilter *filters[EVERY_WAY_FILTERS];
	struct fields fields;
	struct tree_links links;
	struct buf out;
	uint64_t shapes[2]; /* of the last cut of a long frame: truncated, malformed */
	uint8_t touched;    /* made of values, so that they are read */
	struct first_marks first;
	struct dissect_hooks hooks;
};

/* Whose frame is being taken: hooks are given the program's own tables only. */
static struct every_way *taking;

static void need(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "every_way: broken: %s\n", what);
	abort();
}

/* Nothing in a line would be escaped: it is printable ASCII or well-formed printable UTF-8. */
static void need_clean_line(const char *text, size_t len)
{
	size_t size = 4 * len + 1;
	char *escaped;

	if (text_plain(text, len) == len)
		return;
	escaped = malloc(size);
	if (!escaped)
		abort();
	if (text_escape_bytes(escaped, size, text, len) != len || memcmp(escaped, text, len)) {
		fprintf(stderr, "every_way: not clean: %s\n", escaped);
		abort();
	}
	free(escaped);
}

static void need_clean(const char *text, size_t len, char separator)
{
	while (len) {
		const char *end = memchr(text, '\n', len);
		const char *next = memchr(text, separator, end ? (size_t)(end - text) : len);
		size_t step;

		if (next)
			end = next;
		step = end ? (size_t)(end - text) : len;
		need_clean_line(text, step);
		step += end != NULL;
		text += step;
		len -= step;
	}
}

/*
 * A frame is taken many times, whole and cut, and each time but the first it is a retransmission,
 * of which nobody reads the payload. So it keeps the marks of the first time.
 */
static void tcp_as_first(struct flows *flows, const struct dissect *d, const struct tcp_hdr *header,
			 uint32_t data_len, struct tcp_view *ret_view)
{
	struct first_marks *first = &taking->first;
	uint64_t bit = UINT64_C(1) << d->layer;

	static_assert(DISSECT_LAYERS_MAX <= 64, "a bit for each");
	flow_hooks.tcp(flows, d, header, data_len, ret_view);
	if (first->frame != d->frame->number)
		*first = (struct first_marks) {.frame = d->frame->number};
	if (first->met & bit)
		ret_view->marks = first->marks[d->layer];
	first->met |= bit;
	first->marks[d->layer] = ret_view->marks;
}

/* What a frame completed when it was longer is nothing that its cut could complete. */
static void segment_as_cut(struct streams *streams, const struct dissect *d,
			   const struct segment *segment, struct segment_view *ret_view)
{
	flow_hooks.segment(streams, d, segment, ret_view);
	if (ret_view->taken > segment->len)
		*ret_view = (struct segment_view) {.second_pass = ret_view->second_pass};
}

/* The tables that live across frames, empty. */
static void open_tables(struct every_way *w)
{
	const struct hash_key key = {.k0 = 1, .k1 = 2};
	struct dissect *d = &w->dissector->d;

	w->hooks = flow_hooks;
	w->hooks.tcp = tcp_as_first;
	w->hooks.segment = segment_as_cut;
	w->first = (struct first_marks) {0};
	w->flows = flows_new();
	w->ledger = ledger_new(&key);
	d->reassembly = reassembly_new();
	d->streams = streams_new();
	if (!w->flows || !w->ledger || !d->reassembly || !d->streams)
		abort();
	d->flows = w->flows;
	d->hooks = &w->hooks;
}

static void close_tables(struct every_way *w)
{
	struct dissect *d = &w->dissector->d;

	flows_free(w->flows);
	ledger_free(w->ledger);
	reassembly_free(d->reassembly);
	streams_free(d->streams);
	d->reassembly = NULL;
	d->streams = NULL;
}

struct every_way *every_way_new(void)
{
	struct every_way *w = calloc(1, sizeof(*w));
	struct dfilter_error error;
	struct err err;

	if (!w)
		abort();
	w->dissector = frame_dissector_new();
	if (!w->dissector)
		abort();
	reassembly_free(w->dissector->d.reassembly);
	streams_free(w->dissector->d.streams);
	open_tables(w);
	for (size_t i = 0; i < EVERY_WAY_FILTERS; i++)
		need(!dfilter_compile(filters[i], strlen(filters[i]), &w->filters[i], &error),
		     filters[i]);
	fields_init(&w->fields);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		need(!columns_add(&w->fields.columns, columns[i], false, &err), columns[i]);
	return w;
}

void every_way_renew(struct every_way *w)
{
	close_tables(w);
	open_tables(w);
}

void every_way_rewind(struct every_way *w)
{
	frame_dissector_rewind(w->dissector);
	flows_rewind(w->flows);
	w->first = (struct first_marks) {0};
}

void every_way_free(struct every_way *w)
{
	if (!w)
		return;
	close_tables(w);
	frame_dissector_free(w->dissector);
	for (size_t i = 0; i < EVERY_WAY_FILTERS; i++)
		dfilter_free(w->filters[i]);
	fields_done(&w->fields);
	tree_links_done(&w->links);
	buf_done(&w->out);
	free(w);
}

/* ---- The ways ---- */

static struct frame_facts facts_of(const struct frame *frame)
{
	return (struct frame_facts) {
		.number = frame->id,
		.time = frame->time,
		.first = frame->time,
		.previous = frame->time,
		.shown = frame->time,
		.has_time = true,
		.captured_len = frame->captured_len,
		.wire_len = frame->wire_len,
		.link = frame->link,
	};
}

static void dissect(struct every_way *w, const struct frame *frame, const struct frame_facts *facts,
		    bool tree, bool info)
{
	w->dissector->want_tree = tree;
	w->dissector->want_info = info;
	w->dissector->tree.wanted = NULL;
	w->dissector->tree.want_text = true;
	dissect_frame(w->dissector, frame, facts);
	need(!w->dissector->info.failed, "memory for the Info column");
}

static void take_list(struct every_way *w, const struct frame *frame)
{
	const struct list_style style = {.file_digits = 6};
	struct frame_facts facts = facts_of(frame);

	dissect(w, frame, &facts, false, true);
	list_line(&w->out, &style, w->dissector, &facts);
	buf_putc(&w->out, '\n');
}

static void take_tree(struct every_way *w, const struct frame *frame, enum way way)
{
	const struct print_style style = {0};
	const struct tree_json_style json = {.first = true, .raw = way == WAY_RAW};
	struct frame_facts facts = facts_of(frame);

	dissect(w, frame, &facts, way != WAY_BYTES, false);
	if (way == WAY_TREE)
		print_tree(&w->out, &w->dissector->d, &w->links, &style);
	else if (way == WAY_BYTES)
		print_bytes(&w->out, &w->dissector->d, NULL);
	else if (way == WAY_JSON || way == WAY_RAW)
		tree_json(&w->out, w->dissector, &w->links, &facts, &json);
	else if (way == WAY_PDML)
		tree_pdml(&w->out, w->dissector, &w->links, &facts, &json.spill);
	else
		tree_ek(&w->out, w->dissector, &w->links, &facts);
}

static void take_fields(struct every_way *w, const struct frame *frame)
{
	const struct list_style style = {.file_digits = 6};
	struct frame_facts facts = facts_of(frame);

	w->dissector->want_tree = w->dissector->want_info = true;
	w->dissector->tree.wanted = w->fields.columns.wanted;
	w->dissector->tree.want_text = w->fields.columns.want_text;
	dissect_frame(w->dissector, frame, &facts);
	fields_line(&w->out, &w->fields, w->dissector, &style, &facts);
}

static void take_filters(struct every_way *w, const struct frame *frame)
{
	struct frame_facts facts = facts_of(frame);

	for (size_t i = 0; i < EVERY_WAY_FILTERS; i++) {
		struct frame_dissector *f = w->dissector;
		enum dfilter_answer quick = dfilter_quick(w->filters[i], frame, &f->dispatch);
		bool whole;

		f->want_tree = true;
		f->want_info = false;
		f->tree.wanted = dfilter_wanted(w->filters[i]);
		f->tree.want_text = false;
		dissect_frame(f, frame, &facts);
		whole = dfilter_matches(w->filters[i], &f->d);
		need(quick == DFILTER_UNSURE || whole == (quick == DFILTER_YES), filters[i]);
	}
}

/* Offsets and lengths stay within what was sent, for those who build on them. */
static void need_inside(const struct frame *frame, const struct ip_packet *ip)
{
	uint32_t wire =
		frame->wire_len > frame->captured_len ? frame->wire_len : frame->captured_len;

	need(ip->network_at <= ip->transport_at, "network before transport");
	need(ip->transport_at <= ip->data_at, "transport before data");
	need(ip->data_at <= wire, "data inside");
	need(ip->data_len <= wire - ip->data_at, "data ends inside");
}

static void take_quick(struct every_way *w, const struct frame *frame)
{
	struct packet packet;

	packet_decode(frame, &packet);
	packet_checksum(frame, &packet);
	if (packet.ip.network != NETWORK_NONE)
		need_inside(frame, &packet.ip);
	if (packet.has_quote)
		need_inside(frame, &packet.quote);
	need(summary_protocol(&packet)[0] != '\0', "a protocol has a name");
	summary_info(&w->out, frame, &packet);
	buf_putc(&w->out, '\n');
	trace_line(&w->out, frame, frame->id & 1, 123456789);
}

static void take_ledger(struct every_way *w, const struct frame *frame)
{
	struct note note;

	need(ledger_frame(w->ledger, frame, &note, NULL) == 0, "memory for the ledger");
}

void every_way_take(struct every_way *w, enum way way, const struct frame *frame,
		    struct way_cost *ret_cost)
{
	const struct dissect *d = &w->dissector->d;
	struct tree *t = &w->dissector->tree;

	taking = w;
	buf_clear(&w->out);
	tree_clear(t);
	w->dissector->d.steps = DISSECT_STEPS_MAX;
	switch (way) {
	case WAY_LIST:
		take_list(w, frame);
		break;
	case WAY_TREE:
	case WAY_BYTES:
	case WAY_JSON:
	case WAY_EK:
	case WAY_RAW:
	case WAY_PDML:
		take_tree(w, frame, way);
		break;
	case WAY_FIELDS:
		take_fields(w, frame);
		break;
	case WAY_FILTER:
		take_filters(w, frame);
		break;
	case WAY_QUICK:
		take_quick(w, frame);
		break;
	case WAY_LEDGER:
		take_ledger(w, frame);
		break;
	case WAYS:
		break;
	}
	need(!w->out.failed, "memory for the output");
	*ret_cost = (struct way_cost) {
		.steps = DISSECT_STEPS_MAX - d->steps,
		.items = t->count,
		.text = t->text_len,
		.out = w->out.len,
	};
}

void every_way_check(const struct every_way *w, enum way way)
{
	const char *text = buf_text(&w->out);
	size_t head = way == WAY_EK ? strcspn(text, "\n") + 1 : 0;

	need_clean(text, w->out.len, way == WAY_FIELDS ? '\t' : '\n');
	if (way == WAY_LIST || way == WAY_FIELDS)
		need(strcspn(text, "\n") + 1 == w->out.len, "a frame has one line");
	if (way == WAY_QUICK)
		need(w->out.len && text[w->out.len - 1] == '\n', "a trace line ends");
	if (way == WAY_JSON || way == WAY_EK || way == WAY_RAW)
		need(json_check(text + head, w->out.len - head), "JSON is JSON");
}

void every_way_frame(struct every_way *w, const struct frame *frame)
{
	struct way_cost cost;

	for (unsigned way = 0; way < WAYS; way++) {
		every_way_take(w, (enum way)way, frame, &cost);
		every_way_check(w, (enum way)way);
	}
}

/* Values that lie elsewhere are there, first byte and last: the address sanitizer sees to it. */
static uint8_t touch_values(const struct tree *t)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < t->count; i++) {
		const struct item *item = &t->items[i];
		uint8_t type = field_get(item->id)->type;

		if ((type == FIELD_STRING || type == FIELD_BYTES) && item->value_len)
			sum ^= item->bytes[0] ^ item->bytes[item->value_len - 1];
	}
	return sum;
}

/* What the tree says but for lengths and values, which change from cut to cut. */
static uint64_t shape_of(const struct tree *t)
{
	static const struct hash_key key = {0x7368, 0x617065};
	uint64_t shape = t->count;

	for (uint32_t i = 0; i < t->count; i++) {
		const struct item *item = &t->items[i];
		const uint64_t what[3] = {shape, (uint64_t)item->id << 32 | item->parent,
					  (uint64_t)item->flags << 32 | item->source};

		shape = hash_words(&key, what, 3);
	}
	return shape;
}

/*
 * Most cuts of a long frame only take a byte off the data at its end, and printing it each time
 * would cost the square of its length: each is dissected, its values looked at, and printed when
 * the tree is not that of the cut before.
 */
static bool looks_new(struct every_way *w, const struct frame *frame)
{
	struct frame_facts facts = facts_of(frame);
	uint64_t *last = &w->shapes[frame->wire_len == frame->captured_len];
	uint64_t before = *last;

	taking = w;
	tree_clear(&w->dissector->tree);
	w->dissector->d.steps = DISSECT_STEPS_MAX;
	dissect(w, frame, &facts, true, false);
	w->touched ^= touch_values(&w->dissector->tree);
	*last = shape_of(&w->dissector->tree);
	return *last != before;
}

void every_way_some(struct every_way *w, const struct frame *frame, unsigned turn)
{
	const enum way ways[] = {
		WAY_QUICK,
		WAY_TREE,
		(enum way)(turn % WAYS),
	};
	unsigned count = 3;
	struct way_cost cost;

	if (frame->captured_len > LONG_FRAME && !looks_new(w, frame) && turn % LONG_STEP)
		count = 1;
	for (unsigned i = 0; i < count; i++) {
		every_way_take(w, ways[i], frame, &cost);
		every_way_check(w, ways[i]);
	}
}

void every_way_forget(struct every_way *w)
{
	tree_done(&w->dissector->tree);
	buf_done(&w->dissector->info);
	tree_links_done(&w->links);
	if (w->out.size >= OUT_ROOM)
		return;
	buf_pad(&w->out, ' ', OUT_ROOM);
	buf_clear(&w->out);
}
