// SPDX-License-Identifier: Apache-2.0
// Fuzz target: any bytes as frames of any link type, every way the program has for a frame, with
// the tables that live across frames.
//
// The first byte picks the link type. Then come frames: a byte of what the capture cut off (in
// units of 16 bytes) times 16 plus the high bits of the length, a byte of its low bits, the frame;
// length 0, or one that is not there: all the rest.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "every_way.h"

#define CUT_UNIT   16
#define FRAMES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint32_t links[] = {
	LINK_ETHERNET,  LINK_RAW,        LINK_IPV4, LINK_IPV6, LINK_NULL, LINK_LOOP,
	LINK_LINUX_SLL, LINK_LINUX_SLL2, 147,       65535,     LINK_PPP,  LINK_PPP_SERIAL,
};

/* Each frame lies in memory of its own, so that the address sanitizer sees a step beyond it. */
static void take(struct every_way *w, struct frame *frame, const uint8_t *bytes)
{
	uint8_t *own = malloc(frame->captured_len ? frame->captured_len : 1);

	if (!own)
		abort();
	memcpy(own, bytes, frame->captured_len);
	frame->bytes = own;
	every_way_frame(w, frame);
	free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame = {.id = 1};
	static struct every_way *w; /* making filters costs more than most inputs */
	size_t at = 1;

	if (size < 1)
		return 0;
	frame.link = (enum link_type)links[data[0] % (sizeof(links) / sizeof(links[0]))];
	if (w)
		every_way_renew(w);
	else
		w = every_way_new();
	while (size - at >= 2 && frame.id <= FRAMES_MAX) {
		uint32_t len = (data[at] & 0x0fu) << 8 | data[at + 1];

		frame.captured_len = (uint32_t)(len < size - at - 2 && len ? len : size - at - 2);
		frame.wire_len = frame.captured_len + (uint32_t)(data[at] >> 4) * CUT_UNIT;
		take(w, &frame, data + at + 2);
		at += 2 + frame.captured_len;
		frame.id++;
		frame.time += 1000000;
	}
	return 0;
}
