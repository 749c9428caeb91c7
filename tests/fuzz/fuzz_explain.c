// SPDX-License-Identifier: Apache-2.0
// Fuzz target: any bytes as the capture of a scan. Everything is explained, and what is told must
// be printable text, the same when told again, and rest on the frames that it names.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command/explain_input.h"
#include "evidence/explain.h"
#include "evidence/verdict.h"

#define HOSTS_MAX 8 /* explained one by one, and ports of each: more teach nothing new */
#define PORTS_MAX 8
#define TABLE_MAX 25

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* A verdict rests on a reply to a probe of that very host, kind and port, or on none. */
static void check_verdict(const struct ledger *l, uint32_t host, const struct port_verdict *v)
{
	const struct probe *p = ledger_probe(l, v->first_probe);

	require(p->host == host && p->kind == v->kind && p->port == v->port && v->tries);
	require(!v->rule == (v->state == PORT_UNDECIDED));
	if (v->reply == EVENT_NONE) {
		require(v->state != PORT_OPEN && v->state != PORT_CLOSED &&
			v->state != PORT_UNFILTERED);
		return;
	}
	p = ledger_probe(l, ledger_reply(l, v->reply)->probe);
	require(p->host == host && p->kind == v->kind && p->port == v->port);
	require(p->frame && ledger_reply(l, v->reply)->frame && v->rule);
	require(ledger_reply(l, v->reply)->frame != p->frame);
}

/* The host's verdicts, the first of them explained. */
static void write_ports(struct explain *x, const struct ledger *l, uint32_t host, struct buf *out)
{
	for (int kind = 0; kind < PROBE_KINDS; kind++) {
		uint32_t count = verdict_all_by(l, host, kind, 0, NULL);
		struct port_verdict *v = calloc(count + 1, sizeof(*v));

		require(v && verdict_all_by(l, host, kind, count, v) == count);
		for (uint32_t i = 0; i < count; i++) {
			require(!i || v[i - 1].port < v[i].port);
			check_verdict(l, host, &v[i]);
			if (i >= PORTS_MAX)
				continue;
			require(!explain_port(x, host, kind, v[i].port, out));
			require(!explain_port_line(x, host, kind, v[i].port, out));
			explain_write_confidence(x, host, &v[i], out);
		}
		free(v);
	}
}

static void write_all(struct explain *x, const struct ledger *l, struct buf *out)
{
	uint32_t count = ledger_host_count(l), hosts[HOSTS_MAX], shown = 0;

	buf_clear(out);
	explain_file(x, out);
	explain_phases(x, out);
	explain_unexpected(x, out);
	for (uint32_t i = 0; i < count && shown < HOSTS_MAX; i++) {
		if (!verdict_is_target(l, i))
			continue;
		hosts[shown++] = i;
		explain_host(x, i, out);
		write_ports(x, l, i, out);
	}
	explain_hosts(x, hosts, shown, TABLE_MAX, out);
	require(!out->failed && !explain_failed(x));
}

/* Text from the file is escaped: nothing but ASCII, line ends and our own arrow is left. */
static void check_text(const struct buf *out)
{
	static const char arrow[] = "\u2192";
	const size_t len = sizeof(arrow) - 1;

	for (size_t i = 0; i < out->len; i++) {
		if (out->len - i >= len && !memcmp(out->data + i, arrow, len))
			i += len - 1;
		else
			require(out->data[i] == '\n' ||
				(out->data[i] >= ' ' && out->data[i] < 0x7f));
	}
}

static void explain_all(struct explain_input *in)
{
	const struct explain_capture about = {
		.file = "fuzz",
		.frames = in->frames,
		.first_frame = in->first_frame,
		.last_frame = in->last_frame,
		.dropped = explain_input_dropped(in),
		.around = in->around,
	};
	struct explain *x = explain_new(in->ledger, &about);
	struct buf first = {0}, again = {0};
	struct err err = {0};

	require(x != NULL);
	write_all(x, in->ledger, &first);
	require(!explain_input_summaries(in, x, &err));
	write_all(x, in->ledger, &first);
	write_all(x, in->ledger, &again);
	check_text(&first);
	require(first.len == again.len && !memcmp(first.data, again.data, first.len));
	buf_done(&first);
	buf_done(&again);
	explain_free(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct explain_input in = {0};
	struct err err = {0};
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	if (explain_input_read_fd(&in, fd, "fuzz", &err))
		require(err.text[0]);
	else
		explain_all(&in);
	explain_input_done(&in);
	close(fd);
	return 0;
}
