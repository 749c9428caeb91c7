// SPDX-License-Identifier: Apache-2.0
// Judges every frame of captures both ways, quick and by dissection, with filters over core fields,
// and prints where the ways differ. Exit 1 if they do anywhere.
// Usage: filter-ways CAPTURE...
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "capture/capture.h"
#include "packet/dfilter.h"
#include "packet/dissect_frame.h"

static const char *const texts[] = {
	"eth.addr == 00:00:00:00:00:00",
	"eth.src[0] & 1 or eth.dst[0] & 1",
	"eth.type == 0x0800",
	"arp",
	"arp.opcode == 1 and arp.src.proto_ipv4 == 10.0.0.0/8",
	"ip",
	"ip.addr == 192.168.0.0/16",
	"ip.src < ip.dst",
	"ip.src#2",
	"count(ip.addr) == 2",
	"ip.ttl > 63",
	"ip.proto == 6",
	"ip[8] & 1",
	"len(ip) == 20",
	"ipv6",
	"ipv6.addr == fe80::/10",
	"ipv6.hlim == 255",
	"tcp",
	"tcp.port in {1..1023}",
	"tcp.srcport > tcp.dstport",
	"tcp.flags.syn == 1 and tcp.flags.ack == 0",
	"tcp.flags & 0x14 == 0x14",
	"tcp[13] & 2",
	"len(tcp) > 20",
	"tcp.window_size_value > 1000",
	"udp",
	"udp.port == 53",
	"udp.length > 100",
	"udp[0] == 0",
	"icmp",
	"icmp.type == 8",
	"icmpv6.type >= 128",
	"frame.len > 100",
	"frame.number % 2",
	"frame contains 00:01",
};

#define FILTERS (sizeof(texts) / sizeof(texts[0]))

struct ways {
	struct dfilter *filters[FILTERS]; /* NULL: a field of it is not in the registry */
	struct frame_dissector *dissector;
	uint64_t compared;
	uint64_t unsure;
	uint64_t differ;
};

static void judge(struct ways *w, const char *path, const struct frame *frame)
{
	struct frame_facts facts = {.number = frame->id,
				    .captured_len = frame->captured_len,
				    .wire_len = frame->wire_len,
				    .link = frame->link};

	dissect_frame(w->dissector, frame, &facts);
	for (size_t i = 0; i < FILTERS; i++) {
		enum dfilter_answer quick;
		bool slow;

		if (!w->filters[i])
			continue;
		quick = dfilter_quick(w->filters[i], frame, &w->dissector->dispatch);
		slow = dfilter_matches(w->filters[i], &w->dissector->d);
		w->compared++;
		w->unsure += quick == DFILTER_UNSURE;
		if (quick == DFILTER_UNSURE || (quick == DFILTER_YES) == slow)
			continue;
		w->differ++;
		printf("%s frame %" PRIu64 ": %s: quick %d, by dissection %d\n", path, frame->id,
		       texts[i], quick == DFILTER_YES, slow);
	}
}

int main(int argc, char **argv)
{
	struct ways w = {.dissector = frame_dissector_new()};
	unsigned known = 0;

	if (!w.dissector)
		return 2;
	for (size_t i = 0; i < FILTERS; i++) {
		struct dfilter_error error;

		known += dfilter_compile(texts[i], strlen(texts[i]), &w.filters[i], &error) == 0;
	}
	for (int i = 1; i < argc; i++) {
		struct capture *c = NULL;
		struct err err = {0};
		struct frame frame;
		int code = capture_open(argv[i], NULL, &c, &err);

		while (code >= 0 && (code = capture_next(c, &frame, &err)) > 0)
			judge(&w, argv[i], &frame);
		capture_free(c);
	}
	printf("%u of %zu filters, %" PRIu64 " answers compared, %" PRIu64 " unsure, %" PRIu64
	       " differ\n",
	       known, FILTERS, w.compared, w.unsure, w.differ);
	for (size_t i = 0; i < FILTERS; i++)
		dfilter_free(w.filters[i]);
	frame_dissector_free(w.dissector);
	return w.differ != 0;
}
