// SPDX-License-Identifier: Apache-2.0
// How sure silence is: what the findings and the losses of a capture leave in doubt, in words.
#include <math.h>

#include "evidence/explain.h"
#include "evidence/explain_parts.h"
#include "evidence/phrase.h"
#include "evidence/surroundings.h"

/* What the findings say against believing silence. */
static struct confidence_doubts doubts(struct explain *x, uint32_t host)
{
	const struct findings *list = explain_findings(x);
	const struct explain_capture *c = &x->capture;
	struct confidence_doubts d = {0};
	double hidden = c->dropped == EXPLAIN_UNKNOWN ? 0 : (double)c->dropped;
	double all = (double)c->frames + hidden;

	for (size_t i = 0; i < list->count; i++) {
		const struct finding *f = &list->items[i];

		d.one_sided = d.one_sided ||
			      (f->kind == FINDING_ONE_SIDED && f->sureness > SURE_POSSIBLE);
		d.limited = d.limited || (f->kind == FINDING_RESET_LIMIT && f->host == host);
	}
	if (c->around)
		hidden += (double)c->around->blind.count;
	d.hidden = all > 0 ? hidden / all : 0;
	return d;
}

/* The loss over all targets of the scanner of host; NULL when it is none of those looked at. */
static const struct loss *shared_loss(struct explain *x, uint32_t host)
{
	const struct activities *a = explain_activities(x);
	unsigned at = scanners_place(&a->scanners, ledger_host(x->ledger, host));

	return at < a->scanners.count ? &a->items[at].loss : NULL;
}

const struct confidence_ground *explain_ground(struct explain *x, uint32_t host,
					       enum probe_kind kind)
{
	struct confidence_doubts d;
	bool ok;

	if (x->ground_host == host && x->ground_kind == kind)
		return &x->ground;
	d = doubts(x, host);
	ok = confidence_ground(x->ledger, host, kind, NULL, &d, &x->ground);
	/* the loss over all hosts costs more than most questions need */
	if (ok && x->ground.silent && !x->ground.own)
		ok = confidence_ground(x->ledger, host, kind, shared_loss(x, host), &d, &x->ground);
	if (!ok) {
		x->failed = true;
		x->ground = (struct confidence_ground) {0};
	}
	x->ground_host = host;
	x->ground_kind = kind;
	return &x->ground;
}

void explain_confidence(struct explain *x, uint32_t host, const struct port_verdict *verdict,
			struct confidence *ret_confidence)
{
	confidence_of(explain_ground(x, host, verdict->kind), verdict, ret_confidence);
}

/* "0.02 %", "3 %", "less than 0.0001 %" */
static void write_percent(struct buf *out, double part)
{
	double percent = part * 100;

	if (percent < 0.0001)
		buf_puts(out, "less than 0.0001 %");
	else if (percent < 10)
		buf_printf(out, "%.*f %%",
			   percent < 0.001  ? 4
			   : percent < 0.01 ? 3
			   : percent < 1    ? 2
					    : 1,
			   percent);
	else
		buf_printf(out, "%.0f %%", percent);
}

/* "9 of 980 tries that should have been answered were not, so about 0.9 % are lost" */
static void write_loss(struct buf *out, const struct confidence_ground *g)
{
	phrase_count(out, g->loss.lost);
	buf_puts(out, " of ");
	phrase_count(out, g->loss.tries);
	buf_printf(out, " tries %s that should have been answered were not",
		   g->own ? "at this host" : "at all hosts");
	if (g->loss.after_lost > 2 * g->loss.each && g->loss.lost) {
		buf_puts(out, ", and after one of these ");
		write_percent(out, g->loss.after_lost);
		buf_puts(out, " of the next");
	}
}

void explain_write_confidence(struct explain *x, uint32_t host, const struct port_verdict *verdict,
			      struct buf *out)
{
	const struct confidence_ground *g;
	struct confidence c;

	if (verdict->state != PORT_FILTERED || verdict->reply != EVENT_NONE)
		return;
	g = explain_ground(x, host, verdict->kind);
	confidence_of(g, verdict, &c);
	if (!c.known) {
		buf_puts(out, "How likely it is open nevertheless cannot be said, as the loss on "
			      "the path cannot be measured from this capture.");
		return;
	}
	buf_puts(out, "The chance that it is open nevertheless is about ");
	write_percent(out, c.chance);
	buf_puts(out, ": ");
	write_loss(out, g);
	buf_puts(out, ", and it was asked ");
	parts_number(out, verdict->tries);
	buf_puts(out, verdict->tries == 1 ? " time." : " times.");
}

void explain_write_ground(struct explain *x, uint32_t host, enum probe_kind kind, struct buf *out)
{
	const struct confidence_ground *g = explain_ground(x, host, kind);

	if (!g->silent || !g->known)
		return;
	buf_puts(out, "Of the ");
	phrase_count(out, g->silent);
	buf_puts(out, g->silent == 1 ? " silent port about " : " silent ports about ");
	if (g->missed < 0.0001)
		buf_puts(out, "none is");
	else
		buf_printf(out, "%.*f may be",
			   g->missed < 0.01 ? 4
			   : g->missed < 1  ? 2
					    : 1,
			   g->missed);
	buf_puts(out, " open nevertheless: ");
	write_loss(out, g);
	buf_putc(out, '.');
}
