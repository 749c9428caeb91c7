// SPDX-License-Identifier: Apache-2.0
// Statistics of hand-made frames: what is counted, how it is printed, which arguments are refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../packet/craft.h"
#include "report/stat.h"

#define A "192.0.2.1"
#define B "198.51.100.9"

static const struct hash_key key = {0x243f6a8885a308d3, 0x13198a2e03707344}; /* of pi */

/* A reading: -z of some statistics, fed frame by frame. full: every frame is taken apart. */
struct reading {
	struct stats *stats;
	struct frame_dissector *dissector;
	bool full;
	uint64_t number;
};

static struct reading begin(const char *const *texts, bool full)
{
	struct reading r = {stats_new(&key), frame_dissector_new(), full, 0};
	struct err err = {0};

	for (; *texts; texts++)
		assert_int_equal(stats_add(r.stats, *texts, &err), 0);
	r.dissector->tree.wanted = stats_wanted(r.stats);
	r.dissector->tree.want_text = stats_want_text(r.stats);
	return r;
}

static void feed(struct reading *r, struct frame frame, unsigned ms)
{
	struct frame_facts facts = {.number = ++r->number,
				    .captured_len = frame.captured_len,
				    .wire_len = frame.wire_len,
				    .link = frame.link};
	struct stats_needs needs;

	frame.id = r->number;
	if (!stats_look(r->stats, &frame, ms * NSEC_PER_MSEC, &r->dissector->dispatch, &needs) &&
	    !r->full) {
		stats_feed(r->stats, NULL);
		return;
	}
	r->dissector->want_tree = needs.tree || r->full;
	r->dissector->want_info = needs.info;
	dissect_frame(r->dissector, &frame, &facts);
	stats_feed(r->stats, r->dissector);
}

static char *end(struct reading *r, bool json)
{
	struct buf buf = {0};
	struct stats_out out = {.buf = &buf};

	if (json)
		stats_json(r->stats, &out);
	else
		stats_text(r->stats, &out);
	stats_free(r->stats);
	frame_dissector_free(r->dissector);
	assert_false(buf.failed);
	return buf.data ? buf.data : strdup("");
}

static struct frame syn(struct craft *c, uint16_t port)
{
	const struct tcp_hdr tcp = {40000, port, .seq = 7, .flags = TCP_SYN};

	return craft_tcp4(c, A, B, &tcp, 64, 1, NULL, 0);
}

static struct frame reset(struct craft *c, uint16_t port)
{
	const struct tcp_hdr tcp = {port, 40000, .ack = 8, .flags = TCP_RST | TCP_ACK};

	return craft_tcp4(c, B, A, &tcp, 64, 1, NULL, 0);
}

static struct frame echo(struct craft *c)
{
	const struct icmp_hdr icmp = {.type = ICMP_TYPE_ECHO};

	return craft_icmp4(c, A, B, &icmp, "abcd", 4);
}

/* The scan of two ports and a ping. */
static void feed_scan(struct reading *r)
{
	struct craft c;

	feed(r, syn(&c, 80), 0);
	feed(r, reset(&c, 80), 1);
	feed(r, syn(&c, 81), 2500);
	feed(r, echo(&c), 2600);
}

static void hierarchy(void **state)
{
	static const char *const texts[] = {"io,phs", NULL};
	static const char expected[] =
		"\n===================================================================\n"
		"Protocol Hierarchy Statistics\nFilter: \n\n"
		"eth                                      frames:4 bytes:208\n"
		"  ip                                     frames:4 bytes:208\n"
		"    tcp                                  frames:3 bytes:162\n"
		"    icmp                                 frames:1 bytes:46\n"
		"===================================================================\n";

	(void)state;
	for (unsigned full = 0; full < 2; full++) {
		struct reading r = begin(texts, full);
		char *text;

		feed_scan(&r);
		text = end(&r, false);
		assert_string_equal(text, expected);
		free(text);
	}
}

