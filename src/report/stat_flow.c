// SPDX-License-Identifier: Apache-2.0
// flow: a ladder of packets between two hosts at a time, as text and JSON.
//
// Wireshark gives each host a column, so a scan of ten hosts is two hundred characters wide. Here
// two columns serve all: their heading is said again when the pair of hosts changes. So a line has
// room for what the packet says, and everything stays within 80 columns. The host that a pair met
// as sender first stands at the left, as long as the pair lasts.
#include "packet/stat_flow.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/json_string.h"
#include "report/stat_kind.h"

#define TIME_WIDTH  14
#define PORT_WIDTH  5
#define ARROW_WIDTH 12
#define LINE_WIDTH  80
#define TEXT_MAX    1024

static const char *const types[] = {
	[STAT_FLOW_ANY] = "any",
	[STAT_FLOW_ICMP] = "icmp",
	[STAT_FLOW_ICMPV6] = "icmpv6",
	[STAT_FLOW_TCP] = "tcp",
};

/* One word of the argument; true when it is `word`, and *at is behind it then. */
static bool take_word(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (**at != ',' || strncmp(*at + 1, word, len) || ((*at)[1 + len] && (*at)[1 + len] != ','))
		return false;
	*at += 1 + len;
	return true;
}

static int make(struct stat *stat, const char *rest, const struct hash_key *key, struct err *err)
{
	struct stat_flow *s = calloc(1, sizeof(*s));
	size_t type = 0;

	(void)key;
	stat->state = s;
	if (!s)
		return err_set(err, -ENOMEM, "There is no memory for \"%s\".", stat->text);
	while (type < sizeof(types) / sizeof(types[0]) && !take_word(&rest, types[type]))
		type++;
	if (type == sizeof(types) / sizeof(types[0]))
		return err_set(err, -EINVAL,
			       "\"%s\" needs a type: flow,any, flow,icmp, flow,icmpv6 or flow,tcp.",
			       stat->text);
	s->type = (enum stat_flow_type)type;
	s->network = take_word(&rest, "network");
	if (!s->network)
		take_word(&rest, "standard");
	return stat_filter_rest(stat, rest, err);
}

static void done(struct stat *stat)
{
	if (stat->state)
		stat_flow_done(stat->state);
	free(stat->state);
}

static bool allow(struct stat *stat, uint64_t bytes, const struct thread_spare *spare)
{
	struct stat_flow *s = stat->state;

	(void)spare;
	s->budget = bytes;
	return false;
}

static void feed(struct stat *stat, const struct stat_frame *f)
{
	stat_flow_feed(stat->state, f);
}

/* Appends text cut to width columns; bytes of one character stay together. */
static void put_cut(struct buf *out, const char *text, unsigned width)
{
	char safe[TEXT_MAX];
	unsigned columns = 0;
	size_t len = 0;

	text_escape(safe, sizeof(safe), text);
	while (safe[len]) {
		if (((unsigned char)safe[len] & 0xc0) != 0x80 && columns++ == width)
			break;
		len++;
	}
	buf_add(out, safe, len);
}

static void put_heading(struct buf *out, const char *left, const char *right)
{
	size_t from = out->len;
	size_t middle = TIME_WIDTH + 2 + PORT_WIDTH + ARROW_WIDTH + 2;

	buf_pad(out, ' ', TIME_WIDTH + 2);
	buf_escaped(out, left);
	if (out->len - from < middle)
		buf_pad(out, ' ', middle - (out->len - from));
	else
		buf_puts(out, "  ");
	buf_escaped(out, right);
	buf_putc(out, '\n');
}

static void put_port(struct buf *out, const struct stat_flow_event *e, uint16_t port, bool left)
{
	if (!e->ports)
		buf_printf(out, left ? "%*s" : "%-*s", PORT_WIDTH, "|");
	else
		buf_printf(out, left ? "%*u" : "%-*u", PORT_WIDTH, port);
}

