// SPDX-License-Identifier: Apache-2.0
// The answer of `sonde explain`, in text.
#include "command/explain_answer.h"

#include <errno.h>
#include <inttypes.h>

#include "command/explain_document.h"
#include "command/explain_ladders.h"
#include "report/explain_brief.h"

#define FULL_PORTS_MAX 10   /* more verdicts than this get a line each */
#define PARAGRAPHS_MAX 4    /* more hosts than this get a line each */
#define TABLE_MAX      40   /* lines of hosts */
#define LINES_MAX      1000 /* lines of ports */

/* An answer that is being written. */
struct answer {
	const struct explain_query *q;
	const struct explain_topics *topics;
	struct explain *explain;
	struct buf *out;
	size_t begin; /* of it, in out */
	size_t lines; /* of ports */
};

static void write_full(void *user, uint32_t host, const struct port_verdict *v)
{
	struct answer *a = user;

	if (a->out->len > a->begin)
		buf_putc(a->out, '\n');
	explain_port(a->explain, host, v->kind, v->port, a->out);
}

static void write_line(void *user, uint32_t host, const struct port_verdict *v)
{
	struct answer *a = user;
	char text[ADDR_TEXT_MAX];

	if (a->lines++ >= LINES_MAX)
		return;
	if (explain_query_hosts(a->q)->count > 1)
		buf_printf(a->out, "%-16s ",
			   addr_text(&ledger_host(a->q->input->ledger, host)->addr, text));
	explain_port_line(a->explain, host, v->kind, v->port, a->out);
}

static int write_lines(struct answer *a)
{
	int code;

	a->lines = 0;
	code = explain_query_each(a->q, write_line, a);
	if (a->lines > LINES_MAX)
		buf_printf(a->out, "and %zu more\n", a->lines - LINES_MAX);
	if (!a->lines)
		buf_printf(a->out, "No port is %s.\n", port_state_name(a->q->state));
	return code;
}

/* What is in the capture beside the scan. */
static void write_others(const struct explain_input *in, struct buf *out)
{
	if (in->unrelated)
		buf_printf(out, "%" PRIu64 " of the %" PRIu64 " frames %s no part of the scan.\n",
			   in->unrelated, in->frames, in->unrelated == 1 ? "is" : "are");
	if (in->traffic)
		buf_printf(out,
			   "%" PRIu64 " of the %" PRIu64
			   " frames %s other traffic with hosts that were probed.\n",
			   in->traffic, in->frames, in->traffic == 1 ? "is" : "are");
}

/* All targets, on a screen. */
static void write_brief(struct answer *a)
{
	const struct host_list *hosts = explain_query_hosts(a->q);
	struct buf others = {0};
	struct explain_brief brief = {
		.ledger = a->q->input->ledger,
		.file = a->topics->file,
		.hosts = hosts->items,
		.count = hosts->count,
	};

	write_others(a->q->input, &others);
	brief.others = buf_text(&others);
	explain_brief(a->explain, &brief, a->out);
	a->out->failed |= others.failed;
	buf_done(&others);
}

/* Those that were named, in full. */
static void write_hosts(struct answer *a)
{
	const struct host_list *hosts = explain_query_hosts(a->q);

	explain_file(a->explain, a->out);
	if (hosts->count > PARAGRAPHS_MAX) {
		explain_hosts(a->explain, hosts->items, hosts->count, TABLE_MAX, a->out);
		return;
	}
	for (size_t i = 0; i < hosts->count; i++) {
		if (i)
			buf_putc(a->out, '\n');
		explain_host(a->explain, hosts->items[i], a->out);
	}
}

/* Writes everything into out; done twice (evidence/explain.h). 0 or -ENOMEM. */
static int write_all(struct answer *a)
{
	const struct explain_query *q = a->q;

	buf_cut(a->out, a->begin);
	if (a->topics->phases || a->topics->unexpected) {
		explain_file(a->explain, a->out);
		if (a->topics->phases)
			explain_phases(a->explain, a->out);
		if (a->topics->unexpected)
			explain_unexpected(a->explain, a->out);
		return 0;
	}
	if (q->ports.count && q->state < 0 && q->pairs <= FULL_PORTS_MAX)
		return explain_query_each(q, write_full, a);
	if (q->ports.count || q->state >= 0)
		return write_lines(a);
	if (q->named.count)
		write_hosts(a);
	else
		write_brief(a);
	return 0;
}

static int write_twice(struct answer *a, struct err *err)
{
	const uint64_t *wanted;
	int code = write_all(a);

	if (!code && !explain_wanted(a->explain, &wanted))
		return 0; /* no frame is shown */
	if (!code)
		code = explain_input_summaries(a->q->input, a->explain, err);
	return code ? code : write_all(a);
}

static const char *name_of(void *user, const struct addr *addr)
{
	return inventory_name(user, addr, 0);
}

/* True when the targets were scanned from more than one address of one family. */
static bool has_many_scanners(const struct explain_query *q)
{
	const struct addr *first[2] = {NULL, NULL};

	for (size_t i = 0; i < q->targets.count; i++) {
		const struct addr *source =
			&ledger_host(q->input->ledger, q->targets.items[i])->source;
		const struct addr **known = &first[source->family == 4];

		if (addr_is_link_local(source))
			continue; /* neighbour discovery of a scanner that has another one */
		if (*known && !addr_equal(*known, source))
			return true;
		*known = source;
	}
	return false;
}

int explain_answer(const struct explain_query *q, const struct explain_topics *topics,
		   struct buf *out, struct err *err)
{
	const struct explain_input *in = q->input;
	const struct explain_capture about = {
		.file = topics->file,
		.frames = in->frames,
		.first_frame = in->first_frame,
		.timeless = in->timeless,
		.around = in->around,
		.last_frame = in->last_frame,
		.dropped = explain_input_dropped(in),
		.many_scanners = has_many_scanners(q),
		.name = name_of,
		.user = (void *)(uintptr_t)capture_inventory(in->capture),
	};
	struct answer a = {.q = q, .topics = topics, .out = out, .begin = out->len};
	int code;

	a.explain = explain_new(in->ledger, &about);
	code = a.explain ? 0 : -ENOMEM;
	if (!code && topics->json)
		code = explain_document(q, a.explain, &about, topics->report, topics->json, out);
	else if (!code && topics->report)
		comparison_write(&topics->report->comparison, in->ledger, a.explain,
				 topics->report->path, out);
	else if (!code && topics->ladder)
		code = explain_ladders(q, a.explain, out, err);
	else if (!code)
		code = write_twice(&a, err);
	if (!code && (out->failed || explain_failed(a.explain)))
		code = -ENOMEM;
	if (code == -ENOMEM)
		err_set(err, code, "there is no memory left to explain \"%s\".", in->path);
	explain_free(a.explain);
	return code;
}
