// SPDX-License-Identifier: Apache-2.0
// Prints the packet-trace line of every frame of a capture file: a hand for the system tests.
//
// trace-file FILE [MAC]: frames from the Ethernet address MAC are SENT, all others RCVD.
#include <stdio.h>
#include <strings.h>

#include "capture/capture.h"
#include "report/trace.h"
#include "wire/addr.h"

static bool comes_from(const struct frame *frame, const char *mac)
{
	char text[MAC_TEXT_MAX];

	if (!mac || frame->link != LINK_ETHERNET || frame->captured_len < 12)
		return false;
	return strcasecmp(mac, mac_text(frame->bytes + 6, true, text)) == 0;
}

int main(int argc, char **argv)
{
	struct capture *capture = NULL;
	struct frame frame;
	struct buf out = {0};
	struct err err = {0};
	nsec_t start = 0;

	if (argc < 2 || capture_open(argv[1], NULL, &capture, &err) < 0) {
		fprintf(stderr, "trace-file: %s\n", argc < 2 ? "no file is named." : err.text);
		return 1;
	}
	while (capture_next(capture, &frame, &err) == 1) {
		if (frame.id == 1)
			start = frame.time;
		trace_line(&out, &frame, comes_from(&frame, argc > 2 ? argv[2] : NULL),
			   frame.time - start);
	}
	fputs(buf_text(&out), stdout);
	buf_done(&out);
	capture_free(capture);
	return 0;
}
