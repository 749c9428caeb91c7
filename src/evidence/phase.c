// SPDX-License-Identifier: Apache-2.0
// The phases of a scan: their names, counts and order.
#include "evidence/phase.h"

#include <assert.h>
#include <stdlib.h>

static const struct {
	const char *name;
	const char *words;
} rows[] = {
	[PHASE_LOOKUP] = {"lookup", "name look-up"},
	[PHASE_NEXT_HOPS] = {"next-hops", "kernel resolves next hops"},
	[PHASE_RESOLUTION] = {"resolution", "ARP or ND of targets"},
	[PHASE_DISCOVERY] = {"discovery", "host discovery"},
	[PHASE_REVERSE] = {"reverse-lookup", "reverse look-up"},
	[PHASE_PORTS] = {"ports", "port scan"},
	[PHASE_TIMING] = {"timing", "sent again though answered"},
	[PHASE_RESETS] = {"kernel-resets", "kernel resets SYN/ACKs"},
	[PHASE_REFUSALS] = {"kernel-refusals", "kernel refuses UDP answers"},
	[PHASE_CONVERSATION] = {"conversation", "handshakes, data, ends"},
	[PHASE_NEIGHBOURS] = {"neighbours", "ARP or ND beside it"},
};
static_assert(sizeof(rows) / sizeof(rows[0]) == PHASE_KINDS, "every phase has a name");

void phase_add(struct phase *p, uint64_t frame, nsec_t time, bool answered)
{
	if (!p->packets || time < p->first) {
		p->first = time;
		p->first_frame = frame;
	}
	if (!p->packets || time > p->last)
		p->last = time;
	p->packets++;
	p->answered += answered;
}

static int by_beginning(const void *a, const void *b)
{
	const struct phase *p = a, *q = b;

	if (p->first != q->first)
		return p->first < q->first ? -1 : 1;
	if (p->first_frame != q->first_frame)
		return p->first_frame < q->first_frame ? -1 : 1;
	return (p->kind > q->kind) - (p->kind < q->kind);
}

void phase_sort(struct phase *phases, unsigned count)
{
	if (count)
		qsort(phases, count, sizeof(*phases), by_beginning);
}

void phase_write_name(const struct phase *p, struct buf *out)
{
	static const char *const rounds[PHASE_ROUNDS] = {"first tries", "second tries",
							 "third tries", "later tries"};

	if (p->kind == PHASE_PORTS)
		buf_printf(out, "%s, %s", probe_kind_scan(p->probe), rounds[p->round - 1]);
	else
		buf_puts(out, rows[p->kind].words);
}

const char *phase_kind_name(enum phase_kind kind)
{
	return rows[kind].name;
}