static void conversations(void **state)
{
	static const char *const texts[] = {"conv,tcp,tcp.port==80", "endpoints,ip", NULL};
	struct reading r = begin(texts, false);
	char *text;

	(void)state;
	feed_scan(&r);
	text = end(&r, false);
	assert_non_null(strstr(text, "TCP Conversations\nFilter:tcp.port==80\n"));
	assert_non_null(strstr(text, "192.0.2.1:40000            <-> 198.51.100.9:80           "
				     "       1 54 bytes        1 54 bytes        2 108 bytes  "
				     "   0.000000000         0.0010\n"));
	assert_null(strstr(text, ":81"));
	assert_non_null(strstr(text, "192.0.2.1                      4           208          3"
				     "             154           1              54   \n"));
	free(text);
}

static void intervals(void **state)
{
	static const char *const texts[] = {"io,stat,1,tcp,FRAMES()icmp", NULL};
	struct reading r = begin(texts, false);
	char *text;

	(void)state;
	feed_scan(&r);
	text = end(&r, false);
	assert_non_null(strstr(text, "|  0 <> 1  |      2 |   108 |      0 |\n"));
	assert_non_null(strstr(text, "|  1 <> 2  |      0 |     0 |      0 |\n"));
	assert_non_null(strstr(text, "|  2 <> Dur|      1 |    54 |      1 |\n"));
	free(text);
}

static void sums_of_a_field(void **state)
{
	static const char *const texts[] = {
		"io,stat,0,SUM(ip.len)ip.len,MIN(ip.len)ip.len,MAX(ip.len)ip.len,AVG(ip.len)ip.len,"
		"COUNT(ip.src)ip.src",
		NULL};
	struct reading r = begin(texts, false);
	char *text;

	(void)state;
	feed_scan(&r);
	text = end(&r, true);
	assert_non_null(strstr(text,
			       "[{\"SUM\": 152}, {\"MIN\": 32}, {\"MAX\": 40}, {\"AVG\": 38}, "
			       "{\"COUNT\": 4}]"));
	free(text);
}

static void lengths(void **state)
{
	static const char *const texts[] = {"plen,tree", NULL};
	struct reading r = begin(texts, false);
	char *text;

	(void)state;
	feed_scan(&r);
	text = end(&r, false);
	assert_non_null(strstr(text, "Packet Lengths     4             52.00         46            "
				     "54            0.0015        100%          0.0200        "
				     "0.000        \n"));
	assert_non_null(strstr(text, " 80-159            0             -  "));
	free(text);
}

static void ladder(void **state)
{
	static const char *const texts[] = {"flow,icmp", NULL};
	struct reading r = begin(texts, false);
	char *text;

	(void)state;
	feed_scan(&r);
	text = end(&r, false);
	assert_non_null(strstr(text, "192.0.2.1          198.51.100.9\n"));
	assert_non_null(strstr(text, "      2.600000      | ----------> |     ICMP Echo"));
	assert_null(strstr(text, "TCP"));
	for (const char *at = text; *at; at += strcspn(at, "\n") + 1)
		assert_true(strcspn(at, "\n") <= 80);
	free(text);
}

static void a_cut_frame_is_an_expert_note_or_short(void **state)
{
	static const char *const texts[] = {"expert,error", "io,phs", NULL};
	struct reading r = begin(texts, false);
	struct craft c;
	struct frame frame = syn(&c, 80);
	char *text;

	(void)state;
	frame.captured_len = frame.wire_len = 40; /* an IP header that promises more */
	feed(&r, frame, 0);
	text = end(&r, false);
	assert_non_null(strstr(text, "Errors ("));
	assert_non_null(strstr(text, "Malformed"));
	free(text);
}

#define MANY 3000 /* more than two looks at the budget are apart */

/* A scan's frame of this number: most are bare, some of each kind that is not. */
static struct frame scan_frame(struct craft *c, unsigned i)
{
	const struct tcp_hdr accepts = {(uint16_t)(i % 700), 40000, .flags = TCP_SYN | TCP_ACK};
	struct frame f;

