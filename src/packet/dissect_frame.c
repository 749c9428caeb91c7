// SPDX-License-Identifier: Apache-2.0
// Takes frames of a capture apart for people: from struct frame to tree and columns.
#include "packet/dissect_frame.h"

#include <stdlib.h>

#include "packet/reassembly.h"
#include "packet/stream.h"

struct frame_dissector *frame_dissector_new(void)
{
	struct frame_dissector *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->d.reassembly = reassembly_new();
	f->d.streams = streams_new();
	if (!f->d.reassembly || !f->d.streams) {
		frame_dissector_free(f);
		return NULL;
	}
	dispatch_init(&f->dispatch);
	f->d.dispatch = &f->dispatch;
	f->want_tree = true;
	f->want_info = true;
	f->tree.want_text = true;
	return f;
}

void frame_dissector_free(struct frame_dissector *f)
{
	if (!f)
		return;
	reassembly_free(f->d.reassembly);
	streams_free(f->d.streams);
	tree_done(&f->tree);
	buf_done(&f->info);
	buf_done(&f->joined);
	free(f);
}

void frame_dissector_rewind(struct frame_dissector *f)
{
	reassembly_rewind(f->d.reassembly);
	streams_rewind(f->d.streams);
}

/* A link type that no dissector knows is shown as bytes. */
static enum protocol_id first_protocol(enum link_type link)
{
	switch (link) {
	case LINK_NULL:
	case LINK_LOOP:
		return PROTOCOL_NULL;
	case LINK_ETHERNET:
		return PROTOCOL_ETHERNET;
	case LINK_PPP:
	case LINK_PPP_SERIAL:
		return PROTOCOL_PPP;
	case LINK_RAW:
		return PROTOCOL_RAW;
	case LINK_IPV4:
		return PROTOCOL_IPV4;
	case LINK_IPV6:
		return PROTOCOL_IPV6;
	case LINK_LINUX_SLL:
	case LINK_LINUX_SLL2:
		return PROTOCOL_SLL;
	}
	return PROTOCOL_DATA;
}

void dissect_frame(struct frame_dissector *f, const struct frame *frame,
		   const struct frame_facts *facts)
{
	f->d.frame = facts;
	f->d.tree = f->want_tree ? &f->tree : NULL;
	f->d.info = f->want_info ? &f->info : NULL;
	f->d.checksum_not_ready = frame->checksum_not_ready;
	f->d.joined = &f->joined;
	buf_clear(&f->info);
	buf_clear(&f->joined);
	dissect_run(&f->d, first_protocol(frame->link), frame->bytes);
}