/* "      0.127521 46656 <---------- 80    [SYN, ACK] Seq=0 ..." */
static void put_event(struct buf *out, const struct stat_flow *s, const struct stat_flow_event *e,
		      bool turned)
{
	struct stat_flow_words w = stat_flow_words(s, e);
	size_t from = out->len;
	char say[TEXT_MAX];

	buf_printf(out, "%*.6f  ", TIME_WIDTH, (double)e->since_first / (double)NSEC_PER_SEC);
	put_port(out, e, turned ? e->destination_port : e->source_port, true);
	buf_puts(out, turned ? " <---------- " : " ----------> ");
	put_port(out, e, turned ? e->source_port : e->destination_port, false);
	buf_putc(out, ' ');
	snprintf(say, sizeof(say), "%s%s%s", w.protocol, *w.info ? " " : "", w.info);
	put_cut(out, say, LINE_WIDTH - (unsigned)(out->len - from));
	buf_putc(out, '\n');
}

static void print(const struct stat *stat, struct stats_out *out)
{
	const struct stat_flow *s = stat->state;
	const char *left = "", *right = "";

	buf_printf(out->buf, "\nFlow of packets: %s\nFilter: %s\n", types[s->type],
		   stat->filter_text);
	for (uint32_t i = 0; i < s->count; i++) {
		struct stat_flow_words w = stat_flow_words(s, &s->events[i]);
		bool turned = !strcmp(w.from, right) && !strcmp(w.to, left);

		if (!turned && (strcmp(w.from, left) || strcmp(w.to, right))) {
			left = w.from;
			right = w.to;
			buf_putc(out->buf, '\n');
			put_heading(out->buf, left, right);
		}
		put_event(out->buf, s, &s->events[i], turned && strcmp(left, right));
		stat_out_line(out);
	}
	if (s->left_out)
		buf_printf(out->buf, "Too many packets: the last %" PRIu64 " are not shown.\n",
			   s->left_out);
}

static void json_event(struct buf *out, const struct stat_flow *s, const struct stat_flow_event *e)
{
	struct stat_flow_words w = stat_flow_words(s, e);

	buf_printf(out, "{\"frame\": %" PRIu64 ", \"time_ns\": %" PRId64 ", \"from\": ", e->number,
		   e->since_first);
	json_string(out, w.from, strlen(w.from));
	buf_puts(out, ", \"to\": ");
	json_string(out, w.to, strlen(w.to));
	if (e->ports)
		buf_printf(out, ", \"source_port\": %u, \"destination_port\": %u", e->source_port,
			   e->destination_port);
	buf_puts(out, ", \"protocol\": ");
	json_string(out, w.protocol, strlen(w.protocol));
	buf_puts(out, ", \"info\": ");
	json_string(out, w.info, strlen(w.info));
	buf_putc(out, '}');
}

static void json(const struct stat *stat, struct stats_out *out)
{
	const struct stat_flow *s = stat->state;

	buf_printf(out->buf, "      \"type\": \"%s\",\n      \"packets\": [", types[s->type]);
	for (uint32_t i = 0; i < s->count; i++) {
		buf_puts(out->buf, i ? ",\n        " : "\n        ");
		json_event(out->buf, s, &s->events[i]);
		stat_out_line(out);
	}
	buf_printf(out->buf, "%s],\n      \"left_out\": %" PRIu64, s->count ? "\n      " : "",
		   s->left_out);
}

const struct stat_kind stat_flow_kind = {
	.name = "flow",
	.arguments = ",TYPE[,MODE][,FILTER]",
	.help = "A ladder of packets, two hosts at a time. TYPE: any, icmp, icmpv6 or tcp. MODE: "
		"standard, or network for packets with IP addresses only.",
	.need = STAT_NEEDS_ALL,
	.want_info = true,
	.make = make,
	.done = done,
	.allow = allow,
	.feed = feed,
	.print = print,
	.json = json,
};