	if (i % 31 == 0)
		f = echo(c);
	else if (i % 97 == 0)
		f = craft_tcp4(c, B, A, &accepts, 64, 1, NULL, 0);
	else
		f = i % 2 ? reset(c, (uint16_t)(i % 699)) : syn(c, (uint16_t)(i % 700));
	f.commented = i % 53 == 0;
	f.captured_len -= i % 71 == 0;
	f.time = 5 * NSEC_PER_SEC + i * NSEC_PER_MSEC;
	return f;
}

/* Feeds all, together where that is offered; how many were. */
static unsigned feed_many(struct reading *r, const struct frame *frames, unsigned count)
{
	unsigned taken = 0, now;

	for (unsigned i = 0; i < count; i += now) {
		now = r->full ? 0 : stats_take(r->stats, frames + i, count - i, frames[0].time);
		taken += now;
		if (now)
			continue;
		feed(r, frames[i], i);
		now = 1;
	}
	return taken;
}

static void frames_together_count_as_one_by_one(void **state)
{
	static const char *const texts[][8] = {
		{"io,phs", "conv,eth", "conv,ip", "conv,tcp", "conv,udp", "plen,tree", NULL},
		{"endpoints,eth", "endpoints,ip", "endpoints,tcp", "endpoints,ipv6", NULL},
		{"io,phs,tcp", "conv,eth", NULL},
		{"io,stat,1,tcp", "conv,eth", NULL},
	};
	struct craft *crafts = calloc(MANY, sizeof(*crafts));
	struct frame *frames = calloc(MANY, sizeof(*frames));

	(void)state;
	assert_non_null(crafts);
	assert_non_null(frames);
	for (unsigned i = 0; i < MANY; i++)
		frames[i] = scan_frame(&crafts[i], i);
	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct reading together = begin(texts[i], false), single = begin(texts[i], true);
		unsigned taken = feed_many(&together, frames, MANY);
		char *ours, *theirs;

		/* A filter or a column's is asked of each frame. */
		assert_in_range(taken, i < 2 ? MANY / 2 : 0, i < 2 ? MANY : 0);
		feed_many(&single, frames, MANY);
		ours = end(&together, i % 2);
		theirs = end(&single, i % 2);
		assert_string_equal(ours, theirs);
		free(ours);
		free(theirs);
	}
	free(crafts);
	free(frames);
}

static void wrong_arguments(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} rows[] = {
		{"io,ph", "io,phs"},
		{"plen", "\"plen,tree\""},
		{"conversations,tcp", "nearest"},
		{"conv", "needs a type"},
		{"conv,tpc", "\"conv,tcp\""},
		{"endpoints,tcp,nosuch.field", "filter"},
		{"io,stat", "interval"},
		{"io,stat,-1", "interval"},
		{"io,stat,1.1234567", "interval"},
		{"io,stat,99999999999999999999", "interval"},
		{"io,stat,1,SUM(tcp.len", "brackets"},
		{"io,stat,1,SUM(nosuch)", "no field"},
		{"io,stat,1,SUM(ip.src)", "COUNT(ip.src)"},
		{"io,stat,1,LOAD(ip.len)", "durations"},
		{"flow", "needs a type"},
		{"flow,tcq", "needs a type"},
		{"", "nearest"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stats *s = stats_new(&key);
		struct err err = {0};

		assert_true(stats_add(s, rows[i].text, &err) < 0);
		if (!strstr(err.text, rows[i].says))
			fail_msg("\"%s\" says \"%s\"", rows[i].text, err.text);
		stats_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hierarchy),
		cmocka_unit_test(conversations),
		cmocka_unit_test(intervals),
		cmocka_unit_test(sums_of_a_field),
		cmocka_unit_test(lengths),
		cmocka_unit_test(ladder),
		cmocka_unit_test(a_cut_frame_is_an_expert_note_or_short),
		cmocka_unit_test(frames_together_count_as_one_by_one),
		cmocka_unit_test(wrong_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
