// SPDX-License-Identifier: Apache-2.0
// What the whole stream tells of a TCP segment, as Wireshark's tree says it.
#include "proto/tcp_fields.h"

void tcp_remark(struct dissect *d, uint32_t under, uint16_t id, enum expert_severity severity,
		enum expert_group group)
{
	say_expert(d, under, id, severity, group, "%s", field_get(id)->label);
}

/* In the order of the tree. A mark may bring a second remark; 0: none. */
static const struct {
	uint16_t mark;
	uint16_t id;
	uint16_t also;
	enum expert_severity severity;
} marks[] = {
	{TCP_MARK_REUSED_PORTS, F(REUSED_PORTS), 0, EXPERT_NOTE},
	{TCP_MARK_RETRANSMISSION, F(RETRANSMISSION), 0, EXPERT_NOTE},
	{TCP_MARK_FAST_RETRANSMISSION, F(FAST_RETRANSMISSION), F(RETRANSMISSION), EXPERT_NOTE},
	{TCP_MARK_SPURIOUS_RETRANSMISSION, F(SPURIOUS_RETRANSMISSION), F(RETRANSMISSION),
	 EXPERT_NOTE},
	{TCP_MARK_OUT_OF_ORDER, F(OUT_OF_ORDER), 0, EXPERT_WARN},
	{TCP_MARK_LOST_SEGMENT, F(LOST_SEGMENT), 0, EXPERT_WARN},
	{TCP_MARK_ACK_LOST_SEGMENT, F(ACK_LOST_SEGMENT), 0, EXPERT_WARN},
	{TCP_MARK_WINDOW_UPDATE, F(WINDOW_UPDATE), 0, EXPERT_CHAT},
	{TCP_MARK_WINDOW_FULL, F(WINDOW_FULL), 0, EXPERT_WARN},
	{TCP_MARK_KEEP_ALIVE, F(KEEP_ALIVE), 0, EXPERT_NOTE},
	{TCP_MARK_KEEP_ALIVE_ACK, F(KEEP_ALIVE_ACK), 0, EXPERT_NOTE},
	{TCP_MARK_ZERO_WINDOW_PROBE, F(ZERO_WINDOW_PROBE), 0, EXPERT_NOTE},
	{TCP_MARK_ZERO_WINDOW, F(ZERO_WINDOW), 0, EXPERT_WARN},
	{TCP_MARK_ZERO_WINDOW_PROBE_ACK, F(ZERO_WINDOW_PROBE_ACK), 0, EXPERT_NOTE},
};

static void say_duration(struct dissect *d, uint16_t id, nsec_t time)
{
	item_flag(tree_int(d->tree, id, 0, 0, time), ITEM_GENERATED);
}

static void say_number(struct dissect *d, uint16_t id, uint64_t number)
{
	d->item = item_flag(tree_uint(d->tree, id, 0, 0, number), ITEM_GENERATED);
}

static void say_times(struct dissect *d, const struct tcp_view *view)
{
	uint32_t before;

	d->item = item_flag(say_line(d, 0, 0, "Timestamps"), ITEM_GENERATED);
	before = say_open(d);
	say_duration(d, F(TIME_RELATIVE), view->since_first);
	say_duration(d, F(TIME_DELTA), view->since_previous);
	say_close(d, before);
}

static void say_marks(struct dissect *d, const struct tcp_view *view)
{
	uint32_t before, under;

	d->item = item_flag(tree_uint(d->tree, F(ANALYSIS_FLAGS), 0, 0, 0), ITEM_GENERATED);
	under = tree_index(d->tree, d->item);
	before = say_open(d);
	for (unsigned i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (!(view->marks & marks[i].mark))
			continue;
		tcp_remark(d, under, marks[i].id, marks[i].severity, EXPERT_SEQUENCE);
		if (marks[i].also)
			tcp_remark(d, under, marks[i].also, marks[i].severity, EXPERT_SEQUENCE);
		if (marks[i].mark == TCP_MARK_RETRANSMISSION && view->rto) {
			say_duration(d, F(RTO), view->rto);
			say_number(d, F(RTO_FRAME), view->rto_frame);
		}
	}
	if (view->marks & TCP_MARK_DUPLICATE_ACK) {
		d->item = item_flag(tree_uint(d->tree, F(DUPLICATE_ACK), 0, 0, 0), ITEM_GENERATED);
		item_text(d->tree, d->item, "This is a TCP duplicate ack");
	}
	say_close(d, before);
}

static void say_duplicate(struct dissect *d, const struct tcp_view *view)
{
	say_number(d, F(DUPLICATE_NUM), view->duplicate_count);
	say_number(d, F(DUPLICATE_FRAME), view->duplicate_frame);
	say_expert(d, tree_index(d->tree, d->item), F(DUPLICATE_ACK), EXPERT_NOTE, EXPERT_SEQUENCE,
		   "Duplicate ACK (#%u)", view->duplicate_count);
}

void tcp_say_analysis(struct dissect *d, const struct tcp_view *view)
{
	uint32_t before;

	if (!d->tree || !view->known)
		return;
	say_times(d, view);
	if (!view->marks && !view->acks_frame && !view->analysed)
		return;
	d->item = item_flag(tree_uint(d->tree, F(ANALYSIS), 0, 0, 0), ITEM_GENERATED);
	before = say_open(d);
	if (view->acks_frame) {
		say_number(d, F(ACKS_FRAME), view->acks_frame);
		say_duration(d, F(ACK_RTT), view->ack_rtt);
	}
	if (view->initial_rtt)
		say_duration(d, F(INITIAL_RTT), view->initial_rtt);
	if (view->bytes_in_flight)
		say_number(d, F(BYTES_IN_FLIGHT), view->bytes_in_flight);
	if (view->push_bytes)
		say_number(d, F(PUSH_BYTES), view->push_bytes);
	if (view->marks)
		say_marks(d, view);
	if (view->marks & TCP_MARK_DUPLICATE_ACK)
		say_duplicate(d, view);
	say_close(d, before);
}
