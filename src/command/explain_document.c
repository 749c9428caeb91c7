// SPDX-License-Identifier: Apache-2.0
// `sonde explain --json`: the whole answer as one document.
#include "command/explain_document.h"

#include <errno.h>
#include <stdlib.h>

#include "report/explain_json.h"

#define PILE (1u << 20) /* bytes */

struct document {
	struct explain_json json;
	FILE *stream;
};

/* Hands on what has piled up. A stream that takes no more says so in the end (ferror()). */
static void move(struct document *d)
{
	struct buf *out = d->json.json.out;

	if (out->len < PILE || out->failed)
		return;
	fwrite(out->data, 1, out->len, d->stream);
	buf_clear(out);
}

static void write_port(void *user, uint32_t host, const struct port_verdict *v)
{
	struct document *d = user;

	explain_json_port(&d->json, host, v);
	move(d);
}

static int write_all(struct document *d, const struct explain_query *q)
{
	const struct host_list *hosts = explain_query_hosts(q);
	int code = 0;

	explain_json_begin(&d->json);
	for (size_t i = 0; i < hosts->count && !code; i++) {
		explain_json_host(&d->json, hosts->items[i]);
		code = explain_query_each_of(q, hosts->items[i], write_port, d);
		explain_json_host_end(&d->json);
		move(d);
	}
	explain_json_end(&d->json);
	return code;
}

int explain_document(const struct explain_query *q, struct explain *x,
		     const struct explain_capture *about, const struct explain_report *report,
		     FILE *stream, struct buf *out)
{
	const struct explain_input *in = q->input;
	struct document *d = calloc(1, sizeof(*d));
	int code;

	if (!d)
		return -ENOMEM;
	d->stream = stream;
	d->json.json.out = out;
	d->json.facts = (struct explain_json_facts) {
		.ledger = in->ledger,
		.explain = x,
		.capture = *about,
		.unrelated = in->unrelated,
		.traffic = in->traffic,
		.cut = in->cut,
		.damage = in->damaged ? in->damage.text : NULL,
		.targets = q->targets.count,
		.report = report ? report->path : NULL,
		.comparison = report ? &report->comparison : NULL,
	};
	code = write_all(d, q);
	free(d);
	return code;
}
