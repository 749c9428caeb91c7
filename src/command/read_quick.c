// SPDX-License-Identifier: Apache-2.0
// The short way to the plain list, batch by batch: see packet/plain.h.
#include "command/read_quick.h"

#include "command/read_output.h"
#include "packet/plain.h"
#include "packet/stream.h"

bool read_quick_serves(const struct run *r)
{
	bool list = r->format == READ_TEXT && r->output_line && !r->output_tree && !r->quiet &&
		    !r->options.bytes && !r->columns.columns.count;

	return list && !r->stats && !r->style.names && !r->colours && !r->write.copy &&
	       !r->capture_filter && (!r->filter || dfilter_is_core(r->filter));
}

/* The end of a stream is also that of a message that goes on until there. */
static bool may_end_message(const struct run *r, const struct plain *p)
{
	unsigned flags = p->kind == PLAIN_BARE  ? p->bare.flags
			 : p->kind == PLAIN_TCP ? p->segment.flags
						: 0;

	return flags & TCP_FIN && streams_waiting(r->dissector->d.streams);
}

/* True when the frame was dealt with. */
static bool show_plain(struct run *r, const struct plain *p, const struct frame *frame)
{
	enum dfilter_answer answer = DFILTER_YES;
	struct tcp_view view;

	if (p->kind == PLAIN_NOT || may_end_message(r, p))
		return false;
	if (r->filter)
		answer = dfilter_core(r->filter, frame, &p->packet, &r->dissector->dispatch);
	if (answer == DFILTER_UNSURE)
		return false;
	plain_feed(p, frame, r->flows, &view);
	if (answer == DFILTER_NO) {
		read_facts_pass(&r->facts, frame);
		return true;
	}
	read_facts_next(&r->facts, r->capture, frame, false);
	r->style.file_digits = r->facts.digits;
	output_plain(r, p, frame, &view);
	r->shown++;
	read_facts_shown(&r->facts);
	return true;
}

void read_quick_show(struct run *r, const struct frame *frames, unsigned count,
		     void (*show)(struct run *r, const struct frame *frame))
{
	struct plain batch[QUICK_FRAMES];

	for (unsigned i = 0; i < count; i++)
		plain_look(&frames[i], r->flows, r->filter != NULL, &batch[i]);
	for (unsigned i = 0; i < count; i++)
		plain_near(&batch[i], r->flows);
	for (unsigned i = 0; i < count && !r->stopped; i++)
		if (!show_plain(r, &batch[i], &frames[i]))
			show(r, &frames[i]);
}
