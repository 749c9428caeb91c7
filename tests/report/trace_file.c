// SPDX-License-Identifier: Apache-2.0
// Prints the packet-trace line of every frame of a classic pcap file: a hand for the system tests.
//
// trace-file FILE [MAC]: frames from the Ethernet address MAC are SENT, all others RCVD.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "packet/frame.h"
#include "report/trace.h"

#include "pcap_frames.h"

static bool comes_from(const struct frame *frame, const char *mac)
{
	char text[MAC_TEXT_MAX];

	if (!mac || frame->link != LINK_ETHERNET || frame->captured_len < 12)
		return false;
	return strcasecmp(mac, mac_text(frame->bytes + 6, true, text)) == 0;
}

int main(int argc, char **argv)
{
	struct pcap_frames pcap;
	struct frame frame;
	struct buf out = {0};
	nsec_t start = 0;

	if (argc < 2 || !pcap_frames_open(&pcap, argv[1])) {
		fprintf(stderr, "trace-file: cannot read \"%s\" as classic pcap\n",
			argc < 2 ? "" : argv[1]);
		return 1;
	}
	while (pcap_frames_next(&pcap, &frame)) {
		if (frame.id == 1)
			start = frame.time;
		trace_line(&out, &frame, comes_from(&frame, argc > 2 ? argv[2] : NULL),
			   frame.time - start);
	}
	fputs(buf_text(&out), stdout);
	buf_done(&out);
	pcap_frames_close(&pcap);
	return 0;
}
