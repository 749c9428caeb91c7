// SPDX-License-Identifier: Apache-2.0
// `sonde explain --ladder`: the exchange with one port of each host, drawn.
#include "command/explain_ladders.h"

#include <errno.h>

#include "evidence/phrase.h"
#include "report/explain_ladder.h"

#define LADDERS_MAX 4

struct ladders {
	const struct explain_query *q;
	struct explain *explain;
	struct ladder_port ports[LADDERS_MAX];
	struct ladder *ladders[LADDERS_MAX];
	size_t count;
	size_t left_out;
	struct ladder_port last; /* found: the kinds of one protocol follow each other */
};

/* One ladder shows the probes of all kinds. */
static void choose(void *user, uint32_t host, const struct port_verdict *v)
{
	struct ladders *s = user;
	const struct ladder_port port = {
		.ledger = s->q->input->ledger,
		.explain = s->explain,
		.first_frame = s->q->input->first_frame,
		.host = host,
		.protocol = probe_kind_protocol(v->kind),
		.port = v->port,
	};

	if (s->count && s->last.host == host && s->last.protocol == port.protocol)
		return;
	s->last = port;
	if (s->count == LADDERS_MAX)
		s->left_out++;
	else
		s->ports[s->count++] = port;
}

static void feed(void *user, const struct frame *frame, const struct packet *packet)
{
	struct ladders *s = user;

	for (size_t i = 0; i < s->count; i++)
		ladder_frame(s->ladders[i], frame, packet);
}

static int draw(struct ladders *s, struct buf *out, struct err *err)
{
	int code = explain_query_each(s->q, choose, s);

	for (size_t i = 0; i < s->count && !code; i++) {
		s->ladders[i] = ladder_new(&s->ports[i]);
		if (!s->ladders[i])
			code = -ENOMEM;
	}
	if (!code)
		code = explain_input_each(s->q->input, feed, s, err);
	for (size_t i = 0; i < s->count && !code; i++) {
		if (i)
			buf_putc(out, '\n');
		ladder_write(s->ladders[i], out);
	}
	return code;
}

int explain_ladders(const struct explain_query *q, struct explain *x, struct buf *out,
		    struct err *err)
{
	struct ladders s = {.q = q, .explain = x};
	int code = draw(&s, out, err);

	if (s.left_out) {
		buf_puts(out, "\nand ");
		phrase_count(out, s.left_out);
		buf_puts(out, " more; name a host to see its exchange\n");
	}
	for (size_t i = 0; i < s.count; i++)
		ladder_free(s.ladders[i]);
	return code;
}
